package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// DeadLetter is a message that failed for good.
type DeadLetter struct {
	ID       int64 // of the message
	Topic    Topic
	Body     []byte
	Attempts int
	Reason   string // the last error
	SentAt   time.Time
	DiedAt   time.Time
}

// Bury makes a message a dead letter. It gives ErrSuperseded when the message is not the caller's any more.
func (q *Queue) Bury(ctx context.Context, d Delivery, reason string) error {
	return q.db.write(ctx, "bury a message", func(t tx) error {
		buried, err := t.exec(ctx, `INSERT INTO dead_letters (id, topic, body, sent_at, died_at, attempts, reason)
			SELECT id, topic, body, sent_at, ?, attempts, ? FROM messages WHERE id = ? AND deliveries = ?`,
			millis(time.Now()), reason, d.ID, d.number)
		if err != nil {
			return err
		}
		if buried == 0 {
			return ErrSuperseded
		}
		_, err = t.exec(ctx, "DELETE FROM messages WHERE id = ?", d.ID)
		return err
	})
}

// DeadLetters gives the latest dead letters, newest first, at most limit.
func (q *Queue) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := q.db.read(ctx, "list dead letters", func(t tx) error {
		return t.rows(ctx, `SELECT id, topic, body, attempts, reason, sent_at, died_at FROM dead_letters
			ORDER BY died_at DESC, id DESC LIMIT ?`, []any{limit}, func(row *sql.Rows) error {
			var l DeadLetter
			var sentAt, diedAt int64
			err := row.Scan(&l.ID, &l.Topic, &l.Body, &l.Attempts, &l.Reason, &sentAt, &diedAt)
			l.SentAt, l.DiedAt = fromMillis(sentAt), fromMillis(diedAt)
			letters = append(letters, l)
			return err
		})
	})
	return letters, err
}
