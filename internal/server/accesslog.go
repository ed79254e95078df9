package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"pam/internal/auth"
	"pam/internal/photos"
	"pam/internal/requestid"
)

// maxLogged bounds texts that the client chooses, in bytes, so that nobody fills the log with one request.
const maxLogged = 256

// record collects what the access log says of a request, from the handlers that know it. A request is handled by one
// goroutine, so it needs no lock.
type record struct {
	operationType string
	operationName string
	owner         photos.Owner
}

type recordKey struct{}

// recordOf gives the record of the request; one that nobody reads where there is none.
func recordOf(ctx context.Context) *record {
	if r, ok := ctx.Value(recordKey{}).(*record); ok {
		return r
	}
	return new(record)
}

// operation takes the type and name of the operation, and never its text or variables.
func (r *record) operation(op *ast.OperationDefinition) {
	r.operationType, r.operationName = string(op.Operation), clip(op.Name)
}

// logged gives each request an id, writes one line about it when it is over, and stands between a panic and the
// connection. An id that is in the context already is kept: on Lambda it is that of the invocation.
func logged(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx := r.Context()
		id := requestid.From(ctx)
		if id == "" {
			id = requestid.New()
			ctx = requestid.With(ctx, id)
		}
		rec := new(record)
		ctx = context.WithValue(ctx, recordKey{}, rec)
		w.Header().Set(requestid.Header, id)
		counted := &countingWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if cause, _ := p.(error); p != nil && !errors.Is(cause, http.ErrAbortHandler) {
				logger.ErrorContext(ctx, "a request panicked", "error", panicked(p))
				if counted.status == 0 {
					http.Error(counted, "something went wrong on our side; request id "+id, http.StatusInternalServerError)
					p = nil
				}
			}
			logger.InfoContext(ctx, "request", rec.attributes(r, counted, time.Since(start))...)
			if p != nil {
				panic(http.ErrAbortHandler) // the answer has begun and cannot be completed: the client must notice
			}
		}()
		next.ServeHTTP(counted, r.WithContext(ctx))
	})
}

// attributes gives the line: no query string, header or body, since tokens and file names may be there.
func (r *record) attributes(req *http.Request, w *countingWriter, took time.Duration) []any {
	status := w.status
	if status == 0 {
		status = http.StatusOK // a handler that writes nothing answers so
	}
	attrs := []any{
		"method", clip(req.Method), "path", clip(req.URL.Path), "status", status, "bytes", w.bytes,
		"ms", took.Milliseconds(),
	}
	if r.operationType != "" {
		attrs = append(attrs, "operationType", r.operationType, "operationName", r.operationName)
	}
	if r.owner != "" {
		attrs = append(attrs, "owner", string(r.owner))
	}
	return attrs
}

// noteCaller puts the caller into the access log.
func noteCaller(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caller, err := auth.CallerFrom(r.Context()); err == nil {
			recordOf(r.Context()).owner = caller.Owner
		}
		next.ServeHTTP(w, r)
	})
}

func clip(text string) string {
	if len(text) > maxLogged {
		return text[:maxLogged]
	}
	return text
}

// countingWriter counts what is answered. http.ResponseController finds flushing and deadlines through Unwrap.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap gives the writer beneath.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes the status.
func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *countingWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}
