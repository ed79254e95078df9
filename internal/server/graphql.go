package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/internal/photos"
	"pam/resolvers"
)

// errTooSlow is the cause of a context that OperationTime has ended.
var errTooSlow = errors.New("the operation took too long")

// endpoint answers GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), and subscriptions as
// server-sent events in the "distinct connections" mode of
// https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md.
type endpoint struct {
	exec          *executor.Executor
	operationTime time.Duration
	heartbeat     time.Duration
	maxStream     time.Duration
	draining      <-chan struct{}
	documents     sync.Pool // of *[]byte, which have held answers
}

// maxKeptDocument is the longest buffer that is kept for the next answer, in bytes: that of a page of photos with links.
const maxKeptDocument = 256 << 10

// newExecutor puts the limits and the errors of PAM around the generated executable schema.
func newExecutor(schema graphql.ExecutableSchema, logger *slog.Logger, operationTime time.Duration) *executor.Executor {
	exec := executor.New(schema)
	documents := lru.New[*ast.QueryDocument](documentCacheSize)
	exec.SetQueryCache(documents)
	exec.SetParserTokenLimit(MaxTokens)
	exec.Use(extension.Introspection{})
	exec.Use(documentLimits{documents})
	exec.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](persistedCacheSize)})
	exec.Use(callerRequired{})
	exec.Use(newCostLimit(schema))

	present := resolvers.PresentError(logger)
	exec.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		stopped := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
		if stopped && errors.Is(context.Cause(ctx), errTooSlow) {
			err = graphql.ErrorOnPath(ctx, photos.Errorf(photos.LimitExceeded, "the operation took longer than %s", operationTime))
		}
		return present(ctx, err)
	})
	exec.SetRecoverFunc(func(_ context.Context, p any) error { return panicked(p) })
	return exec
}

// panicked makes an error of a panic; its cause, with the stack, is for the log.
func panicked(p any) *photos.Error {
	return &photos.Error{
		Code:    photos.Internal,
		Message: "something went wrong on our side",
		Err:     fmt.Errorf("panic: %v\n%s", p, debug.Stack()),
	}
}

// ServeHTTP answers one request.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			// Resolvers have a recovery of their own; this is for parser, validator and the code around them.
			e.refuse(w, r, &refusal{http.StatusInternalServerError, panicked(p)})
		}
	}()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept")
	accept := negotiate(r.Header)
	if accept.none() {
		e.refuse(w, r, refuse(http.StatusNotAcceptable, photos.BadUserInput,
			"answers come as %s, %s or %s", graphqlJSON, plainJSON, eventStream))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxBodySize)
	params, err := readParams(r)
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	// The request is read; from here on the operation's own times count.
	deadlines := http.NewResponseController(w)
	ignoreUnsupported(deadlines.SetReadDeadline(time.Time{}))

	started := graphql.Now()
	params.ReadTime = graphql.TraceTiming{Start: started, End: started}
	ctx := graphql.StartOperationTrace(r.Context())
	op, errs := e.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		e.requestErrors(w, r, accept, e.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		return
	}
	recordOf(ctx).operation(op.Operation)

	subscription := op.Operation.Operation == ast.Subscription
	switch {
	case r.Method == http.MethodGet && op.Operation.Operation == ast.Mutation:
		e.refuse(w, r, refuse(http.StatusMethodNotAllowed, photos.BadUserInput, "mutations need POST"))
	case subscription && !accept.stream:
		e.refuse(w, r, refuse(http.StatusNotAcceptable, photos.BadUserInput, "subscriptions come as %s", eventStream))
	case subscription:
		e.stream(w, r.WithContext(ctx), op)
	default:
		ctx, cancel := context.WithTimeoutCause(ctx, e.operationTime, errTooSlow)
		defer cancel()
		if accept.document == "" {
			e.streamOne(w, r, e.answer(ctx, op))
			return
		}
		e.writeDocument(w, http.StatusOK, accept.document, e.answer(ctx, op))
	}
}

// answer runs a query or mutation.
func (e *endpoint) answer(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	next, ctx := e.exec.DispatchOperation(ctx, op)
	if response := next(ctx); response != nil {
		return response
	}
	// The executor gives nothing once the context has ended.
	return e.exec.DispatchError(ctx, gqlerror.List{gqlerror.WrapPath(nil, ctx.Err())})
}

