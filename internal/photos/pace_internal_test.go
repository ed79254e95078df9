package photos

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestPaceFollowsLatency feeds a pace with reads of one kind until it has settled.
func TestPaceFollowsLatency(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		wait, flow   time.Duration
		least, most  int
	}{
		{"near", "nothing is won by asking for more than the processors can take", 500 * time.Microsecond, 2 * time.Millisecond, 8, 12},
		{"far", "most reads wait, so many must be under way", 30 * time.Millisecond, 3 * time.Millisecond, maxReads, maxReads},
		{"far and large", "photos of 5 MB take so long that few are enough", 30 * time.Millisecond, 20 * time.Millisecond, 18, 22},
		{"all wait", "what comes with its first byte is all wait", 30 * time.Millisecond, 0, maxReads, maxReads},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPace()
			now := time.Now()
			for range 300 {
				if err := p.begin(t.Context()); err != nil {
					t.Fatal(err)
				}
				p.end(now, now.Add(c.wait), now.Add(c.wait+c.flow), nil)
				now = now.Add(time.Millisecond)
			}
			if got := int(p.limit); got < c.least || got > c.most {
				t.Errorf("%d reads at a time, want %d to %d: %s", got, c.least, c.most, c.reason)
			}
		})
	}
}

func TestPaceForgetsLatency(t *testing.T) {
	p := newPace()
	now := time.Now()
	read := func(wait time.Duration) {
		if err := p.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.end(now, now.Add(wait), now.Add(wait+3*time.Millisecond), nil)
		now = now.Add(20 * time.Millisecond)
	}
	for range 100 {
		read(0)
	}
	for range 1000 { // 20 s
		read(30 * time.Millisecond)
	}
	if p.limit < maxReads {
		t.Errorf("a store that moved away is read with %.0f at a time", p.limit)
	}
}

// A store that asks to slow down is asked for half as much, never for nothing.
func TestPaceSlowsDown(t *testing.T) {
	p := newPace()
	p.limit = maxReads
	for i, want := range []int{32, 16, 8, 8} {
		if err := p.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.end(time.Now(), time.Time{}, time.Now(), fmt.Errorf("read: %w", ErrBusy))
		if int(p.limit) != want {
			t.Errorf("after %d times %.0f, want %d", i+1, p.limit, want)
		}
	}
}

func TestPaceBoundsReads(t *testing.T) {
	p := newPace()
	p.limit = minReads
	for range minReads {
		if err := p.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := p.begin(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("one more read than there may be: %v", err)
	}
	turn := make(chan error)
	go func() { turn <- p.begin(t.Context()) }()
	now := time.Now()
	p.end(now, now, now, errors.New("broken"))
	if err := <-turn; err != nil {
		t.Fatal(err)
	}
	for range minReads {
		p.end(now, now, now, nil)
	}
	if p.running != 0 {
		t.Errorf("%d reads are said to be under way", p.running)
	}
}
