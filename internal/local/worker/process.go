package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// process works on one delivery and settles it. When ctx ends before the work is done, the message is given back.
func (c Config) process(ctx context.Context, d sqlite.Delivery) {
	log := c.Logger.With("message", d.ID, "attempt", d.Attempt)
	stopBeating := c.beat(ctx, log, d)
	var err error
	if d.Attempt > c.MaxAttempts {
		// The process died in its last attempt, perhaps because of it, or GiveUp failed: it is not handled again.
		err = c.giveUp(ctx, log, d, errors.New("the last attempt did not come to an end"))
	} else if err = c.call(ctx, log, func(ctx context.Context) error { return c.Handle(ctx, d.Body) }); err != nil {
		err = c.failed(ctx, log, d, err)
	} else {
		err = c.Queue.Done(context.WithoutCancel(ctx), d)
	}
	stopBeating()
	if errors.Is(err, sqlite.ErrSuperseded) {
		log.WarnContext(ctx, "a message was handed out again while it was worked on")
	} else if err != nil {
		// Nothing is lost: the message comes again when its time of invisibility is over.
		log.ErrorContext(ctx, "a message could not be settled", "error", err)
	}
}

// failed settles a message whose handler gave an error.
func (c Config) failed(ctx context.Context, log *slog.Logger, d sqlite.Delivery, cause error) error {
	settle := context.WithoutCancel(ctx)
	switch {
	case ctx.Err() != nil:
		log.InfoContext(ctx, "a message is given back unfinished", "error", cause)
		return c.Queue.Retry(settle, d, 0, false)
	case errors.Is(cause, photos.ErrBusy):
		delay := c.Backoff.delay(d.Attempt)
		log.InfoContext(ctx, "a store was busy; the message comes again", "delay", delay, "error", cause)
		return c.Queue.Retry(settle, d, delay, false)
	case d.Attempt < c.MaxAttempts:
		delay := c.Backoff.delay(d.Attempt)
		log.WarnContext(ctx, "a message failed and comes again", "delay", delay, "error", cause)
		return c.Queue.Retry(settle, d, delay, true)
	}
	return c.giveUp(ctx, log, d, cause)
}

// giveUp tells GiveUp of a message that failed for good, and buries it. What GiveUp cannot end now is tried again later:
// until then the message must not be forgotten.
func (c Config) giveUp(ctx context.Context, log *slog.Logger, d sqlite.Delivery, cause error) error {
	settle := context.WithoutCancel(ctx)
	if err := c.call(ctx, log, func(ctx context.Context) error { return c.GiveUp(ctx, d.Body, cause) }); err != nil {
		delay := c.Backoff.delay(d.Attempt)
		log.ErrorContext(ctx, "a message could not be given up", "delay", delay, "error", err, "cause", cause)
		return c.Queue.Retry(settle, d, delay, true)
	}
	log.ErrorContext(ctx, "a message failed for good", "error", cause)
	return c.Queue.Bury(settle, d, cause.Error())
}

// call runs a handler and makes an error of a panic: one broken photo must not take down the process.
func (c Config) call(ctx context.Context, log *slog.Logger, f func(ctx context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			log.ErrorContext(ctx, "a handler panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f(ctx)
}

// beat keeps a message invisible while it is worked on. It goes on after ctx has ended, because the handler has, too,
// until the function that it gives is called.
func (c Config) beat(ctx context.Context, log *slog.Logger, d sqlite.Delivery) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(c.VisibleFor / 3) // one beat may fail
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			if err := c.Queue.Extend(ctx, d, c.VisibleFor); err != nil && ctx.Err() == nil {
				if errors.Is(err, sqlite.ErrSuperseded) {
					return // process says so when the handler has returned
				}
				log.WarnContext(ctx, "a message could not be kept invisible", "error", err)
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
