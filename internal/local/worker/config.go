package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"pam/internal/local/sqlite"
)

// Queue is where messages come from: *sqlite.Queue, whose methods say what each of these does.
type Queue interface {
	Ready(topic sqlite.Topic) <-chan struct{}
	NextVisible(ctx context.Context, topic sqlite.Topic) (time.Time, error)
	Receive(ctx context.Context, topic sqlite.Topic, limit int, visibleFor time.Duration) ([]sqlite.Delivery, error)
	Extend(ctx context.Context, d sqlite.Delivery, visibleFor time.Duration) error
	Done(ctx context.Context, d sqlite.Delivery) error
	Retry(ctx context.Context, d sqlite.Delivery, delay time.Duration, counted bool) error
	Bury(ctx context.Context, d sqlite.Delivery, reason string) error
}

var _ Queue = (*sqlite.Queue)(nil)

// Config says what Run works on and how. Queue, Topic, Handle, GiveUp and Logger must be set.
type Config struct {
	Queue Queue
	Topic sqlite.Topic

	// Handle does the work of one message. It may be called again with the same message, also while an earlier call
	// still runs. An error that wraps photos.ErrBusy gives the message back without counting the attempt. It must
	// return soon after its ctx has ended; Run waits for it.
	Handle func(ctx context.Context, body []byte) error
	// GiveUp ends what a message was about, because of its last failure. If it fails itself, it is called again later.
	GiveUp func(ctx context.Context, body []byte, cause error) error

	Workers     int           // handlers that run at a time; 1 when zero
	MaxAttempts int           // 5 when zero
	VisibleFor  time.Duration // how soon a dead process's messages come again; 1 minute when zero
	Backoff     Backoff       // 1 second, up to 1 minute, when zero
	Drain       time.Duration // how long handlers may go on when Run is told to stop; 0 cancels them at once
	Poll        time.Duration // how often to look for messages of other processes; 1 second when zero

	Logger *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.Queue == nil || c.Topic == "" || c.Handle == nil || c.GiveUp == nil || c.Logger == nil {
		return c, errors.New("worker: queue, topic, handlers and logger must be set")
	}
	setDefault(&c.Workers, 1)
	setDefault(&c.MaxAttempts, 5)
	setDefault(&c.VisibleFor, time.Minute)
	setDefault(&c.Poll, time.Second)
	if c.Backoff == (Backoff{}) {
		c.Backoff = Backoff{Base: time.Second, Cap: time.Minute}
	}
	c.Logger = c.Logger.With("topic", string(c.Topic))
	return c, nil
}

func setDefault[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}
