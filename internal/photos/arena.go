package photos

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Bounds of Config.ArchiveMemory.
const (
	DefaultArchiveMemory = 64 << 20
	// MinArchiveMemory holds the largest part: in an archive near the limits 32 MiB that carry a photo of 15 MiB, where
	// that photo has to be sent along.
	MinArchiveMemory = 48 << 20
)

// ArchiveJobs is how many archive jobs of this process are worth being at work at a time: twice as many as find memory for
// the smallest parts, because half of a job's time, with a far store, passes before it takes memory and after. Others wait
// for memory.
func (l *Library) ArchiveJobs() int { return 2 * l.ArchiveMemory / MinPartSize }

// arena is the memory of part buffers: one block, from which jobs take pieces and wait when there is no room. So the
// memory of a worker is bounded whatever the sizes of parts are, and no part costs the garbage collector anything. When
// nothing was taken for idleArena, the block's memory goes back to the system.
//
// Who waits is served in order, so that a large piece is not passed over for ever. A job must not wait for a second piece
// while it has one: then all pieces come back, and everybody is served.
type arena struct {
	size  int
	grain int // what pieces are rounded up to

	mu      sync.Mutex
	block   memory
	taken   []span      // by where they begin
	waiting []*claim    // first come, first served
	idle    *time.Timer // nil while a piece is taken
}

// idleArena is how long an arena keeps memory that nobody uses: longer than an archive at work ever is without parts.
const idleArena = 2 * time.Second

// partGrain is what the pieces for parts are rounded up to. Parts of an archive of small photos differ by less than a photo; were their pieces
// as long as they are, each place that becomes free would be too short for every other part, and the rest of the block be
// used for nothing but that. What lies beyond a part is not touched, so it takes no memory.
const partGrain = 1 << 20

type span struct{ begin, end int }

// claim is a wait for a piece.
type claim struct {
	size    int
	granted chan struct{} // closed when the piece is there
	piece   span
}

func newArena(size, grain int) *arena { return &arena{size: size, grain: grain} }

// take gives a piece of size bytes, with whatever was written there before, and the function that gives it back, which must
// be called once. The error is that of ctx, or says that there is no such piece.
func (a *arena) take(ctx context.Context, size int) (piece []byte, release func(), err error) {
	if size > a.size {
		return nil, nil, fmt.Errorf("a buffer of %d bytes does not fit into the %d of all archive jobs", size, a.size)
	}
	c := &claim{size: min(a.size, (size+a.grain-1)/a.grain*a.grain), granted: make(chan struct{})}
	block, err := a.claim(c)
	if err != nil {
		return nil, nil, fmt.Errorf("get memory for parts: %w", err)
	}
	select {
	case <-c.granted:
	case <-ctx.Done():
		a.mu.Lock()
		defer a.mu.Unlock()
		select {
		case <-c.granted:
			a.drop(c.piece)
		default:
			a.waiting = slices.DeleteFunc(a.waiting, func(other *claim) bool { return other == c })
			a.serve() // those behind it may have waited for it alone
		}
		return nil, nil, context.Cause(ctx)
	}
	end := c.piece.begin + size
	return block[c.piece.begin:end:end], func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.drop(c.piece)
	}, nil
}

// claim puts a claim at the end of the line, and gives the block that its piece will be of.
func (a *arena) claim(c *claim) (block []byte, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if block, err = a.block.get(a.size); err != nil {
		return nil, err
	}
	a.waiting = append(a.waiting, c)
	a.serve()
	return block, nil
}

// serve gives pieces to those who wait, as far as they go.
func (a *arena) serve() {
	for len(a.waiting) > 0 {
		c := a.waiting[0]
		at, begin := a.room(c.size)
		if begin < 0 {
			return
		}
		if a.idle != nil {
			a.idle.Stop()
			a.idle = nil
		}
		c.piece = span{begin, begin + c.size}
		a.taken = slices.Insert(a.taken, at, c.piece)
		a.waiting = a.waiting[1:]
		close(c.granted)
	}
}

// room finds the first gap that is large enough: where it begins, and the place of its piece among those taken.
func (a *arena) room(size int) (at, begin int) {
	for i, s := range a.taken {
		if s.begin-begin >= size {
			return i, begin
		}
		begin = s.end
	}
	if a.size-begin >= size {
		return len(a.taken), begin
	}
	return 0, -1
}

func (a *arena) drop(piece span) {
	at := slices.Index(a.taken, piece)
	a.taken = slices.Delete(a.taken, at, at+1)
	a.serve()
	if len(a.taken) == 0 {
		a.idle = time.AfterFunc(idleArena, a.clear)
	}
}

// clear gives the memory back, unless some of it was taken at this very moment.
func (a *arena) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.taken) == 0 {
		a.block.clear()
	}
}
