package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/local/worker"
)

// scripted is a queue without a disk, so that a test's clock need not run. It hands out what is put into it, and notes
// how each delivery is settled.
type scripted struct {
	mu      sync.Mutex
	waiting []sqlite.Delivery
	ready   chan struct{}
	fail    error // of Receive and of every settlement, while it is set
	failed  int
	log     []string
}

func newScripted(deliveries ...sqlite.Delivery) *scripted {
	return &scripted{waiting: deliveries, ready: make(chan struct{})}
}

func (s *scripted) note(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		s.failed++
		return s.fail
	}
	s.log = append(s.log, fmt.Sprintf(format, args...))
	return nil
}

func (s *scripted) notes() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log, ", ")
}

func (s *scripted) Ready(sqlite.Topic) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready
}

func (s *scripted) NextVisible(context.Context, sqlite.Topic) (time.Time, error) {
	return time.Time{}, nil
}

func (s *scripted) Receive(_ context.Context, _ sqlite.Topic, limit int, _ time.Duration) ([]sqlite.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		s.failed++
		return nil, s.fail
	}
	n := min(limit, len(s.waiting))
	list := s.waiting[:n]
	s.waiting = s.waiting[n:]
	return list, nil
}

func (s *scripted) Extend(_ context.Context, d sqlite.Delivery, _ time.Duration) error {
	return s.note("extend %d", d.ID)
}
func (s *scripted) Done(ctx context.Context, d sqlite.Delivery) error {
	return errors.Join(ctx.Err(), s.note("done %d", d.ID))
}
func (s *scripted) Retry(ctx context.Context, d sqlite.Delivery, delay time.Duration, counted bool) error {
	return errors.Join(ctx.Err(), s.note("retry %d at once %t counted %t", d.ID, delay == 0, counted))
}
func (s *scripted) Bury(ctx context.Context, d sqlite.Delivery, reason string) error {
	return errors.Join(ctx.Err(), s.note("bury %d: %s", d.ID, reason))
}

// start runs a worker in the background; the function that it gives tells it to stop and waits.
func start(t *testing.T, c worker.Config) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- worker.Run(ctx, c) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func noGiveUp(t *testing.T) func(context.Context, []byte, error) error {
	return func(_ context.Context, body []byte, cause error) error {
		t.Errorf("%q was given up: %v", body, cause)
		return nil
	}
}

func TestConfig(t *testing.T) {
	if err := worker.Run(t.Context(), worker.Config{}); err == nil {
		t.Error("a worker without a queue runs")
	}
}

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newScripted(sqlite.Delivery{ID: 1, Attempt: 1})
		c := config(t, q, sqlite.Detector)
		c.VisibleFor, c.GiveUp = 30*time.Second, noGiveUp(t)
		c.Handle = func(context.Context, []byte) error { time.Sleep(35 * time.Second); return nil }
		stop := start(t, c)
		time.Sleep(10 * time.Minute)
		stop()
		if got, want := q.notes(), "extend 1, extend 1, extend 1, done 1"; got != want {
			t.Errorf("a slow handler keeps its message, and no longer than it runs: got %q, want %q", got, want)
		}
	})
}

func TestStop(t *testing.T) {
	for _, tc := range []struct {
		name, reason string
		drain        time.Duration
		handler      func(ctx context.Context) error
		took         time.Duration
		want         string
	}{
		{"Finishes", "a handler that ends in time is let finish", time.Minute, func(ctx context.Context) error {
			time.Sleep(20 * time.Second)
			return ctx.Err()
		}, 10 * time.Second, "done 1"},
		{"FailsWhileDraining", "a handler that fails by itself while the worker drains has failed", time.Minute, func(context.Context) error {
			time.Sleep(20 * time.Second)
			return errors.New("broken")
		}, 10 * time.Second, "retry 1 at once false counted true"},
		{"Cancelled", "a handler that takes too long is cancelled, and its message is given back at once and uncounted", time.Minute, func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}, time.Minute, "retry 1 at once true counted false"},
		{"FinishesAfterAll", "work that is done in spite of the cancellation is done", time.Second, func(ctx context.Context) error {
			<-ctx.Done()
			return nil
		}, time.Second, "done 1"},
		{"NoDrain", "without time to drain handlers are cancelled at once", 0, func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}, 0, "retry 1 at once true counted false"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newScripted(sqlite.Delivery{ID: 1, Attempt: 1})
				c := config(t, q, sqlite.Detector)
				c.Drain, c.VisibleFor, c.GiveUp = tc.drain, time.Hour, noGiveUp(t)
				c.Handle = func(ctx context.Context, _ []byte) error { return tc.handler(ctx) }
				stop := start(t, c)
				time.Sleep(10 * time.Second) // the handler runs
				began := time.Now()
				stop()
				if took := time.Since(began); took != tc.took {
					t.Errorf("%s: stopping took %v, want %v", tc.reason, took, tc.took)
				}
				if got := q.notes(); got != tc.want {
					t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
				}
			})
		})
	}
}

