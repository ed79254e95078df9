// Package appsync answers the events of AWS AppSync's direct Lambda resolvers through the same executor, authorisation and
// limits as requests over HTTP. AppSync asks for one field at a time; this package makes one operation of each event and
// gives back what the field resolves to.
//
// What AppSync does with an answer decides its form. AppSync itself applies the client's selection to it: aliases,
// fragments, @skip and @include. A field without a resolver of its own it takes from its parent's answer by the field's
// name, as GraphQL's default resolver does. So answers are keyed by field name and carry no aliases; fields that are asked
// for under several aliases are merged; and where such aliases differ in their arguments, the field is left to a resolver
// of its own (nested.go), since one answer can hold it only once.
//
// Nothing of an event gets into the text of an operation but names that the schema has: arguments and the literals of
// nested fields travel as variables.
//
// Sources of the format: "AWS AppSync resolver mapping template context reference" and "Direct Lambda resolver reference"
// in the AppSync developer guide (docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html,
// resolver-mapping-template-reference-lambda.html).
package appsync
