package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"pam/internal/photos"
)

// Topic names one of the two lines of the queue.
type Topic string

// The topics, as there are two queues in the cloud.
const (
	Detector Topic = "detector" // label jobs and the events of the object store
	Archiver Topic = "archiver" // plan, part and finish jobs
)

// Queue keeps messages in the database until they are done. Each is handed out at least once: what is handed out and not
// settled in time (Done, Retry, Extend, Bury) is handed out again.
type Queue struct {
	db *DB

	mu    sync.Mutex
	ready map[Topic]chan struct{}
}

var _ photos.JobQueue = (*Queue)(nil)

func newQueue(db *DB) *Queue { return &Queue{db: db, ready: make(map[Topic]chan struct{})} }

// Delivery is a message that was handed out.
type Delivery struct {
	ID      int64
	Body    []byte
	Attempt int // 1 for the first; deliveries that were given back uncounted are left out

	// number says which delivery of the message this is. A receiver that was too slow finds that there is a later one.
	number int64
}

// Send implements photos.JobQueue: all jobs are taken in one step. A job equal to one that waits is taken as that one, also
// while that one waits for its retry: whoever sends again what stands still does not make the queue longer. A job that is
// handed out does not count, as it may have read already what the new one is about.
func (q *Queue) Send(ctx context.Context, jobs ...photos.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	bodies := make(map[Topic][][]byte, 2)
	for _, j := range jobs {
		topic, err := topicOf(j.Kind)
		if err != nil {
			return err
		}
		body, err := json.Marshal(j)
		if err != nil {
			return fmt.Errorf("write a job: %w", err)
		}
		bodies[topic] = append(bodies[topic], body)
	}
	return q.send(ctx, bodies)
}

// SendBody takes a message that is not one of PAM's own jobs, such as an event of the object store. It is on the disk
// when SendBody returns nil.
func (q *Queue) SendBody(ctx context.Context, topic Topic, body []byte) error {
	return q.send(ctx, map[Topic][][]byte{topic: {body}})
}

func topicOf(kind photos.JobKind) (Topic, error) {
	switch kind {
	case photos.JobLabel:
		return Detector, nil
	case photos.JobPlan, photos.JobPart, photos.JobFinish:
		return Archiver, nil
	}
	return "", fmt.Errorf("sqlite: there is no topic for jobs of kind %q", kind)
}

