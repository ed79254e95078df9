package photos_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"pam/internal/photos"
	"pam/internal/s3event"
)

// simulatedQueue keeps messages as a queue does that may hand out each again, late, twice at once, and in any order.
type simulatedQueue struct {
	s        *simulation
	messages []*message
}

type message struct {
	body     []byte
	attempts int
	handed   int       // deliveries that are being worked on
	visible  time.Time // from when on
}

// Send implements photos.JobQueue. Like the real ones it may take a job as one that waits already.
func (q *simulatedQueue) Send(_ context.Context, list ...photos.Job) error {
	for _, job := range list {
		body, err := json.Marshal(job)
		if err != nil {
			return err
		}
		q.add(body)
	}
	return nil
}

func (q *simulatedQueue) add(body []byte) {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	for _, m := range q.messages {
		if m.handed == 0 && bytes.Equal(m.body, body) && q.s.random.IntN(2) == 0 {
			return
		}
	}
	q.messages = append(q.messages, &message{body: body, visible: time.Now()})
	if q.s.faulty > 0 && q.s.random.IntN(20) == 0 {
		q.messages = append(q.messages, &message{body: body, visible: time.Now()})
	}
}

// arrived is told of a signed upload. The store's event may be lost on its way.
func (s *simulation) arrived(o photos.Object, size int64, etag string) {
	body, err := s3event.EncodeCreated(string(o.Bucket), o.Key, size, etag, time.Now())
	if err != nil {
		s.t.Error(err)
	}
	if s.faulty > 0 && s.random.IntN(8) == 0 {
		s.note("the event is lost")
		return
	}
	s.queue.add(body)
}

// deliverable gives the messages that can be handed out.
func (q *simulatedQueue) deliverable() []*message {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	var list []*message
	for _, m := range q.messages {
		if !m.visible.After(time.Now()) && (m.handed == 0 || m.handed == 1 && q.s.faulty > 0 && q.s.random.IntN(20) == 0) {
			list = append(list, m)
		}
	}
	return list
}

// releaseAll makes every message visible: those who worked on them are dead.
func (q *simulatedQueue) releaseAll() {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	for _, m := range q.messages {
		m.handed, m.visible = 0, time.Now()
	}
}

// forgiveAll forgets earlier failures.
func (q *simulatedQueue) forgiveAll() {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	for _, m := range q.messages {
		m.attempts = 0
	}
}

func (q *simulatedQueue) len() int {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	return len(q.messages)
}

// deliver has a message worked on, as the worker of the program does.
func (s *simulation) deliver(m *message) {
	p := s.process
	s.mu.Lock()
	m.handed++
	m.attempts++
	attempt := m.attempts
	s.mu.Unlock()
	ackLost := s.faulty > 0 && s.random.IntN(20) == 0
	delay := time.Duration(s.random.Int64N(int64(time.Second)))
	s.task(jobTask, string(m.body), func(ctx context.Context) {
		err := errors.New("the last attempt did not come to an end")
		if attempt <= s.tries {
			err = s.handle(ctx, p, m.body)
		}
		if p.ctx.Err() != nil {
			return
		}
		if err != nil {
			s.note("%s: ends with %v", ctx.Value(taskKey{}), err)
		}
		busy := errors.Is(err, photos.ErrBusy)
		buried := false
		if err != nil && !busy && attempt >= s.tries {
			s.ledger.giveUp(m.body)
			if gaveUp := p.handler.GiveUp(ctx, m.body, err); p.ctx.Err() != nil {
				return
			} else if buried = gaveUp == nil; !buried {
				s.note("%s: cannot be given up: %v", ctx.Value(taskKey{}), gaveUp)
			}
		}
		s.settleMessage(m, err == nil && !ackLost || buried, busy, delay)
	})
}

// handle does what a message asks for. A panic is an error, as in the worker of the program, and a fault of PAM's.
func (s *simulation) handle(ctx context.Context, p *process, body []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.t.Errorf("%s: panic: %v\n%s", body, v, debug.Stack())
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return p.handler.Handle(ctx, body)
}

// settleMessage ends a delivery: the message is done, or comes again.
func (s *simulation) settleMessage(m *message, done, uncounted bool, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.handed--
	if uncounted {
		m.attempts--
	}
	if !done {
		m.visible = time.Now().Add(delay)
		return
	}
	for i, other := range s.queue.messages {
		if other == m {
			s.queue.messages = append(s.queue.messages[:i], s.queue.messages[i+1:]...)
			return
		}
	}
}
