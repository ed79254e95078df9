// Package calllog tells of each call to AWS: what was asked, how many bytes went there and back, how long it took. Tests
// count calls with it, from which costs follow; a program may write it to its debug log.
package calllog

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"pam/internal/aws/awserror"
)

// Call is one call of an operation, its retries included.
type Call struct {
	Service, Operation string        // as the SDK names them, such as "SQS" and "SendMessageBatch"
	Input              any           // the SDK's input, such as *sqs.SendMessageBatchInput; may hold what must not be logged
	Attempts           int           // requests that were sent; 0 when it failed before
	Sent, Received     int64         // bytes of the bodies of all attempts; a body that is read later counts as long as announced
	Duration           time.Duration // until the operation returned, waiting between attempts included
	ErrorCode          string        // the service's code, "error" for other failures, "" for a success
}

// Recorder is told of each call when it has returned. It must be safe for concurrent use.
type Recorder interface {
	Record(ctx context.Context, c Call)
}

// Option makes clients tell the recorder of their calls: append it to aws.Config.APIOptions. Requests that bypass the
// SDK's middleware, as the Gets of package s3 do, are not seen.
func Option(recorder Recorder) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(&whole{recorder}, middleware.Before); err != nil {
			return err
		}
		return stack.Deserialize.Add(&attempt{}, middleware.After)
	}
}

// progressKey is where an operation's attempts find what they add to.
type progressKey struct{}

// progress is what is known of a call that is under way.
type progress struct {
	attempts int
	sent     int64
	bodies   []*countedBody
}

// whole sees an operation from outside of its retries.
type whole struct{ recorder Recorder }

// ID names the middleware.
func (*whole) ID() string { return "pam.calllog.Whole" }

// HandleInitialize lets the operation run and tells of it.
func (w *whole) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	p := &progress{}
	begun := time.Now()
	out, metadata, err := next.HandleInitialize(middleware.WithStackValue(ctx, progressKey{}, p), in)
	call := Call{
		Service: middleware.GetServiceID(ctx), Operation: middleware.GetOperationName(ctx), Input: in.Parameters,
		Attempts: p.attempts, Sent: p.sent, Duration: time.Since(begun),
	}
	for _, body := range p.bodies {
		call.Received += body.size()
	}
	if err != nil {
		if call.ErrorCode = awserror.Code(err); call.ErrorCode == "" {
			call.ErrorCode = "error"
		}
	}
	w.recorder.Record(ctx, call)
	return out, metadata, err
}

// attempt sees each request and its answer.
type attempt struct{}

// ID names the middleware.
func (*attempt) ID() string { return "pam.calllog.Attempt" }

// HandleDeserialize counts a request and its answer.
func (*attempt) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	p, ok := middleware.GetStackValue(ctx, progressKey{}).(*progress)
	if !ok {
		return out, metadata, err
	}
	p.attempts++
	if request, ok := in.Request.(*smithyhttp.Request); ok {
		p.sent += max(request.ContentLength, 0)
	}
	if response, ok := out.RawResponse.(*smithyhttp.Response); ok && response.Response != nil && response.Body != nil {
		body := &countedBody{ReadCloser: response.Body, announced: response.ContentLength}
		response.Body = body
		p.bodies = append(p.bodies, body)
	}
	return out, metadata, err
}

// countedBody counts what is read of a body whose length was not announced.
type countedBody struct {
	io.ReadCloser
	announced int64 // negative when it was not

	mu   sync.Mutex
	read int64
}

// Read reads and counts.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read += int64(n)
	return n, err
}

func (b *countedBody) size() int64 {
	if b.announced >= 0 {
		return b.announced
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.read
}

// Memory is a Recorder that keeps the calls. Its zero value is ready.
type Memory struct {
	mu    sync.Mutex
	calls []Call
}

var _ Recorder = (*Memory)(nil)

// Record keeps a call.
func (m *Memory) Record(_ context.Context, c Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, c)
}

// Take gives the calls since the last Take, in the order in which they returned.
func (m *Memory) Take() []Call {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.calls
	m.calls = nil
	return calls
}

// Log is a Recorder that writes a debug line for each call, without its input.
type Log struct{ Logger *slog.Logger }

var _ Recorder = Log{}

// Record writes a call.
func (l Log) Record(ctx context.Context, c Call) {
	l.Logger.DebugContext(ctx, "called AWS", "service", c.Service, "operation", c.Operation, "attempts", c.Attempts,
		"sent", c.Sent, "received", c.Received, "duration", c.Duration, "code", c.ErrorCode)
}
