package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/internal/photos"
)

// Execute answers a query or mutation that did not come over HTTP, with the same limits, authorisation and errors. The
// caller is the context's (auth.WithCaller), and so is the request id.
func (s *Server) Execute(ctx context.Context, params *graphql.RawParams) (response *graphql.Response) {
	defer func() {
		if p := recover(); p != nil {
			response = s.Refuse(ctx, panicked(p))
		}
	}()
	started := graphql.Now()
	params.ReadTime = graphql.TraceTiming{Start: started, End: started}
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := s.api.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		return s.api.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs)
	}
	if op.Operation.Operation == ast.Subscription {
		return s.Refuse(ctx, photos.Errorf(photos.BadUserInput, "subscriptions come over HTTP, as %s", eventStream))
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.api.operationTime, errTooSlow)
	defer cancel()
	answer := s.api.answer(ctx, op)
	// The executor uses the bytes again for its next answer.
	copied := *answer
	copied.Data = append([]byte(nil), answer.Data...)
	return &copied
}

// Refuse gives the answer to something that does not get as far as the executor, presented as all errors are.
func (s *Server) Refuse(ctx context.Context, err error) *graphql.Response {
	return s.api.exec.DispatchError(ctx, gqlerror.List{gqlerror.WrapPath(nil, err)})
}
