package photos

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// How many reads of photos a process has under way.
const (
	minReads   = 8
	firstReads = 32
	maxReads   = 64
	// arriving is how many photos should be arriving at any moment: enough that the processors and the line always have
	// something to do.
	arriving = 16
	// latencyAge is how long the smallest wait for a first byte counts, so that a store that moved away is noticed.
	latencyAge = 5 * time.Second
)

// pace does reads, and says how many go on at once. While a read waits for its first byte nothing flows, so the longer that
// wait is compared with the flow, the more reads must be under way: by Little's law, for a given number of photos that are
// arriving, that number times (wait + flow) / flow.
//
// The wait that counts is the smallest of late: a longer one means that reads queue up at the store or here, and more of
// them would only lengthen the queue. The pace moves by one for each read, so it follows in a moment, and is halved when
// the store asks to slow down.
//
// A goroutine that has done one read does the next: requests nest deeply, and to grow a new stack for each of them took a
// tenth of an archive's processor time.
type pace struct {
	mu      sync.Mutex
	limit   float64
	running int
	waiting []*turn

	latency, older time.Duration // smallest waits of this span of latencyAge and the one before; 0 for none
	since          time.Time
	flow           float64 // seconds from a photo's first byte to its last: a moving average
}

// turn is a read that waits or is under way.
type turn struct {
	read  func() timing
	ended chan struct{}
}

// timing is how a read went: when it began, when its first byte came (zero if none did) and its last, and its error.
type timing struct {
	began, first, last time.Time
	err                error
}

func newPace() *pace { return &pace{limit: firstReads} }

// do does a read when it is its turn, in order, and returns when it has ended. The error is that of a ctx that ended
// before.
func (p *pace) do(ctx context.Context, read func() timing) error {
	t := &turn{read: read, ended: make(chan struct{})}
	p.mu.Lock()
	p.waiting = append(p.waiting, t)
	p.admit()
	p.mu.Unlock()
	select {
	case <-t.ended:
		return nil
	case <-ctx.Done():
	}
	if p.leave(t) {
		return context.Cause(ctx)
	}
	<-t.ended // soon: its context is the same
	return nil
}

// leave says whether a turn had not come yet; then it never will.
func (p *pace) leave(t *turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.waiting, t)
	if at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	}
	return at >= 0
}

// admit begins as many reads as there may be.
func (p *pace) admit() {
	for len(p.waiting) > 0 && p.running < int(p.limit) {
		p.running++
		first := p.shift()
		go func() {
			for t := first; t != nil; {
				took := t.read()
				close(t.ended)
				t = p.next(took)
			}
		}()
	}
}

func (p *pace) shift() *turn {
	t := p.waiting[0]
	p.waiting = p.waiting[1:]
	return t
}

// next learns from a read, and gives the one that may begin in its place; nil when there is none.
func (p *pace) next(took timing) *turn {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case errors.Is(took.err, ErrBusy):
		p.limit = max(minReads, p.limit/2)
	case took.err == nil && !took.first.IsZero():
		p.learn(took.last, took.first.Sub(took.began), took.last.Sub(took.first))
	}
	if len(p.waiting) == 0 || p.running > int(p.limit) {
		p.running--
		return nil
	}
	t := p.shift()
	p.admit()
	return t
}

func (p *pace) learn(now time.Time, wait, flow time.Duration) {
	if now.Sub(p.since) > latencyAge {
		p.latency, p.older, p.since = 0, p.latency, now
	}
	if p.latency == 0 || wait < p.latency {
		p.latency = wait
	}
	least := p.latency
	if p.older > 0 {
		least = min(least, p.older)
	}
	if p.flow == 0 {
		p.flow = flow.Seconds()
	}
	p.flow += (flow.Seconds() - p.flow) / 16
	aim := float64(maxReads)
	if p.flow > 0 {
		aim = max(minReads, min(maxReads, arriving*(least.Seconds()+p.flow)/p.flow))
	}
	p.limit += max(-1, min(1, aim-p.limit))
}
