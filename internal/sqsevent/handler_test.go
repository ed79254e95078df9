package sqsevent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// work stands in for the jobs, and queue for SQS; both note what they are told.
type work struct {
	fail        map[string]error // by body
	panics      bool
	giveUpFails bool
	enqueueFail bool

	mu       *sync.Mutex // where several work at a time
	handled  []string
	givenUp  []string
	enqueued []string
}

func (w *work) Handle(ctx context.Context, message []byte) error {
	if w.mu != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
	}
	w.handled = append(w.handled, string(message))
	if w.panics {
		panic("broken")
	}
	if _, ok := ctx.Deadline(); ok && ctx.Err() != nil {
		return ctx.Err()
	}
	return w.fail[string(message)]
}

func (w *work) GiveUp(_ context.Context, message []byte, _ error) error {
	w.givenUp = append(w.givenUp, string(message))
	if w.giveUpFails {
		return errors.New("the catalog is away")
	}
	return nil
}

func (w *work) Enqueue(_ context.Context, message []byte) error {
	w.enqueued = append(w.enqueued, string(message))
	if w.enqueueFail {
		return errors.New("the queue is away")
	}
	return nil
}

type queue struct {
	fails   bool
	again   []Message
	delays  []time.Duration
	visible map[string]time.Duration
}

func (q *queue) SendAgain(_ context.Context, m Message, delay time.Duration) error {
	if q.fails {
		return errors.New("the queue is away")
	}
	q.again, q.delays = append(q.again, m), append(q.delays, delay)
	return nil
}

func (q *queue) ComeAgain(_ context.Context, m Message, delay time.Duration) error {
	if q.visible == nil {
		q.visible = map[string]time.Duration{}
	}
	q.visible[m.ID] = delay
	if q.fails {
		return errors.New("the queue is away")
	}
	return nil
}

var now = time.UnixMilli(1779631460000)

