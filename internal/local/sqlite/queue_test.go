package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// receive gets deliveries, or fails the test.
func receive(t *testing.T, q *sqlite.Queue, limit int, visibleFor time.Duration) []sqlite.Delivery {
	t.Helper()
	list, err := q.Receive(t.Context(), sqlite.Detector, limit, visibleFor)
	if err != nil {
		t.Fatalf("Receive: %v", err)
	}
	return list
}

// sent opens a queue with messages.
func sent(t *testing.T, bodies ...string) *sqlite.Queue {
	t.Helper()
	q := openDB(t).Queue()
	for _, b := range bodies {
		if err := q.SendBody(t.Context(), sqlite.Detector, []byte(b)); err != nil {
			t.Fatalf("SendBody: %v", err)
		}
	}
	return q
}

func expect(t *testing.T, reason string, list []sqlite.Delivery, attempt int, bodies ...string) {
	t.Helper()
	if len(list) != len(bodies) {
		t.Fatalf("%s: got %d messages, want %d", reason, len(list), len(bodies))
	}
	for i, d := range list {
		if string(d.Body) != bodies[i] || d.Attempt != attempt {
			t.Fatalf("%s: got %q, attempt %d, want %q, attempt %d", reason, d.Body, d.Attempt, bodies[i], attempt)
		}
	}
}

