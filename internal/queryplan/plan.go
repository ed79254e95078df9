package queryplan

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Plan is what is known of an operation ahead of its execution: how to write the results of its root fields, and of the
// fields with resolvers below them. It serves any number of executions at once.
type Plan struct {
	roots map[*ast.Field]Result
	// nested is by the first element of a field's collected selections, which a plan shares with nothing else.
	nested map[*ast.Selection]Result
}

// result gives the plan for the result of the field that is being resolved; nil where there is none.
func (p *Plan) result(fc *graphql.FieldContext) Result {
	if fc == nil || len(fc.Field.Selections) == 0 {
		return nil
	}
	if r, ok := p.nested[&fc.Field.Selections[0]]; ok {
		return r
	}
	// The context of the root object alone has neither a field nor an index.
	if fc.Parent != nil && fc.Parent.Parent == nil && fc.Parent.Field.Field == nil && fc.Parent.Index == nil {
		return p.roots[fc.Field.Field]
	}
	return nil
}

// Result writes what a resolver has given.
type Result interface {
	// write gives what is to be marshalled instead of a resolver's result; the result itself where the plan cannot write it.
	write(ctx context.Context, e *execution, result any) any
}

// execution is one execution of an operation.
type execution struct {
	op       *graphql.OperationContext
	executor any
}

// value writes results of type T.
type value[T any] struct {
	append  Append[T]
	buffers sync.Pool // of *[]byte, which have held results: the next one will be alike
}

// maxKept is the longest buffer that is kept for the next result, in bytes: that of a page of photos with links.
const maxKept = 256 << 10

// ResultOf plans results of type T.
func ResultOf[T any](a Append[T]) Result { return &value[T]{append: a} }

func (v *value[T]) write(ctx context.Context, e *execution, result any) any {
	typed, ok := result.(T)
	if !ok {
		return result
	}
	if m := v.marshal(ctx, e, &typed); m != nil {
		return m
	}
	return result
}

// marshal gives nil where the value is not valid by itself.
func (v *value[T]) marshal(ctx context.Context, e *execution, result *T) graphql.Marshaler {
	buffer, _ := v.buffers.Get().(*[]byte)
	if buffer == nil {
		buffer = new([]byte)
	}
	w := Writer{Bytes: (*buffer)[:0]}
	if !v.append(&w, result) {
		return nil
	}
	*buffer = w.Bytes
	if len(w.gaps) == 0 {
		return written{w.Bytes, nil, buffer, &v.buffers}
	}
	resolveGaps(ctx, e.op, e.executor, w.gaps)
	if !anyInvalid(w.gaps) {
		return written{w.Bytes, w.gaps, buffer, &v.buffers}
	}
	second := Writer{Bytes: make([]byte, 0, cap(w.Bytes)), rewriting: true, resolved: make([]graphql.Marshaler, len(w.gaps))}
	for i := range w.gaps {
		second.resolved[i] = w.gaps[i].result
	}
	if !v.append(&second, result) {
		return graphql.Null
	}
	return written{bytes: second.Bytes, gaps: second.gaps}
}

func anyInvalid(gaps []gap) bool {
	for i := range gaps {
		if gaps[i].field.invalid(gaps[i].result) {
			return true
		}
	}
	return false
}
