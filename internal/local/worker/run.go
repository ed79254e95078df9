package worker

import (
	"context"
	"sync"
	"time"

	"pam/internal/local/sqlite"
)

// Run hands the topic's messages to Handle until ctx ends. Then it receives no more, lets the handlers that run go on
// for Config.Drain, cancels those that still run, and gives their messages back. It returns nil when all is settled; an
// error means a configuration that cannot work.
func Run(ctx context.Context, config Config) error {
	c, err := config.withDefaults()
	if err != nil {
		return err
	}
	// Handlers outlive ctx by the time to drain.
	handling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		select {
		case <-ctx.Done():
		case <-handling.Done():
			return
		}
		timer := time.NewTimer(c.Drain)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-handling.Done(): // Run has returned
		}
	}()

	var running sync.WaitGroup
	slots := make(chan struct{}, c.Workers)
	for ctx.Err() == nil {
		free := takeSlots(ctx, slots)
		if free == 0 {
			break
		}
		deliveries, wait := c.receive(ctx, free)
		for _, d := range deliveries {
			running.Go(func() {
				defer func() { <-slots }()
				c.process(handling, d)
			})
		}
		for range free - len(deliveries) {
			<-slots
		}
		if len(deliveries) == 0 {
			wait()
		}
	}
	running.Wait()
	return nil
}

// takeSlots waits until a handler may run and takes all slots that are free then; none when ctx ends first.
func takeSlots(ctx context.Context, slots chan<- struct{}) int {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for {
		select {
		case slots <- struct{}{}:
			n++
		default:
			return n
		}
	}
}

// receive takes up to limit messages, and says how to wait for more when there are none.
func (c Config) receive(ctx context.Context, limit int) (deliveries []sqlite.Delivery, wait func()) {
	ready := c.Queue.Ready(c.Topic) // before looking, so that nothing comes in between
	pause := c.Poll
	deliveries, err := c.Queue.Receive(ctx, c.Topic, limit, c.VisibleFor)
	if err == nil && len(deliveries) == 0 {
		var next time.Time
		if next, err = c.Queue.NextVisible(ctx, c.Topic); !next.IsZero() {
			pause = min(pause, max(time.Until(next), time.Millisecond))
		}
	}
	if err != nil {
		if ctx.Err() == nil {
			c.Logger.ErrorContext(ctx, "messages cannot be received", "error", err)
		}
		ready = nil // whatever is sent, the queue needs a pause
	}
	return deliveries, func() {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-ready:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}
