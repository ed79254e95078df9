package resolvers

import (
	"context"
	"errors"
	"log/slog"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/internal/photos"
	"pam/internal/requestid"
)

// internalMessage is all that a caller is told about a fault of ours; the request id leads to the rest in the log.
const internalMessage = "something went wrong on our side; quote the request id when you ask about it"

// PresentError gives the function that turns every error of an operation into a GraphQL error. It is the only place that
// does: extensions.code says what kind of error it is, extensions.field which input is at fault, extensions.requestId
// under which id the log knows more. A *photos.Error is shown as it is written, a GraphQL error that the executor made
// about the operation itself as BAD_USER_INPUT, and of anything else only that it happened; its cause goes to the log.
func PresentError(logger *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		// A copy: the executor's own error may be err itself, and what is logged must keep its text.
		copied := *graphql.DefaultErrorPresenter(ctx, err)
		shown := &copied
		shown.Extensions = maps.Clone(shown.Extensions)
		if shown.Extensions == nil {
			shown.Extensions = map[string]any{}
		}
		shown.Extensions["requestId"] = requestid.From(ctx)
		if field := inputField(ctx, shown.Path); field != "" && madeByExecutor(err) {
			shown.Extensions["field"] = field
		}

		var known *photos.Error
		switch {
		case errors.As(err, &known) && known.Code != photos.Internal:
			shown.Message = known.Message
			shown.Extensions["code"] = string(known.Code)
			if known.Field != "" {
				shown.Extensions["field"] = known.Field
			}
			if known.Err != nil {
				logger.InfoContext(ctx, "an operation was refused", "path", shown.Path.String(), "error", err)
			}
		case shown.Extensions["code"] != nil:
			shown.Extensions["code"] = contractCode(shown.Extensions["code"])
		case madeByExecutor(err):
			shown.Extensions["code"] = string(photos.BadUserInput)
		case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			shown.Message = "the operation took too long and was stopped"
			shown.Extensions["code"] = string(photos.LimitExceeded)
			logger.WarnContext(ctx, "an operation was stopped", "path", shown.Path.String(), "error", err)
		default:
			shown.Message = internalMessage
			shown.Extensions["code"] = string(photos.Internal)
			logger.ErrorContext(ctx, "an operation failed", "path", shown.Path.String(), "error", err)
		}
		return shown
	}
}

// inputField names the input at fault where the executor refused a value: the name of the variable or argument and the way
// into its value, as in input.size or inputs[3].size. It is "" where the path leads to a field and no further.
func inputField(ctx context.Context, path ast.Path) string {
	if len(path) > 1 && path[0] == ast.PathName("variable") {
		return path[1:].String()
	}
	if fc := graphql.GetFieldContext(ctx); fc != nil && len(path) > len(fc.Path()) {
		return path[len(fc.Path()):].String()
	}
	return ""
}

// madeByExecutor says whether an error is the executor's own, about the operation or its variables: a resolver's error is
// wrapped and has a cause.
func madeByExecutor(err error) bool {
	var own *gqlerror.Error
	return errors.As(err, &own) && own.Unwrap() == nil
}

// contractCode maps the codes that gqlgen and its extensions use to those of the contract.
func contractCode(code any) string {
	switch code {
	case "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED":
		return string(photos.BadUserInput)
	case "COMPLEXITY_LIMIT_EXCEEDED":
		return string(photos.LimitExceeded)
	}
	if s, ok := code.(string); ok {
		return s
	}
	return string(photos.Internal)
}