// requestErrors answers an operation that was refused before anything of it ran. As a stream it is told in one event,
// as the stream protocol wants it, but a missing caller is told before the stream begins.
func (e *endpoint) requestErrors(w http.ResponseWriter, r *http.Request, accept acceptance, response *graphql.Response) {
	status := http.StatusOK
	for _, err := range response.Errors {
		status = max(status, requestStatus(err, accept.document))
	}
	if accept.document == "" && status < http.StatusUnauthorized {
		e.streamOne(w, r, response)
		return
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="pam"`)
	}
	e.writeDocument(w, status, accept.documentType(), response)
}

// requestStatus gives the HTTP status for a request error. Under plainJSON a well-formed request is answered with 200,
// since its clients take every other status for an answer of something in between.
func requestStatus(err *gqlerror.Error, document string) int {
	code, _ := err.Extensions["code"].(string)
	switch {
	case code == string(photos.Internal):
		return http.StatusInternalServerError
	case document == plainJSON:
		return http.StatusOK
	case code == string(photos.Unauthenticated):
		return http.StatusUnauthorized
	default:
		return http.StatusBadRequest
	}
}

// refuse answers a request that did not become an operation.
func (e *endpoint) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	var known *refusal
	if errors.As(err, &known) {
		status = known.status
	}
	switch status {
	case http.StatusMethodNotAllowed:
		allow := "GET, POST"
		if r.Method == http.MethodGet {
			allow = http.MethodPost
		}
		w.Header().Set("Allow", allow)
	case http.StatusUnsupportedMediaType:
		w.Header().Set("Accept-Post", plainJSON)
	}
	response := e.exec.DispatchError(r.Context(), gqlerror.List{gqlerror.WrapPath(nil, err)})
	e.writeDocument(w, status, negotiate(r.Header).documentType(), response)
}

// refuseCaller answers a request whose token is not good, or cannot be checked.
func (e *endpoint) refuseCaller(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept")
	response := e.exec.DispatchError(r.Context(), gqlerror.List{gqlerror.WrapPath(nil, err)})
	e.requestErrors(w, r, negotiate(r.Header), response)
}

// encode gives an answer as JSON.
func encode(response *graphql.Response) ([]byte, error) {
	return appendAnswer(make([]byte, 0, len(response.Data)+len(`{"data":}`)), response)
}

// appendAnswer appends an answer as JSON to nothing, in the memory of text: errors first, so that people see them. Without
// data there is no data entry: it says that execution has begun. Data is JSON already and is neither checked nor escaped
// again.
func appendAnswer(text []byte, response *graphql.Response) ([]byte, error) {
	entry := func(name string, value []byte) {
		begin := byte(',')
		if len(text) == 0 {
			begin = '{'
		}
		text = append(text, begin, '"')
		text = append(text, name...)
		text = append(text, `":`...)
		text = append(text, value...)
	}
	if len(response.Errors) > 0 {
		errs, err := json.Marshal(response.Errors)
		if err != nil {
			return nil, fmt.Errorf("encode the errors of an answer: %w", err)
		}
		entry("errors", errs)
	}
	if len(response.Data) > 0 {
		entry("data", response.Data)
	}
	if len(response.Extensions) > 0 {
		extensions, err := json.Marshal(response.Extensions)
		if err != nil {
			return nil, fmt.Errorf("encode the extensions of an answer: %w", err)
		}
		entry("extensions", extensions)
	}
	if len(text) == 0 {
		text = append(text, '{')
	}
	return append(text, '}'), nil
}

// writeDocument writes an answer. It panics where an error has extensions that are not JSON, which is a mistake of ours.
func (e *endpoint) writeDocument(w http.ResponseWriter, status int, mediaType string, response *graphql.Response) {
	buffer, _ := e.documents.Get().(*[]byte)
	if buffer == nil {
		buffer = new([]byte)
	}
	text, err := appendAnswer((*buffer)[:0], response)
	if err != nil {
		panic(err)
	}
	if *buffer = text; cap(text) <= maxKeptDocument {
		defer e.documents.Put(buffer) // a writer keeps nothing of what it is given
	}
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text))) // or it would go in chunks
	w.WriteHeader(status)
	_, _ = w.Write(text) // whoever asked may be gone, and nobody else wants the answer
}

// ignoreUnsupported drops the error of a deadline: writers of tests and of Lambda know none, and time out elsewhere.
func ignoreUnsupported(error) {}
