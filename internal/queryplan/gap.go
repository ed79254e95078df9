package queryplan

import (
	"context"
	"io"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// Resolve is gqlgen's function for one field of one object: it calls the resolver and marshals what that gives.
type Resolve func(ctx context.Context) graphql.Marshaler

// Enter gives gqlgen's context of a field that is passed on the way to a gap. executor is gqlgen's for the operation.
type Enter func(ctx context.Context, executor any) (*graphql.FieldContext, error)

// gap is where the result of a field belongs that has a resolver.
type gap struct {
	offset int // in Writer.Bytes
	field  *openField
	at     *position
	// resolve is nil once it has run.
	resolve func(ctx context.Context, executor any) graphql.Marshaler
	result  graphql.Marshaler
}

// openField is what all gaps of a field of a selection have in common.
type openField struct {
	nonNull   bool
	immediate bool
}

// invalid says that a result makes the object invalid that the field is of: see graphql.FieldSet.ResolveConcurrently.
func (f *openField) invalid(result graphql.Marshaler) bool {
	if f.nonNull {
		return result == graphql.Null
	}
	return result == graphql.RequiredNull
}

// Resolved leaves a field to gqlgen: resolve calls its function for the field. immediate says that it only computes.
func Resolved[T any](o *Object[T], nonNull, immediate bool, resolve func(ctx context.Context, executor any, object *T) graphql.Marshaler) Append[T] {
	o.Gaps = true
	field := &openField{nonNull, immediate}
	return func(w *Writer, object *T) bool {
		g := gap{offset: len(w.Bytes), field: field, at: w.at}
		if w.rewriting {
			g.result, w.resolved = w.resolved[0], w.resolved[1:]
		} else {
			g.resolve = func(ctx context.Context, executor any) graphql.Marshaler { return resolve(ctx, executor, object) }
		}
		w.gaps = append(w.gaps, g)
		return g.result == nil || !field.invalid(g.result)
	}
}

// position is a step on the way from a result to a gap: into a field where enter is given, else to an element of a list.
type position struct {
	parent *position
	enter  Enter
	index  int
	ctx    context.Context // made when it is first needed
}

// context gives the context that gqlgen would resolve fields at a position in; root is that of the result. It is called by
// one goroutine at a time.
func (p *position) context(root context.Context, executor any) context.Context {
	if p == nil {
		return root
	}
	if p.ctx != nil {
		return p.ctx
	}
	p.ctx = p.parent.context(root, executor)
	if p.enter == nil {
		p.ctx = graphql.WithFieldContext(p.ctx, &graphql.FieldContext{Index: &p.index})
	} else if fc, err := p.enter(p.ctx, executor); err == nil { // it fails for bad arguments alone, and such a field is a gap itself
		p.ctx = graphql.WithFieldContext(p.ctx, fc)
	}
	return p.ctx
}

// resolveGaps runs what is left to gqlgen: what is immediate here and in order, the rest beside it.
func resolveGaps(ctx context.Context, op *graphql.OperationContext, executor any, gaps []gap) {
	var running sync.WaitGroup
	for i := range gaps {
		if g := &gaps[i]; !g.field.immediate {
			ctx := g.at.context(ctx, executor)
			running.Go(func() { g.result = guarded(ctx, op, executor, g) })
		}
	}
	for i := range gaps {
		if g := &gaps[i]; g.field.immediate {
			g.result = guarded(g.at.context(ctx, executor), op, executor, g)
		}
	}
	running.Wait()
}

// guarded runs a field and makes null of a panic, as gqlgen does.
func guarded(ctx context.Context, op *graphql.OperationContext, executor any, g *gap) (result graphql.Marshaler) {
	defer func() {
		if p := recover(); p != nil {
			op.Error(ctx, op.Recover(ctx, p))
			result = graphql.Null
		}
	}()
	return g.resolve(ctx, executor)
}

// written is a result: bytes, and what belongs into their gaps.
type written struct {
	bytes   []byte
	gaps    []gap
	buffer  *[]byte    // which the bytes lie in
	buffers *sync.Pool // where it goes when they are written; nil where it is not to be used again
}

// MarshalGQL writes it. It must be called once at most, as gqlgen does, because the bytes are another result's then.
func (r written) MarshalGQL(out io.Writer) {
	from := 0
	for i := range r.gaps {
		_, _ = out.Write(r.bytes[from:r.gaps[i].offset]) // the executor's writer is a buffer: it does not fail
		from = r.gaps[i].offset
		r.gaps[i].result.MarshalGQL(out)
	}
	_, _ = out.Write(r.bytes[from:])
	if r.buffers != nil && cap(r.bytes) <= maxKept {
		r.buffers.Put(r.buffer)
	}
}
