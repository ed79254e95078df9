// Package functionurl serves an http.Handler on a Lambda Function URL that streams its answers (InvokeMode
// RESPONSE_STREAM), so that server-sent events arrive one by one.
package functionurl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdaurl"

	"pam/internal/invocation"
)

// errAborted says that a handler gave up an answer that had begun.
var errAborted = errors.New("the answer was given up before its end")

// Is tells a Function URL's event, of payload format 2.0, from others. Source of the format: "Request payload format" of
// Function URLs in the Lambda developer guide.
func Is(event json.RawMessage) bool {
	var shape struct {
		RequestContext struct {
			HTTP struct {
				Method string `json:"method"`
			} `json:"http"`
		} `json:"requestContext"`
	}
	return json.Unmarshal(event, &shape) == nil && shape.RequestContext.HTTP.Method != ""
}

// Serve gives a function that answers events of a Function URL by the handler.
//
// What lambdaurl leaves open is settled here: requests carry the id of their invocation, what the handler writes can be
// flushed (it goes out at once), and a handler that panics neither takes the process with it nor leaves an answer that
// looks complete: Lambda is told that the stream broke off.
func Serve(handler http.Handler) func(ctx context.Context, event json.RawMessage) (any, error) {
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		var request events.LambdaFunctionURLRequest
		if err := json.Unmarshal(event, &request); err != nil {
			return nil, fmt.Errorf("functionurl: read the event: %w", err)
		}
		if request.RawPath == "" || request.RawPath[0] != '/' {
			request.RawPath = "/" + request.RawPath
		}
		broken := make(chan error, 1)
		response, err := lambdaurl.Wrap(guard(handler, broken))(invocation.WithRequestID(ctx), &request)
		if err != nil {
			// Lambda has let a path or method through of which no request can be made. That is not the function's failure.
			return &events.LambdaFunctionURLStreamingResponse{StatusCode: http.StatusBadRequest}, nil //nolint:nilerr // see above
		}
		response.Body = &body{Reader: response.Body, broken: broken}
		return response, nil
	}
}

// guard stands between the handler and the goroutine of lambdaurl, in which a panic would end the process.
func guard(handler http.Handler, broken chan<- error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				broken <- errAborted // the handler below has logged what it is about
			}
			close(broken)
		}()
		handler.ServeHTTP(flusher{w}, r)
	})
}

// flusher lets handlers flush: lambdaurl passes on each write as it comes.
type flusher struct{ http.ResponseWriter }

// Unwrap gives the writer beneath.
func (f flusher) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// FlushError sends the headers, where they have not been sent yet; nothing else waits.
func (f flusher) FlushError() error {
	f.WriteHeader(http.StatusOK) // without effect once a status is sent
	return nil
}

// body ends an answer by an error where the handler did not come to its end. The Runtime API client sends the error after
// the bytes, in the trailers that Lambda reads.
type body struct {
	io.Reader
	broken <-chan error
}

// Read reads from the handler.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		if cause := <-b.broken; cause != nil {
			return n, cause
		}
	}
	return n, err
}

// Close lets a handler that still writes know that nobody reads any more.
func (b *body) Close() error {
	if closer, ok := b.Reader.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