func TestAttempts(t *testing.T) {
	broken := errors.New("broken")
	for _, tc := range []struct {
		name, reason string
		attempt      int
		handle       error
		giveUp       error
		want         string
	}{
		{"First", "a first failure is counted and comes again", 1, broken, nil, "handle, retry 1 at once false counted true"},
		{"Last", "after the last failure the message is given up and then buried", maxAttempts, broken, nil, "handle, give up: broken, bury 1: broken"},
		{"GiveUpFails", "what cannot be given up is not buried", maxAttempts, broken, errors.New("away"), "handle, give up: broken, retry 1 at once false counted true"},
		{"Beyond", "a message whose handler took the process with it each time is not handled once more", maxAttempts + 1, broken, nil,
			"give up: the last attempt did not come to an end, bury 1: the last attempt did not come to an end"},
		{"LastSucceeds", "the last attempt counts as much as the first", maxAttempts, nil, nil, "handle, done 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newScripted(sqlite.Delivery{ID: 1, Attempt: tc.attempt})
				c := config(t, q, sqlite.Detector)
				c.Backoff = worker.Backoff{Base: time.Hour, Cap: time.Hour} // a delay of exactly nothing is not drawn
				c.Handle = func(context.Context, []byte) error { return errors.Join(q.note("handle"), tc.handle) }
				c.GiveUp = func(_ context.Context, _ []byte, cause error) error {
					return errors.Join(q.note("give up: %v", cause), tc.giveUp)
				}
				stop := start(t, c)
				time.Sleep(time.Second)
				stop()
				if got := q.notes(); got != tc.want {
					t.Errorf("%s:\n got %s\nwant %s", tc.reason, got, tc.want)
				}
			})
		})
	}
}

func TestPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newScripted(sqlite.Delivery{ID: 1, Attempt: maxAttempts})
		var log bytes.Buffer
		c := config(t, q, sqlite.Detector)
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		c.Backoff = worker.Backoff{Base: time.Hour, Cap: time.Hour}
		c.Handle = func(context.Context, []byte) error { panic("a broken photo") }
		c.GiveUp = func(context.Context, []byte, error) error { panic("a broken catalog") }
		stop := start(t, c)
		time.Sleep(time.Second)
		stop()
		if got, want := q.notes(), "retry 1 at once false counted true"; got != want {
			t.Errorf("a panic in GiveUp is a failure of GiveUp: got %q, want %q", got, want)
		}
		for _, want := range []string{"a broken photo", "a broken catalog", "run_test.go"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not say %q:\n%s", want, log.String())
			}
		}
	})
}

func TestQueueFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newScripted(sqlite.Delivery{ID: 1, Attempt: 1})
		q.fail = errors.New("the disk is full")
		close(q.ready) // somebody sends all the time
		c := config(t, q, sqlite.Detector)
		c.Poll, c.GiveUp = time.Second, noGiveUp(t)
		c.Handle = func(context.Context, []byte) error { return nil }
		stop := start(t, c)
		time.Sleep(time.Minute)
		q.mu.Lock()
		if q.failed < 50 || q.failed > 70 {
			t.Errorf("a queue that fails is asked once a second, not %d times a minute", q.failed)
		}
		q.fail, q.ready = nil, make(chan struct{})
		q.mu.Unlock()
		time.Sleep(2 * time.Second)
		stop()
		if got, want := q.notes(), "done 1"; got != want {
			t.Errorf("work goes on when the queue is back: got %q, want %q", got, want)
		}
	})
}

func TestWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages, workers = 20, 4
		q := newScripted()
		for n := range messages {
			q.waiting = append(q.waiting, sqlite.Delivery{ID: int64(n), Attempt: 1})
		}
		var running, most atomic.Int32
		c := config(t, q, sqlite.Detector)
		c.Workers, c.GiveUp = workers, noGiveUp(t)
		c.Handle = func(context.Context, []byte) error {
			now := running.Add(1)
			defer running.Add(-1)
			for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
			}
			time.Sleep(time.Second)
			return nil
		}
		stop := start(t, c)
		time.Sleep(messages/workers*time.Second + time.Millisecond)
		stop()
		if got := strings.Count(q.notes(), "done"); got != messages || most.Load() != workers {
			t.Errorf("%d messages of a second each took %d workers longer: %d done, at most %d at a time", messages, workers, got, most.Load())
		}
	})
}

// TestOtherProcess has one process send and another, which it cannot wake, receive.
func TestOtherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pam.db")
	here, there := openDB(t, path), openDB(t, path)
	arrived := make(chan string, 1)
	c := config(t, here.Queue(), sqlite.Detector)
	c.Poll, c.GiveUp = 20*time.Millisecond, noGiveUp(t)
	c.Handle = func(_ context.Context, body []byte) error { arrived <- string(body); return nil }
	defer start(t, c)()
	if err := there.Queue().SendBody(t.Context(), sqlite.Detector, []byte("an event")); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-arrived:
		if got != "an event" {
			t.Errorf("got %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("what another process sent did not arrive")
	}
}

// TestHiddenWhileHandled has a handler run far longer than its message stays hidden, with idle workers beside it.
func TestHiddenWhileHandled(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "pam.db"))
	if err := db.Queue().SendBody(t.Context(), sqlite.Detector, []byte("slow")); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	finished := make(chan struct{})
	c := config(t, db.Queue(), sqlite.Detector)
	c.VisibleFor, c.Poll, c.GiveUp = 600*time.Millisecond, 20*time.Millisecond, noGiveUp(t)
	c.Handle = func(context.Context, []byte) error {
		if calls.Add(1) == 1 {
			time.Sleep(1500 * time.Millisecond)
			close(finished)
		}
		return nil
	}
	stop := start(t, c)
	<-finished
	stop()
	if n := calls.Load(); n != 1 {
		t.Errorf("the message was handed out %d times", n)
	}
	if next, err := db.Queue().NextVisible(t.Context(), sqlite.Detector); err != nil || !next.IsZero() {
		t.Errorf("the message is still there: %v, %v", next, err)
	}
}