func handler(t *testing.T, w *work, q *queue) Handler {
	return Handler{Jobs: w, Queue: q, MaxReceives: 5, Now: func() time.Time { return now }, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

// batch makes an event of messages, each "body receives".
func batch(messages ...string) json.RawMessage {
	var records []map[string]any
	for _, text := range messages {
		body, receives, _ := strings.Cut(text, " ")
		records = append(records, map[string]any{
			"eventSource": "aws:sqs", "messageId": "id-" + body, "receiptHandle": "receipt-" + body, "body": body,
			"attributes": map[string]any{"ApproximateReceiveCount": receives, "SentTimestamp": "1779631455926"},
		})
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		panic(err)
	}
	return event
}

func failures(t *testing.T, answer any, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range answer.(Response).BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}

func TestBatch(t *testing.T) {
	busy := fmt.Errorf("%w: throttled", photos.ErrBusy)
	broken := errors.New("broken")
	for _, tc := range []struct {
		name, reason string
		work         work
		queueFails   bool
		messages     []string
		want         []string // told as failures
		again        []string // bodies of copies
		givenUp      []string
	}{
		{name: "all well", reason: "nothing comes again", messages: []string{"a 1", "b 1"}},
		{name: "one fails", reason: "only that one comes again", work: work{fail: map[string]error{"b": broken}}, messages: []string{"a 1", "b 1", "c 1"}, want: []string{"id-b"}},
		{name: "panic", reason: "it is a failure like others", work: work{panics: true}, messages: []string{"a 1"}, want: []string{"id-a"}},
		{name: "last receive", reason: "the owner is told before SQS buries it, also where the process died at each try", messages: []string{"a 5"}, want: []string{"id-a"}, givenUp: []string{"a"}},
		{name: "last try", reason: "the receive before the last is for work", messages: []string{"a 4"}},
		{name: "last try that fails", reason: "one receive is left for giving up", work: work{fail: map[string]error{"a": broken}}, messages: []string{"a 4"}, want: []string{"id-a"}},
		{name: "give-up fails", reason: "a copy tries again, or the record would never end", work: work{fail: map[string]error{"a": broken}, giveUpFails: true}, messages: []string{"a 5"}, again: []string{"a"}, givenUp: []string{"a"}},
		{name: "busy", reason: "a copy has all receives before it", work: work{fail: map[string]error{"a": busy}}, messages: []string{"a 3", "b 1"}, again: []string{"a"}},
		{name: "busy at the last try", reason: "it says nothing against the message", work: work{fail: map[string]error{"a": busy}}, messages: []string{"a 4"}, again: []string{"a"}},
		{name: "busy and no copy", reason: "better a receive lost than the message", work: work{fail: map[string]error{"a": busy}}, queueFails: true, messages: []string{"a 3"}, want: []string{"id-a"}},
		{name: "visibility cannot be set", reason: "it comes again all the same", work: work{fail: map[string]error{"a": broken}}, queueFails: true, messages: []string{"a 1"}, want: []string{"id-a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := &queue{fails: tc.queueFails}
			answer, err := handler(t, &tc.work, q).Handle(t.Context(), batch(tc.messages...))
			if got := failures(t, answer, err); !slices.Equal(got, tc.want) {
				t.Errorf("%s: failures %v, want %v", tc.reason, got, tc.want)
			}
			var again []string
			for i, m := range q.again {
				again = append(again, string(m.Body))
				if m.FirstSent.UnixMilli() != 1779631455926 || q.delays[i] < time.Second || q.delays[i] > lastBackoff+time.Second {
					t.Errorf("%s: a copy of %v with a delay of %v", tc.reason, m.FirstSent, q.delays[i])
				}
			}
			if !slices.Equal(again, tc.again) || !slices.Equal(tc.work.givenUp, tc.givenUp) {
				t.Errorf("%s: copies %v and given up %v, want %v and %v", tc.reason, again, tc.work.givenUp, tc.again, tc.givenUp)
			}
			if want := len(tc.messages) - len(tc.givenUp); len(tc.work.handled) != want {
				t.Errorf("%s: %d were handled, want %d", tc.reason, len(tc.work.handled), want)
			}
			for id, delay := range q.visible {
				givenUp := slices.Contains(tc.givenUp, strings.TrimPrefix(id, "id-"))
				if !slices.Contains(tc.want, id) || givenUp != (delay == 0) || delay > lastBackoff+time.Second {
					t.Errorf("%s: %s comes again after %v; one that is given up is moved at once, another waits", tc.reason, id, delay)
				}
			}
			for _, body := range tc.givenUp {
				if _, moved := q.visible["id-"+body]; !moved && !slices.Contains(again, body) {
					t.Errorf("%s: %s waits for its visibility timeout before the alarm rings", tc.reason, body)
				}
			}
		})
	}
}

// TestBusyForTooLong holds that a message is not given back without end.
func TestBusyForTooLong(t *testing.T) {
	w := &work{fail: map[string]error{"a": photos.ErrBusy}}
	q := &queue{}
	h := handler(t, w, q)
	h.Now = func() time.Time { return now.Add(busyPatience) }
	answer, err := h.Handle(t.Context(), batch("a 4"))
	if got := failures(t, answer, err); len(got) != 1 || len(q.again) != 0 {
		t.Errorf("failures %v, copies %d: want a try that counts", got, len(q.again))
	}
	answer, err = h.Handle(t.Context(), batch("a 5"))
	if got := failures(t, answer, err); len(got) != 1 || len(q.again) != 0 || len(w.givenUp) != 1 {
		t.Errorf("failures %v, copies %d, given up %d: want it to end in the dead-letter queue", got, len(q.again), len(w.givenUp))
	}
}

// TestDeadline holds that messages which the time of the invocation is too short for are given back untouched.
func TestDeadline(t *testing.T) {
	w, q := &work{}, &queue{}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	answer, err := handler(t, w, q).Handle(ctx, batch("a 1", "b 2"))
	if got := failures(t, answer, err); len(got) != 0 || len(w.handled) != 0 || len(q.again) != 2 || q.delays[0] != 0 {
		t.Errorf("failures %v, handled %v, copies %d: want two copies at once", got, w.handled, len(q.again))
	}
}

func TestWorkers(t *testing.T) {
	w, q := &work{mu: new(sync.Mutex), fail: map[string]error{"c": errors.New("broken")}}, &queue{}
	h := handler(t, w, q)
	h.Workers = 3
	answer, err := h.Handle(t.Context(), batch("a 1", "b 1", "c 2", "d 1"))
	if got := failures(t, answer, err); !slices.Equal(got, []string{"id-c"}) || len(w.handled) != 4 || q.visible["id-c"] < time.Second {
		t.Errorf("failures %v of %v, visible %v", got, w.handled, q.visible)
	}
}

func TestDocumentedEvents(t *testing.T) {
	read := func(name string) json.RawMessage {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	messages, direct, err := parse(read("sqs-batch.json"))
	if err != nil || direct || len(messages) != 2 {
		t.Fatalf("%v, %v, %v", messages, direct, err)
	}
	if m := messages[1]; m.Receives != 4 || m.FirstSent.UnixMilli() != 1779628000000 || m.ReceiptHandle == "" || m.ID == "" {
		t.Errorf("a copy says when its first was sent: %+v", m)
	}
	for name, enqueued := range map[string]int{"s3-put.json": 1, "s3-test.json": 0} {
		event := read(name)
		w := &work{}
		if enqueued > 0 {
			w.fail = map[string]error{string(event): photos.ErrBusy}
		}
		if answer, err := handler(t, w, &queue{}).Handle(t.Context(), event); err != nil || answer != nil || len(w.handled) != 1 {
			t.Errorf("%s: %v, %v, handled %d", name, answer, err, len(w.handled))
		}
		if len(w.enqueued) != enqueued {
			t.Errorf("%s: %d went on the queue, want %d: tries are counted there", name, len(w.enqueued), enqueued)
		}
	}
	w := &work{fail: map[string]error{string(read("s3-put.json")): photos.ErrBusy}, enqueueFail: true}
	if _, err := handler(t, w, &queue{}).Handle(t.Context(), read("s3-put.json")); !errors.Is(err, photos.ErrBusy) {
		t.Errorf("what goes nowhere is Lambda's to try again: %v", err)
	}
}

func TestMalformedEvents(t *testing.T) {
	for _, event := range []string{`nonsense`, `{}`, `[]`, `{"Records":[]}`, `{"Records":[{"eventSource":"aws:sns"}]}`, `{"Records":[{"eventSource":"aws:sqs"}]}`,
		`{"Records":[{"eventSource":"aws:s3"},{"eventSource":"aws:sqs","messageId":"a"}]}`, `{"Records":"all"}`} {
		w := &work{}
		if answer, err := handler(t, w, &queue{}).Handle(t.Context(), json.RawMessage(event)); err == nil || answer != nil || len(w.handled) > 0 {
			t.Errorf("%s: %v, %v: want an error, so that somebody looks at it", event, answer, err)
		}
	}
}

func TestBackoff(t *testing.T) {
	for receives := range 2000 {
		if d := backoff(receives); d < time.Second || d > lastBackoff+time.Second {
			t.Fatalf("after %d receives: %v", receives, d)
		}
	}
}

// FuzzParse holds that an event is either refused or gives messages that can be told as failures.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"sqs-batch.json", "s3-put.json", "s3-test.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		messages, direct, err := parse(event)
		if err != nil && len(messages) > 0 || direct && len(messages) > 0 {
			t.Fatalf("%d messages, direct %v, %v", len(messages), direct, err)
		}
		for _, m := range messages {
			if m.ID == "" || m.Receives < 1 || !m.FirstSent.IsZero() && m.FirstSent.UnixMilli() <= 0 {
				t.Fatalf("%+v", m)
			}
		}
	})
}
