package queryplan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Executable is what the generated code adds to the executable schema that gqlgen generates.
type Executable interface {
	graphql.ExecutableSchema

	// PlanRoot plans the result of a field of Query, Mutation or Subscription; nil for one that is left to gqlgen.
	PlanRoot(c *Compiler, object string, f graphql.CollectedField) Result

	// Executor gives gqlgen's executor for one execution of an operation, for functions of the plan.
	Executor(op *graphql.OperationContext) any
}

// Immediate may be implemented by the root of resolvers. It says which fields with resolvers only compute and never wait:
// they are resolved one after the other, without a goroutine for each.
type Immediate interface {
	Immediate(object, field string) bool
}

// Schema is an executable schema that executes by plans. It is safe for concurrent use.
type Schema struct {
	Executable
	plans *cache
}

var _ graphql.ExecutableSchema = (*Schema)(nil)

// New gives a schema that answers as the given one does, faster where it is an Executable.
func New(schema graphql.ExecutableSchema) graphql.ExecutableSchema {
	if e, ok := schema.(Executable); ok {
		return &Schema{Executable: e, plans: newCache()}
	}
	return schema
}

// Exec executes an operation.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if plan := s.plans.plan(op, func() *Plan { return s.compile(op) }); plan != nil {
		e := &execution{op: op, executor: s.Executor(op)}
		resolve := op.ResolverMiddleware
		op.ResolverMiddleware = func(ctx context.Context, next graphql.Resolver) (any, error) {
			result, err := resolve(ctx, next)
			if err != nil || result == nil {
				return result, err
			}
			if r := plan.result(graphql.GetFieldContext(ctx)); r != nil {
				return r.write(ctx, e, result), nil
			}
			return result, nil
		}
	}
	return s.Executable.Exec(ctx)
}

// compile makes the plan of an operation; nil where it must not have one.
func (s *Schema) compile(op *graphql.OperationContext) *Plan {
	c := &Compiler{op: op, plan: &Plan{roots: make(map[*ast.Field]Result), nested: make(map[*ast.Selection]Result)}}
	var root *ast.Definition
	switch op.Operation.Operation {
	case ast.Query:
		root = s.Schema().Query
	case ast.Mutation:
		root = s.Schema().Mutation
	case ast.Subscription:
		root = s.Schema().Subscription
	}
	if root == nil {
		return nil
	}
	c.roots(root.Name, func(f graphql.CollectedField) Result { return s.PlanRoot(c, root.Name, f) })
	if c.unsupported {
		return nil
	}
	return c.plan
}
