package appsync

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/internal/auth"
	"pam/internal/invocation"
	"pam/internal/photos"
)

// atOnce is how many events of a batch are answered at a time.
const atOnce = 8

// Executor answers operations, and presents errors: server.Server.
type Executor interface {
	Execute(ctx context.Context, params *graphql.RawParams) *graphql.Response
	Refuse(ctx context.Context, err error) *graphql.Response
}

// Verifier tells whose token it is: auth.Verifier.
type Verifier interface {
	Verify(ctx context.Context, token string) (photos.Caller, error)
}

// Handler answers AppSync's events. All fields must be set.
type Handler struct {
	// Schema is the contract; it is asked for with the first event.
	Schema   func() *ast.Schema
	Executor Executor
	Verifier Verifier
	Logger   *slog.Logger
}

// Result is the answer to one event of a batch, in the form of "Returning individual errors" in the AppSync developer guide
// (tutorial-lambda-resolvers-js.html); ErrorInfo as util.error takes it.
type Result struct {
	Data         json.RawMessage `json:"data"`
	ErrorMessage string          `json:"errorMessage,omitempty"`
	ErrorType    string          `json:"errorType,omitempty"` // a code of the contract
	ErrorInfo    *ErrorInfo      `json:"errorInfo,omitempty"`
}

// ErrorInfo is what is said of an error beside its code and message.
type ErrorInfo struct {
	Field     string `json:"field,omitempty"` // the input at fault
	RequestID string `json:"requestId"`
	Path      string `json:"path,omitempty"` // of the field that failed, below the field of the event
	More      int    `json:"more,omitempty"` // how many further errors there are
}

// Handle answers an event, or a batch of them.
//
// A batch is answered by a list of Results. One event alone is answered by the value of its field, as a resolver without
// code of its own hands it on; an error becomes the invocation's, with a code of the contract as its type, since AppSync
// would take any object for the value.
func (h Handler) Handle(ctx context.Context, raw json.RawMessage) (any, error) {
	ctx = invocation.WithRequestID(ctx)
	events, batch, err := parse(raw)
	if err != nil {
		return nil, err
	}
	if !batch {
		result := h.answer(ctx, events[0])
		if result.ErrorType != "" {
			return nil, result.failure()
		}
		return result.Data, nil
	}
	results := make([]Result, len(events))
	var wg sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for i, e := range events {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			results[i] = h.answer(ctx, e)
		})
	}
	wg.Wait()
	return results, nil
}

// failure is the error of an invocation.
func (r Result) failure() error {
	message := r.ErrorMessage
	if r.ErrorType == string(photos.Internal) {
		message += fmt.Sprintf(" (request id %s)", r.ErrorInfo.RequestID)
	}
	return messages.InvokeResponse_Error{Type: r.ErrorType, Message: message}
}

// answer answers one event.
func (h Handler) answer(ctx context.Context, e event) Result {
	start := time.Now()
	result, owner := h.resolve(ctx, e)
	h.Logger.InfoContext(ctx, "resolver", "type", clip(e.Info.ParentTypeName), "field", clip(e.Info.FieldName),
		"owner", string(owner), "error", result.ErrorType, "ms", time.Since(start).Milliseconds())
	return result
}

func (h Handler) resolve(ctx context.Context, e event) (_ Result, owner photos.Owner) {
	op, err := operationOf(h.Schema(), e)
	if err != nil {
		return failed(nil, h.Executor.Refuse(ctx, err).Errors), ""
	}
	ctx, err = h.withCaller(ctx, e)
	if err != nil {
		return failed(nil, h.Executor.Refuse(ctx, err).Errors), ""
	}
	if caller, err := auth.CallerFrom(ctx); err == nil {
		owner = caller.Owner
	}
	response := h.Executor.Execute(ctx, op.params)
	data := dig(response.Data, op.path)
	if len(response.Errors) > 0 {
		return failed(data, response.Errors), owner
	}
	return Result{Data: data}, owner
}

// withCaller verifies the token again, whatever AppSync says of it: this function may be invoked by others. Clients of
// AppSync send the token alone, or after "Bearer".
func (h Handler) withCaller(ctx context.Context, e event) (context.Context, error) {
	values := e.authorization()
	switch {
	case len(values) == 0:
		return ctx, nil // the executor refuses what needs a caller
	case len(values) > 1:
		return ctx, photos.Errorf(photos.Unauthenticated, "the request carries more than one Authorization header")
	}
	token := strings.TrimSpace(values[0])
	if scheme, rest, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimLeft(rest, " ")
	}
	caller, err := h.Verifier.Verify(ctx, token)
	if err != nil {
		return ctx, err
	}
	return auth.WithCaller(ctx, caller), nil
}

// failed makes a result of errors, of which there is one or more; data is what there is in spite of them.
func failed(data json.RawMessage, errs gqlerror.List) Result {
	first := errs[0]
	text := func(name string) string {
		value, _ := first.Extensions[name].(string)
		return value
	}
	info := &ErrorInfo{Field: text("field"), RequestID: text("requestId"), More: len(errs) - 1}
	if len(first.Path) > 1 {
		info.Path = first.Path[1:].String()
	}
	return Result{Data: data, ErrorMessage: first.Message, ErrorType: text("code"), ErrorInfo: info}
}

// dig takes the value at a path out of the executor's data; null where there is none.
func dig(data json.RawMessage, path []string) json.RawMessage {
	for _, key := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil || object[key] == nil {
			return json.RawMessage("null")
		}
		data = object[key]
	}
	return data
}
