// Package queryplan makes gqlgen's executor fast without taking anything from it.
//
// gqlgen resolves each field of each element of a list on its own: a field context, a context, a call through the chain of
// interceptors, a marshaler, and a goroutine for each element, although most fields only read a struct that a resolver
// has given. A plan is what can be known of an operation before it runs: for each selection set its fields, with fragments
// spread, duplicates merged, @skip and @include decided, keys quoted, and for each field the function that appends its
// value. With it, whatever one resolver gives is written in one pass into one buffer.
//
// gqlgen stays in charge. Root fields, arguments, directives, resolvers, their errors and panics, the order of mutations,
// introspection and subscriptions are its own; a plan takes over where a resolver's result is marshalled. What a plan
// cannot write by reading structs is not written by it:
//
//   - A field with a resolver, arguments, or a directive is left open. When the pass is over, gqlgen's own function for the
//     field runs, on a goroutine where it may wait (see Immediate), and its result goes into the gap.
//   - A value that breaks the contract (null where the schema forbids it, a number that JSON does not have) ends the pass
//     before anything of the subtree has run, and gqlgen marshals the whole subtree, with the errors that it has for that.
//   - An operation with @defer, or with a condition that is no truth value, has no plan.
//
// The code that knows the models, in package graph, is generated from the schema by the command in folder generate, for
// every type of it, so a new field or list is fast without a line of code. That the answers are those of plain gqlgen, byte
// for byte, is tested with random operations in package server.
//
// Two things differ, which only interceptors could see: fields without a resolver do not pass through field interceptors,
// and a value that a directive puts into the context reaches the field's resolver and not the fields below it.
package queryplan
