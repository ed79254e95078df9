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
	waiting []turn

	latency, older time.Duration // smallest waits of this span of latencyAge and the one before; 0 for none
	since          time.Time
	flow           float64 // seconds from a photo's first byte to its last: a moving average
}

// batch is reads that somebody waits for together.
type batch struct {
	read  func(place int) timing
	left  int           // turns that have not ended
	ended chan struct{} // closed with the last
}

// end counts turns that have ended.
func (b *batch) end(turns int) {
	if b.left -= turns; b.left == 0 {
		close(b.ended)
	}
}

// turn is a read that waits or is under way.
type turn struct {
	batch *batch
	place int
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
	return p.doAll(ctx, 1, func(int) timing { return read() })
}

// doAll does the reads 0 to n-1, each when it is its turn, in order, and returns when all have ended. The error is that of a
// ctx that ended before all had begun. A batch costs one wait: goroutines that waited, one for each photo, took a fiftieth of
// an archive's processor time.
func (p *pace) doAll(ctx context.Context, n int, read func(place int) timing) error {
	if n == 0 {
		return nil
	}
	b := &batch{read: read, left: n, ended: make(chan struct{})}
	p.mu.Lock()
	for place := range n {
		p.waiting = append(p.waiting, turn{b, place})
	}
	p.admit()
	p.mu.Unlock()
	select {
	case <-b.ended:
		return nil
	case <-ctx.Done():
	}
	left := p.leave(b)
	<-b.ended // soon: the context of those under way is the same
	if left {
		return context.Cause(ctx)
	}
	return nil
}

// leave takes back those turns of a batch that had not come yet, and says whether there were any.
func (p *pace) leave(b *batch) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.waiting)
	p.waiting = slices.DeleteFunc(p.waiting, func(t turn) bool { return t.batch == b })
	gone := before - len(p.waiting)
	if gone > 0 {
		b.end(gone)
	}
	return gone > 0
}

// admit begins as many reads as there may be.
func (p *pace) admit() {
	for len(p.waiting) > 0 && p.running < int(p.limit) {
		p.running++
		first := p.shift()
		go func() {
			for t, ok := first, true; ok; {
				took := t.batch.read(t.place)
				t, ok = p.next(t.batch, took)
			}
		}()
	}
}

func (p *pace) shift() turn {
	t := p.waiting[0]
	p.waiting = p.waiting[1:]
	return t
}

// next learns from a read of a batch, and gives the one that may begin in its place; ok is false when there is none.
func (p *pace) next(b *batch, took timing) (t turn, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case errors.Is(took.err, ErrBusy):
		p.limit = max(minReads, p.limit/2)
	case took.err == nil && !took.first.IsZero():
		p.learn(took.last, took.first.Sub(took.began), took.last.Sub(took.first))
	}
	b.end(1)
	if len(p.waiting) == 0 || p.running > int(p.limit) {
		p.running--
		return turn{}, false
	}
	t = p.shift()
	p.admit()
	return t, true
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
