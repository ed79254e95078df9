package sqsevent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"pam/internal/invocation"
	"pam/internal/photos"
)

const (
	// margin is how long before its deadline an invocation stops its work, to have time to give back what is unfinished.
	margin = 10 * time.Second
	// busyPatience is how long a message may be given back uncounted. A store that is busy for longer is not busy but
	// broken: from then on each try counts, and the message ends where somebody looks.
	busyPatience = 6 * time.Hour
	// The wait before a message comes again is a random time up to a bound that doubles with each receive ("full jitter").
	// Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
	firstBackoff, lastBackoff = 2 * time.Second, 5 * time.Minute
)

// errTriesOver is the cause of giving up. Each try that could tell what went wrong has logged it.
var errTriesOver = errors.New("no try succeeded, or came to an end")

// Jobs does what messages ask for: jobs.Handler.
type Jobs interface {
	Handle(ctx context.Context, message []byte) error
	GiveUp(ctx context.Context, message []byte, cause error) error
	// Enqueue puts what a message asks for on the queue, as new jobs.
	Enqueue(ctx context.Context, message []byte) error
}

// Queue is the queue that the messages come from.
type Queue interface {
	// SendAgain sends a copy of a message, which is to come after the delay, up to 15 minutes, with FirstSent in the
	// attribute FirstSentAttribute.
	SendAgain(ctx context.Context, m Message, delay time.Duration) error
	// ComeAgain sets when a message that fails is handed out again.
	ComeAgain(ctx context.Context, m Message, delay time.Duration) error
}

// Handler handles events. All fields but Workers must be set.
type Handler struct {
	Jobs  Jobs
	Queue Queue
	// MaxReceives is the maxReceiveCount of the queue: what fails at this receive, SQS moves to the dead-letter queue. So
	// the last receive is for telling Jobs.GiveUp alone: what kills its process at each try is given up like what fails.
	MaxReceives int
	// Workers is how many messages of a batch are worked on at a time; 1 when zero.
	Workers int
	Now     func() time.Time
	Logger  *slog.Logger
}

// Handle handles the event of one invocation. The answer is a Response for a batch, and nil for a notification of S3. An
// error means that the whole event is to come again.
func (h Handler) Handle(ctx context.Context, event json.RawMessage) (any, error) {
	ctx = invocation.WithRequestID(ctx)
	batch, direct, err := parse(event)
	if err != nil {
		return nil, err
	}
	work, cancel := invocation.WithMargin(ctx, margin)
	defer cancel()
	if direct {
		return nil, h.direct(ctx, work, event)
	}
	failed := make([]bool, len(batch))
	var wg sync.WaitGroup
	places := make(chan struct{}, max(h.Workers, 1))
	for i, m := range batch {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			failed[i] = h.message(ctx, work, m) != nil
		})
	}
	wg.Wait()
	response := Response{BatchItemFailures: []Failure{}}
	for i, m := range batch {
		if failed[i] {
			response.BatchItemFailures = append(response.BatchItemFailures, Failure{m.ID})
		}
	}
	return response, nil
}

// direct handles a notification of S3 that came past the queue. What it cannot do now goes on the queue, where tries are
// counted and spread.
func (h Handler) direct(ctx, work context.Context, event json.RawMessage) error {
	err := h.call(work, func(ctx context.Context) error { return h.Jobs.Handle(ctx, event) })
	if err == nil {
		return nil
	}
	h.Logger.WarnContext(ctx, "a notification failed and goes on the queue", "error", err)
	if sendErr := h.Jobs.Enqueue(ctx, event); sendErr != nil {
		return errors.Join(err, sendErr)
	}
	return nil
}

// message handles one message of a batch; ctx goes on after work has ended. An error means that the message is to come
// again, or, after its last receive, to the dead-letter queue.
func (h Handler) message(ctx, work context.Context, m Message) error {
	log := h.Logger.With("message", m.ID, "receive", m.Receives)
	if work.Err() != nil {
		log.InfoContext(ctx, "a message is given back untouched: the invocation ends")
		return h.giveBack(ctx, log, m, 0, work.Err())
	}
	if m.Receives >= h.MaxReceives {
		return h.giveUp(ctx, log, m, errTriesOver)
	}
	err := h.call(work, func(ctx context.Context) error { return h.Jobs.Handle(ctx, m.Body) })
	switch {
	case err == nil:
		return nil
	case errors.Is(err, photos.ErrBusy) && h.Now().Sub(m.firstSent(h.Now())) < busyPatience:
		delay := backoff(m.Receives + 1)
		log.InfoContext(ctx, "a store was busy; the message comes again", "delay", delay, "error", err)
		return h.giveBack(ctx, log, m, delay, err)
	}
	delay := backoff(m.Receives)
	log.WarnContext(ctx, "a message failed and comes again", "delay", delay, "error", err)
	h.comeAgain(ctx, log, m, delay)
	return err
}

// comeAgain sets when a message that is about to fail is handed out again, which else is when its visibility timeout is over.
func (h Handler) comeAgain(ctx context.Context, log *slog.Logger, m Message, delay time.Duration) {
	if err := h.Queue.ComeAgain(ctx, m, delay); err != nil {
		log.WarnContext(ctx, "a message comes again when its visibility timeout is over", "error", err)
	}
}

// giveBack sends a copy in place of the message, so that its receives begin anew. Without a copy the message itself comes
// again, and has lost a receive.
func (h Handler) giveBack(ctx context.Context, log *slog.Logger, m Message, delay time.Duration, cause error) error {
	m.FirstSent = m.firstSent(h.Now())
	if err := h.Queue.SendAgain(ctx, m, delay); err != nil {
		log.WarnContext(ctx, "a message could not be sent again; it comes again counted", "error", err)
		return errors.Join(cause, err)
	}
	return nil
}

// giveUp ends what a message was about, and lets SQS have it for the dead-letter queue. What cannot be ended now must not
// be forgotten there: a copy tries again.
func (h Handler) giveUp(ctx context.Context, log *slog.Logger, m Message, cause error) error {
	if err := h.call(ctx, func(ctx context.Context) error { return h.Jobs.GiveUp(ctx, m.Body, cause) }); err != nil {
		log.ErrorContext(ctx, "a message could not be given up", "error", err, "cause", cause)
		return h.giveBack(ctx, log, m, lastBackoff, errors.Join(cause, err))
	}
	log.ErrorContext(ctx, "a message failed for good", "error", cause)
	// SQS moves it when it would hand it out the next time: now, or the alarm would be late by the visibility timeout.
	h.comeAgain(ctx, log, m, 0)
	return cause
}

// call makes an error of a panic: one broken photo must not take down what else the process does.
func (h Handler) call(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			h.Logger.ErrorContext(ctx, "a handler panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f(ctx)
}

// firstSent is now for a message that does not say.
func (m Message) firstSent(now time.Time) time.Time {
	if m.FirstSent.IsZero() {
		return now
	}
	return m.FirstSent
}

// backoff draws how long a message waits after so many receives.
func backoff(receives int) time.Duration {
	bound := firstBackoff
	for range receives - 1 {
		if bound >= lastBackoff {
			break
		}
		bound *= 2
	}
	return rand.N(min(bound, lastBackoff)) + time.Second
}
