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
	firstReads = 16
	maxReads   = 64
	// arriving is how many photos should be arriving at any moment: enough that the processors and the line always have
	// something to do.
	arriving = 8
	// latencyAge is how long the smallest wait for a first byte counts, so that a store that moved away is noticed.
	latencyAge = 5 * time.Second
)

// pace says how many reads go on at once. While a read waits for its first byte nothing flows, so the longer that wait is
// compared with the flow, the more reads must be under way: by Little's law, for a given number of photos that are
// arriving, that number times (wait + flow) / flow.
//
// The wait that counts is the smallest of late: a longer one means that reads queue up at the store or here, and more of
// them would only lengthen the queue. The pace moves by one for each read, so it follows in a moment, and is halved when
// the store asks to slow down.
type pace struct {
	mu      sync.Mutex
	limit   float64
	running int
	waiting []chan struct{}

	latency, older time.Duration // smallest waits of this span of latencyAge and the one before; 0 for none
	since          time.Time
	flow           float64 // seconds from a photo's first byte to its last: a moving average
}

func newPace() *pace { return &pace{limit: firstReads} }

// begin waits until another read may begin.
func (p *pace) begin(ctx context.Context) error {
	p.mu.Lock()
	if p.running < int(p.limit) && len(p.waiting) == 0 {
		p.running++
		p.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiting, turn); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	} else {
		p.running-- // its turn came at this very moment
		p.admit()
	}
	return context.Cause(ctx)
}

// end says that a read is over: when it began, when its first byte came (zero if none did), and with what error.
func (p *pace) end(began, first, last time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	switch {
	case errors.Is(err, ErrBusy):
		p.limit = max(minReads, p.limit/2)
	case err == nil && !first.IsZero():
		p.learn(last, first.Sub(began), last.Sub(first))
	}
	p.admit()
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

func (p *pace) admit() {
	for len(p.waiting) > 0 && p.running < int(p.limit) {
		close(p.waiting[0])
		p.waiting = p.waiting[1:]
		p.running++
	}
}
