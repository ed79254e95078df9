package server

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"pam/internal/auth"
)

// Frames of the stream protocol. The complete event has a data line, since browsers drop events without one.
const (
	heartbeatFrame = ":\n\n"
	completeFrame  = "event: complete\ndata:\n\n"
	nextFrame      = "event: next\ndata: %s\n\n"
)

// events writes server-sent events, each at once.
type events struct {
	w          http.ResponseWriter
	controller *http.ResponseController
}

// beginEvents sends the headers, so that the client knows at once that it is heard.
func beginEvents(w http.ResponseWriter) events {
	h := w.Header()
	h.Set("Content-Type", eventStream+"; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // proxies that buffer would hold events back
	w.WriteHeader(http.StatusOK)
	return events{w: w, controller: http.NewResponseController(w)}
}

// send writes a frame and says whether the client is still there.
func (e events) send(format string, args ...any) bool {
	ignoreUnsupported(e.controller.SetWriteDeadline(time.Now().Add(streamWriteTime)))
	if _, err := fmt.Fprintf(e.w, format, args...); err != nil {
		return false
	}
	return e.controller.Flush() == nil
}

// streamOne sends one answer as a stream.
func (e *endpoint) streamOne(w http.ResponseWriter, r *http.Request, response *graphql.Response) {
	text, err := encode(response)
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	out := beginEvents(w)
	if out.send(nextFrame, text) {
		out.send(completeFrame)
	}
}

// stream runs an operation and sends each of its answers as an event, until there are no more, the client goes, the
// stream has lasted as long as it may, or the server shuts down. Except when the client is gone, it ends with complete.
func (e *endpoint) stream(w http.ResponseWriter, r *http.Request, op *graphql.OperationContext) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := beginEvents(w)
	if !out.send(heartbeatFrame) {
		return
	}
	answers := e.answers(ctx, op)
	defer func() {
		cancel()
		for range answers { // until the operation has ended, so that nothing of it outlives the request
		}
	}()

	heartbeat := time.NewTicker(e.heartbeat)
	defer heartbeat.Stop()
	var end <-chan time.Time
	if life := e.streamLife(ctx); life > 0 {
		timer := time.NewTimer(life)
		defer timer.Stop()
		end = timer.C
	}
	for {
		select {
		case text, more := <-answers:
			if !more {
				out.send(completeFrame)
				return
			}
			if !out.send(nextFrame, text) {
				return
			}
			heartbeat.Reset(e.heartbeat)
		case <-heartbeat.C:
			if !out.send(heartbeatFrame) {
				return
			}
		case <-end:
			out.send(completeFrame)
			return
		case <-e.draining:
			out.send(completeFrame)
			return
		case <-ctx.Done():
			return
		}
	}
}

// answers runs an operation and gives its answers as JSON; the channel is closed when it has ended. It runs beside the
// stream because waiting for an answer must not hold up heartbeats.
func (e *endpoint) answers(ctx context.Context, op *graphql.OperationContext) <-chan []byte {
	answers := make(chan []byte)
	send := func(response *graphql.Response) bool {
		text, err := encode(response) // now: the executor uses the bytes again for its next answer
		if err != nil {
			panic(err)
		}
		select {
		case answers <- text:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(answers)
		defer func() {
			if p := recover(); p != nil {
				send(e.exec.DispatchError(ctx, gqlerror.List{gqlerror.WrapPath(nil, panicked(p))}))
			}
		}()
		next, ctx := e.exec.DispatchOperation(ctx, op)
		for response := next(ctx); response != nil; response = next(ctx) {
			if !send(response) {
				return
			}
		}
	}()
	return answers
}

// streamLife is how long a stream may go on: no longer than the caller's token is good, with the leeway that every request
// has, and than MaxStream; 0 for no end. The client asks again, with a new token if need be.
func (e *endpoint) streamLife(ctx context.Context) time.Duration {
	life := e.maxStream
	if caller, err := auth.CallerFrom(ctx); err == nil && !caller.Until.IsZero() {
		if left := max(time.Until(caller.Until.Add(auth.Leeway)), time.Millisecond); life == 0 || left < life {
			life = left
		}
	}
	return life
}