func TestReceive(t *testing.T) {
	for _, tc := range []struct {
		name   string
		reason string
		run    func(t *testing.T, reason string, q *sqlite.Queue)
	}{
		{"Order", "those that wait longest come first, as many as asked for", func(t *testing.T, reason string, q *sqlite.Queue) {
			expect(t, reason, receive(t, q, 2, time.Hour), 1, "a", "b")
			expect(t, reason, receive(t, q, 2, time.Hour), 1, "c")
			expect(t, reason, receive(t, q, 2, time.Hour), 1)
		}},
		{"Topics", "the topics do not mix", func(t *testing.T, reason string, q *sqlite.Queue) {
			if err := q.SendBody(t.Context(), sqlite.Archiver, []byte("x")); err != nil {
				t.Fatal(err)
			}
			list, err := q.Receive(t.Context(), sqlite.Archiver, 10, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, reason, list, 1, "x")
			expect(t, reason, receive(t, q, 10, time.Hour), 1, "a", "b", "c")
		}},
		{"VisibleAgain", "what is not settled in time is handed out again", func(t *testing.T, reason string, q *sqlite.Queue) {
			expect(t, reason, receive(t, q, 10, 0), 1, "a", "b", "c")
			time.Sleep(2 * time.Millisecond)
			expect(t, reason, receive(t, q, 10, time.Hour), 2, "a", "b", "c")
		}},
		{"Extend", "what is extended stays hidden", func(t *testing.T, reason string, q *sqlite.Queue) {
			list := receive(t, q, 10, 100*time.Millisecond)
			if err := q.Extend(t.Context(), list[1], time.Hour); err != nil {
				t.Fatal(err)
			}
			time.Sleep(120 * time.Millisecond)
			expect(t, reason, receive(t, q, 10, time.Hour), 2, "a", "c")
		}},
		{"Done", "what is done is gone, also when another has it by now", func(t *testing.T, reason string, q *sqlite.Queue) {
			first := receive(t, q, 1, 0)
			time.Sleep(2 * time.Millisecond)
			again := receive(t, q, 3, 0)
			if err := q.Done(t.Context(), first[0]); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Millisecond)
			expect(t, reason, receive(t, q, 3, time.Hour), 2, "b", "c")
			if err := q.Retry(t.Context(), again[len(again)-1], 0, true); !errors.Is(err, sqlite.ErrSuperseded) {
				t.Errorf("%s: Retry of what is done: %v", reason, err)
			}
		}},
		{"Superseded", "who was too slow cannot disturb the next", func(t *testing.T, reason string, q *sqlite.Queue) {
			slow := receive(t, q, 1, 0)[0]
			time.Sleep(2 * time.Millisecond)
			receive(t, q, 3, time.Hour)
			for call, err := range map[string]error{
				"Retry": q.Retry(t.Context(), slow, 0, true), "Extend": q.Extend(t.Context(), slow, 0), "Bury": q.Bury(t.Context(), slow, "slow"),
			} {
				if !errors.Is(err, sqlite.ErrSuperseded) {
					t.Errorf("%s: %s gave %v", reason, call, err)
				}
			}
			expect(t, reason, receive(t, q, 3, time.Hour), 0)
		}},
		{"Uncounted", "what is given back uncounted has not used up an attempt", func(t *testing.T, reason string, q *sqlite.Queue) {
			for range 3 {
				list := receive(t, q, 3, time.Hour)
				expect(t, reason, list, 1, "a", "b", "c")
				for _, d := range list {
					if err := q.Retry(t.Context(), d, 0, false); err != nil {
						t.Fatal(err)
					}
				}
			}
		}},
		{"Delay", "what is given back with a delay waits for it, and NextVisible says until when", func(t *testing.T, reason string, q *sqlite.Queue) {
			list := receive(t, q, 3, time.Hour)
			before := time.Now()
			if err := q.Retry(t.Context(), list[2], time.Minute, true); err != nil {
				t.Fatal(err)
			}
			expect(t, reason, receive(t, q, 3, time.Hour), 0)
			next, err := q.NextVisible(t.Context(), sqlite.Detector)
			if wait := next.Sub(before); err != nil || wait < time.Minute-time.Millisecond || wait > time.Minute+10*time.Second {
				t.Errorf("%s: NextVisible in %v, %v", reason, wait, err)
			}
		}},
		{"Bury", "a buried message is a dead letter with its reason, and comes no more", func(t *testing.T, reason string, q *sqlite.Queue) {
			d := receive(t, q, 1, 0)[0]
			if err := q.Bury(t.Context(), d, "broken"); err != nil {
				t.Fatal(err)
			}
			expect(t, reason, receive(t, q, 3, time.Hour), 1, "b", "c")
			dead, err := q.DeadLetters(t.Context(), 10)
			if err != nil || len(dead) != 1 {
				t.Fatalf("%s: %v, %v", reason, dead, err)
			}
			if l := dead[0]; string(l.Body) != "a" || l.Reason != "broken" || l.Attempts != 1 || l.Topic != sqlite.Detector || l.SentAt.IsZero() || l.DiedAt.Before(l.SentAt) {
				t.Errorf("%s: %+v", reason, l)
			}
		}},
		{"ReleaseAll", "what a dead process held is visible at once, and its deliveries count and are over", func(t *testing.T, reason string, q *sqlite.Queue) {
			held := receive(t, q, 2, time.Hour)
			if err := q.ReleaseAll(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := q.Extend(t.Context(), held[0], time.Hour); !errors.Is(err, sqlite.ErrSuperseded) {
				t.Errorf("%s: Extend of a delivery that is over: %v", reason, err)
			}
			attempts := make(map[string]int)
			for _, d := range receive(t, q, 3, time.Hour) {
				attempts[string(d.Body)] = d.Attempt
			}
			if attempts["a"] != 2 || attempts["b"] != 2 || attempts["c"] != 1 {
				t.Errorf("%s: attempts %v", reason, attempts)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.run(t, tc.reason, sent(t, "a", "b", "c")) })
	}
}

func TestReady(t *testing.T) {
	q := openDB(t).Queue()
	wakes := func(reason string, topic sqlite.Topic, f func() error, want bool) {
		t.Helper()
		ready := q.Ready(topic)
		if err := f(); err != nil {
			t.Fatalf("%s: %v", reason, err)
		}
		select {
		case <-ready:
			if !want {
				t.Errorf("%s: it woke", reason)
			}
		default:
			if want {
				t.Errorf("%s: it did not wake", reason)
			}
		}
	}
	send := func() error { return q.SendBody(t.Context(), sqlite.Detector, []byte("a")) }
	wakes("sending wakes the topic's receivers", sqlite.Detector, send, true)
	wakes("each time anew", sqlite.Detector, send, true)
	wakes("and no others", sqlite.Archiver, send, false)
	d := receive(t, q, 1, time.Hour)[0]
	wakes("what is given back wakes them too", sqlite.Detector, func() error { return q.Retry(t.Context(), d, 0, true) }, true)
	wakes("what is released wakes all", sqlite.Archiver, func() error { return q.ReleaseAll(t.Context()) }, true)
}

func TestQueueOfAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pam.db")
	var queues [2]*sqlite.Queue
	for i := range queues {
		db, err := sqlite.OpenUnsynced(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		queues[i] = db.Queue()
	}
	if err := queues[0].SendBody(t.Context(), sqlite.Detector, []byte("a")); err != nil {
		t.Fatal(err)
	}
	expect(t, "what one process sends another receives", receive(t, queues[1], 1, time.Hour), 1, "a")
	expect(t, "and only one does", receive(t, queues[0], 1, time.Hour), 1)
}

// The sweeper sends what stands still again and again; that must not make the queue longer each time.
func TestWaitingJobIsOne(t *testing.T) {
	q := sent(t)
	job := photos.Job{Kind: photos.JobLabel, Owner: "dan", PhotoID: "01J"}
	send := func(jobs ...photos.Job) {
		t.Helper()
		if err := q.Send(t.Context(), jobs...); err != nil {
			t.Fatal(err)
		}
	}
	other := job
	other.PhotoID = "01K"
	send(job, other, job)
	send(job)
	first := receive(t, q, 10, time.Minute)
	if len(first) != 2 {
		t.Fatalf("%d messages wait, want one for each of two jobs", len(first))
	}
	send(job)
	again := receive(t, q, 10, time.Minute)
	if len(again) != 1 {
		t.Fatalf("%d messages: a job that is handed out may have missed what the new one is about", len(again))
	}
	if err := q.Retry(t.Context(), first[0], time.Hour, true); err != nil {
		t.Fatal(err)
	}
	send(job)
	if n := len(receive(t, q, 10, time.Minute)); n != 0 {
		t.Errorf("%d messages: a job that waits for its retry need not be sent again", n)
	}
	if err := q.Done(t.Context(), first[0]); err != nil {
		t.Fatal(err)
	}
	send(job)
	if n := len(receive(t, q, 10, time.Minute)); n != 1 {
		t.Errorf("%d messages: what is done waits no more", n)
	}
}