func (q *Queue) send(ctx context.Context, bodies map[Topic][][]byte) error {
	now := millis(time.Now())
	err := q.db.write(ctx, "send messages", func(t tx) error {
		for topic, list := range bodies {
			for _, body := range list {
				if _, err := t.exec(ctx, `INSERT INTO messages (topic, body, sent_at, visible_at) SELECT ?1, ?2, ?3, ?3
					WHERE NOT EXISTS (SELECT 1 FROM messages WHERE topic = ?1 AND body = ?2 AND waiting = 1)`,
					string(topic), body, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for topic := range bodies {
		q.wake(topic)
	}
	return nil
}

// Ready gives a channel that is closed when this process next makes messages of the topic visible. Ask for it before
// Receive: then nothing can come in between unnoticed. What another process sends does not close it; look again from time
// to time.
func (q *Queue) Ready(topic Topic) <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ready[topic] == nil {
		q.ready[topic] = make(chan struct{})
	}
	return q.ready[topic]
}

func (q *Queue) wake(topic Topic) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ready := q.ready[topic]; ready != nil {
		close(ready)
		delete(q.ready, topic)
	}
}

// Receive hands out up to limit messages that are visible, those that have waited longest first, and hides them for a
// while. It does not wait: without any it gives none.
func (q *Queue) Receive(ctx context.Context, topic Topic, limit int, visibleFor time.Duration) ([]Delivery, error) {
	now := time.Now()
	// Looking first costs the writer nothing while the queue is empty.
	next, err := q.NextVisible(ctx, topic)
	if err != nil || next.IsZero() || next.After(now) {
		return nil, err
	}
	var deliveries []Delivery
	err = q.db.writeOnceSoon(ctx, "receive messages", func(t tx) error {
		return t.rows(ctx, `UPDATE messages SET visible_at = ?, attempts = attempts + 1, deliveries = deliveries + 1, waiting = 0
			WHERE id IN (SELECT id FROM messages WHERE topic = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?)
			RETURNING id, body, attempts, deliveries`,
			[]any{millis(now.Add(visibleFor)), string(topic), millis(now), limit}, func(row *sql.Rows) error {
				var d Delivery
				err := row.Scan(&d.ID, &d.Body, &d.Attempt, &d.number)
				deliveries = append(deliveries, d)
				return err
			})
	})
	if err != nil {
		return nil, err
	}
	return deliveries, nil
}

// NextVisible says from when on the next message of the topic can be received; the zero time when there is none at all.
func (q *Queue) NextVisible(ctx context.Context, topic Topic) (time.Time, error) {
	var next sql.NullInt64
	err := q.db.readOnce(ctx, "look for messages", func(t tx) error {
		return t.row(ctx, "SELECT min(visible_at) FROM messages WHERE topic = ?", []any{string(topic)}, &next)
	})
	return fromOptionalMillis(next), err
}

// Done ends a message whose work is done, also when it was handed out again in the meantime.
func (q *Queue) Done(ctx context.Context, d Delivery) error {
	return q.db.writeOnceSoon(ctx, "end a message", func(t tx) error {
		_, err := t.exec(ctx, "DELETE FROM messages WHERE id = ?", d.ID)
		return err
	})
}

// ErrSuperseded says that a delivery is over: the message was handed out again, or is done.
var ErrSuperseded = errors.New("the message was handed out again or is done")

// Extend hides a message that is being worked on for a while from now. It gives ErrSuperseded when the message is not the
// caller's any more.
func (q *Queue) Extend(ctx context.Context, d Delivery, visibleFor time.Duration) error {
	return q.db.writeSoon(ctx, "extend a delivery", func(t tx) error {
		n, err := t.exec(ctx, "UPDATE messages SET visible_at = ? WHERE id = ? AND deliveries = ?",
			millis(time.Now().Add(visibleFor)), d.ID, d.number)
		if err == nil && n == 0 {
			err = ErrSuperseded
		}
		return err
	})
}

// Retry gives a message back, to be handed out again after the delay. Unless counted, this delivery is not one of the
// message's attempts. It gives ErrSuperseded when the message is not the caller's any more.
func (q *Queue) Retry(ctx context.Context, d Delivery, delay time.Duration, counted bool) error {
	uncount := 1
	if counted {
		uncount = 0
	}
	var topic Topic
	err := q.db.writeSoon(ctx, "give a message back", func(t tx) error {
		// This delivery is over: an Extend that is still under way must not hide the message again.
		err := t.row(ctx, `UPDATE messages SET visible_at = ?, attempts = attempts - ?, deliveries = deliveries + 1, waiting = 1
			WHERE id = ? AND deliveries = ? RETURNING topic`,
			[]any{millis(time.Now().Add(delay)), uncount, d.ID, d.number}, &topic)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrSuperseded
		}
		return err
	})
	if err != nil {
		return err
	}
	q.wake(topic)
	return nil
}

// ReleaseAll makes every message visible that is handed out or waits for its retry. Call it when a process that is the
// only receiver begins: what is handed out then was so to its dead predecessor. Those deliveries count as attempts, so that a message which
// kills the process does not do so for ever.
func (q *Queue) ReleaseAll(ctx context.Context) error {
	now := millis(time.Now())
	err := q.db.write(ctx, "release messages", func(t tx) error {
		_, err := t.exec(ctx, "UPDATE messages SET visible_at = ?1, deliveries = deliveries + 1, waiting = 1 WHERE visible_at > ?1", now)
		return err
	})
	if err != nil {
		return err
	}
	q.wake(Detector)
	q.wake(Archiver)
	return nil
}
