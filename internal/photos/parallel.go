package photos

import (
	"context"
	"sync"
)

// crew does work side by side, a limited number of pieces at a time, until one of them fails.
type crew struct {
	ctx     context.Context // ends with the first failure
	cancel  context.CancelCauseFunc
	slots   chan struct{}
	running sync.WaitGroup
}

func newCrew(ctx context.Context, limit int) *crew {
	ctx, cancel := context.WithCancelCause(ctx)
	return &crew{ctx: ctx, cancel: cancel, slots: make(chan struct{}, limit)}
}

// do begins a piece of work as soon as there is room for it; after a failure it does nothing.
func (c *crew) do(work func(ctx context.Context) error) {
	select {
	case c.slots <- struct{}{}:
	case <-c.ctx.Done():
		return
	}
	c.running.Go(func() {
		defer func() { <-c.slots }()
		if c.ctx.Err() != nil {
			return
		}
		if err := work(c.ctx); err != nil {
			c.cancel(err)
		}
	})
}

// wait gives the first error, when all work has ended. Nothing is begun afterwards.
func (c *crew) wait() error {
	c.running.Wait()
	err := context.Cause(c.ctx)
	c.cancel(nil)
	return err
}

// inParallel calls do for 0 to n-1, at most limit at a time, and gives the first error. After one the context of the
// others is cancelled and no more are begun; all have ended when it returns.
func inParallel(ctx context.Context, n, limit int, do func(ctx context.Context, i int) error) error {
	c := newCrew(ctx, limit)
	for i := range n {
		c.do(func(ctx context.Context) error { return do(ctx, i) })
	}
	return c.wait()
}
