package queryplan

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Plain is gqlgen's way to marshal a result.
type Plain[T any] func(ctx context.Context, executor any, field graphql.CollectedField, result T) graphql.Marshaler

// stream writes what a subscription's channel gives, T by T.
type stream[T any] struct {
	value value[T]
	field graphql.CollectedField
	plain Plain[T]
}

// StreamOf plans the results of a subscription's field; plain is for those that a plan cannot write.
func StreamOf[T any](field graphql.CollectedField, a Append[T], plain Plain[T]) Result {
	return &stream[T]{value: value[T]{append: a}, field: field, plain: plain}
}

// write gives what gqlgen asks for each next event: see graphql.ResolveFieldStream.
func (s *stream[T]) write(_ context.Context, e *execution, result any) any {
	events, ok := result.(<-chan T)
	if !ok || events == nil {
		return result
	}
	return func(ctx context.Context) graphql.Marshaler {
		select {
		case event, more := <-events:
			if !more {
				return nil
			}
			return graphql.WriterFunc(func(out io.Writer) {
				m := s.value.marshal(ctx, e, &event)
				if m == nil {
					m = s.plain(ctx, e.executor, s.field, event)
				}
				_, _ = io.WriteString(out, "{") // the executor's writer is a buffer: it does not fail
				graphql.MarshalString(s.field.Alias).MarshalGQL(out)
				_, _ = io.WriteString(out, ":")
				m.MarshalGQL(out)
				_, _ = io.WriteString(out, "}")
			})
		case <-ctx.Done():
			return nil
		}
	}
}
