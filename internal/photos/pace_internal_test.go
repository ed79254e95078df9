package photos

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestPaceFollowsLatency feeds a pace with reads of one kind until it has settled.
func TestPaceFollowsLatency(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		wait, flow   time.Duration
		least, most  int
	}{
		{"near", "nothing is won by asking for more than the processors can take", 500 * time.Microsecond, 2 * time.Millisecond, 18, 22},
		{"far", "most reads wait, so many must be under way", 30 * time.Millisecond, 3 * time.Millisecond, maxReads, maxReads},
		{"far and large", "photos of 5 MB take so long that fewer are enough", 30 * time.Millisecond, 20 * time.Millisecond, 38, 42},
		{"all wait", "what comes with its first byte is all wait", 30 * time.Millisecond, 0, maxReads, maxReads},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPace()
			now := time.Now()
			for range 300 {
				took := timing{began: now, first: now.Add(c.wait), last: now.Add(c.wait + c.flow)}
				if err := p.do(t.Context(), func() timing { return took }); err != nil {
					t.Fatal(err)
				}
				now = now.Add(time.Millisecond)
			}
			if got := int(p.now()); got < c.least || got > c.most {
				t.Errorf("%d reads at a time, want %d to %d: %s", got, c.least, c.most, c.reason)
			}
		})
	}
}

func TestPaceForgetsLatency(t *testing.T) {
	p := newPace()
	now := time.Now()
	read := func(wait time.Duration) {
		took := timing{began: now, first: now.Add(wait), last: now.Add(wait + 3*time.Millisecond)}
		if err := p.do(t.Context(), func() timing { return took }); err != nil {
			t.Fatal(err)
		}
		now = now.Add(20 * time.Millisecond)
	}
	for range 100 {
		read(0)
	}
	for range 1000 { // 20 s
		read(30 * time.Millisecond)
	}
	if now := p.now(); now < maxReads {
		t.Errorf("a store that moved away is read with %.0f at a time", now)
	}
}

// now is the limit.
func (p *pace) now() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit
}

// A store that asks to slow down is asked for half as much, never for nothing.
func TestPaceSlowsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.limit = maxReads
		for i, want := range []int{32, 16, 8, 8} {
			err := p.do(t.Context(), func() timing { return timing{err: fmt.Errorf("read: %w", ErrBusy)} })
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if int(p.limit) != want {
				t.Errorf("after %d times %.0f, want %d", i+1, p.limit, want)
			}
		}
	})
}

// No more reads than the limit are under way, and who gives up while waiting is never read.
func TestPaceBoundsReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.limit = minReads
		end := make(chan struct{})
		var running, most, done atomic.Int64
		read := func() timing {
			most.Store(max(most.Load(), running.Add(1)))
			<-end
			running.Add(-1)
			done.Add(1)
			return timing{err: errors.New("broken")}
		}
		for range 3 * minReads {
			go func() {
				if err := p.do(t.Context(), read); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.do(ctx, read); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one more read than there may be: %v", err)
		}
		close(end)
		synctest.Wait()
		if most.Load() != minReads || done.Load() != 3*minReads {
			t.Errorf("%d reads at a time, %d in all", most.Load(), done.Load())
		}
		if p.running != 0 || len(p.waiting) != 0 {
			t.Errorf("%d reads are said to be under way, %d to wait", p.running, len(p.waiting))
		}
	})
}

// All reads of a batch have ended when doAll returns, since they write into a buffer that somebody else is given then; and
// those whose turn had not come when the context ended never begin.
func TestPaceEndsBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		p.limit = minReads
		ctx, cancel := context.WithCancelCause(t.Context())
		var begun, ended atomic.Int64
		result := make(chan error, 1)
		go func() {
			result <- p.doAll(ctx, 3*minReads, func(int) timing {
				begun.Add(1)
				<-ctx.Done()
				time.Sleep(time.Second) // as a read that does not stop at once
				ended.Add(1)
				return timing{err: ctx.Err()}
			})
		}()
		synctest.Wait()
		other := make(chan error, 1)
		go func() { other <- p.doAll(t.Context(), 2, func(int) timing { return timing{} }) }()
		synctest.Wait()
		moved := errors.New("moved on")
		cancel(moved)
		if err := <-result; !errors.Is(err, moved) {
			t.Errorf("got %v, want the cause of the end", err)
		}
		if begun.Load() != minReads || ended.Load() != minReads {
			t.Errorf("%d reads begun and %d ended, want %d of both", begun.Load(), ended.Load(), minReads)
		}
		if err := <-other; err != nil {
			t.Errorf("another batch that waited: %v", err)
		}
		synctest.Wait()
		if p.running != 0 || len(p.waiting) != 0 {
			t.Errorf("%d reads are said to be under way, %d to wait", p.running, len(p.waiting))
		}
	})
}

func TestPaceDoesEachOfABatchOnce(t *testing.T) {
	p := newPace()
	var done [300]atomic.Int64
	if err := p.doAll(t.Context(), len(done), func(place int) timing {
		done[place].Add(1)
		return timing{}
	}); err != nil {
		t.Fatal(err)
	}
	for place := range done {
		if n := done[place].Load(); n != 1 {
			t.Errorf("read %d was done %d times", place, n)
		}
	}
	if err := p.doAll(t.Context(), 0, nil); err != nil {
		t.Errorf("no reads at all: %v", err)
	}
}
