package resolvers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/internal/photos"
	"pam/internal/requestid"
	"pam/resolvers"
)

func TestPresentError(t *testing.T) {
	path := ast.Path{ast.PathName("labels")}
	secret := errors.New("dial 10.0.0.7: password geheim refused")
	coded := func(code string) error {
		return &gqlerror.Error{Message: "as the executor says", Extensions: map[string]any{"code": code}}
	}
	for _, c := range []struct {
		name, reason string
		err          error
		code, field  string
		message      string
		logged       string // what the log must know; "" for nothing
	}{
		{name: "domain", reason: "what the domain says is meant for the caller", err: gqlerror.WrapPath(path, photos.BadInput("first", "must be 1 to 100, not 0")), code: "BAD_USER_INPUT", field: "first", message: "must be 1 to 100, not 0"},
		{name: "domain, wrapped", reason: "a use case may say what it was doing; the code stays", err: gqlerror.WrapPath(path, fmt.Errorf("read: %w", photos.Errorf(photos.NotFound, "there is no such photo"))), code: "NOT_FOUND", message: "there is no such photo"},
		{name: "domain with cause", reason: "the cause is for the log alone", err: gqlerror.WrapPath(path, &photos.Error{Code: photos.Unauthenticated, Message: "the token has expired", Err: secret}), code: "UNAUTHENTICATED", message: "the token has expired", logged: "geheim"},
		{name: "domain, internal", reason: "INTERNAL never says why", err: gqlerror.WrapPath(path, &photos.Error{Code: photos.Internal, Message: "the issuer is down", Err: secret}), code: "INTERNAL", message: "something went wrong on our side", logged: "geheim"},
		{name: "anything else", reason: "what nobody foresaw is hidden and logged", err: gqlerror.WrapPath(path, secret), code: "INTERNAL", message: "something went wrong on our side", logged: "geheim"},
		{name: "bare", reason: "an error need not come from the executor", err: secret, code: "INTERNAL", message: "something went wrong on our side", logged: "geheim"},
		{name: "invalid operation", reason: "gqlgen's codes are not those of the contract", err: coded("GRAPHQL_VALIDATION_FAILED"), code: "BAD_USER_INPUT", message: "as the executor says"},
		{name: "not parsed", reason: "gqlgen's codes are not those of the contract", err: coded("GRAPHQL_PARSE_FAILED"), code: "BAD_USER_INPUT", message: "as the executor says"},
		{name: "too complex", reason: "gqlgen's codes are not those of the contract", err: coded("COMPLEXITY_LIMIT_EXCEEDED"), code: "LIMIT_EXCEEDED", message: "as the executor says"},
		{name: "bad variable", reason: "the executor says about variables what callers may know", err: gqlerror.ErrorPathf(path, "must be defined"), code: "BAD_USER_INPUT", message: "must be defined"},
		{name: "variable refused", reason: "bad input names its field, also when the executor finds it", err: gqlerror.ErrorPathf(ast.Path{ast.PathName("variable"), ast.PathName("inputs"), ast.PathIndex(3), ast.PathName("size")}, "must be an Int"), code: "BAD_USER_INPUT", field: "inputs[3].size", message: "must be an Int"},
		{name: "too slow", reason: "a deadline is a limit, not a fault", err: gqlerror.WrapPath(path, fmt.Errorf("list: %w", context.DeadlineExceeded)), code: "LIMIT_EXCEEDED", message: "took too long", logged: "list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			before := c.err.Error()
			shown := resolvers.PresentError(slog.New(slog.NewTextHandler(&log, nil)))(requestid.With(t.Context(), "the id"), c.err)
			if shown.Extensions["code"] != c.code || shown.Extensions["requestId"] != "the id" || !strings.Contains(shown.Message, c.message) {
				t.Errorf("%s: shown as %q %v", c.reason, shown.Message, shown.Extensions)
			}
			if field, _ := shown.Extensions["field"].(string); field != c.field {
				t.Errorf("%s: field %q, want %q", c.reason, field, c.field)
			}
			if strings.Contains(shown.Message, "geheim") {
				t.Errorf("%s: a secret is shown: %s", c.reason, shown.Message)
			}
			if (c.logged == "") != (log.Len() == 0) || !strings.Contains(log.String(), c.logged) {
				t.Errorf("%s: the log says %q, want something with %q", c.reason, log.String(), c.logged)
			}
			if c.err.Error() != before {
				t.Errorf("presenting changed the error: %v", c.err)
			}
		})
	}
}
