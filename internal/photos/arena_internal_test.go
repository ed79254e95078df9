package photos

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestArenaGivesInOrder(t *testing.T) {
	a := newArena(100, 1)
	_, first, err := a.take(t.Context(), 60)
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := a.take(t.Context(), 30)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan int, 2)
	for _, size := range []int{80, 10} { // 10 would fit at once, but 80 would then wait for ever
		go func() {
			_, release, err := a.take(t.Context(), size)
			if err != nil {
				t.Error(err)
				return
			}
			served <- size
			release()
		}()
		for waiting := len(a.waiters()); waiting < 1 || size == 10 && waiting < 2; waiting = len(a.waiters()) {
			runtime.Gosched()
		}
	}
	select {
	case size := <-served:
		t.Fatalf("%d was served while 90 of 100 were taken and 80 came first", size)
	default:
	}
	second()
	first()
	if got := <-served + <-served; got != 90 {
		t.Errorf("served %d", got)
	}
}

// Pieces of nearly one size find room in each other's places.
func TestArenaUsesPlacesAgain(t *testing.T) {
	a := newArena(64, 16)
	var releases []func()
	for _, size := range []int{13, 14, 15} {
		piece, release, err := a.take(t.Context(), size)
		if err != nil || len(piece) != size || cap(piece) != size {
			t.Fatalf("%d of %d bytes, %v: want %d", len(piece), cap(piece), err, size)
		}
		releases = append(releases, release)
	}
	releases[0]()
	_, release, err := a.take(t.Context(), 16)
	if err != nil {
		t.Fatal(err)
	}
	if last := a.taken[len(a.taken)-1]; last.end > 48 {
		t.Errorf("a piece of 16 lies behind those of 14 and 15, up to %d, and the first place is free", last.end)
	}
	if _, all, err := newArena(70, 16).take(t.Context(), 69); err != nil {
		t.Errorf("a piece that rounding makes longer than the block: %v", err)
	} else {
		all()
	}
	for _, release := range append(releases[1:], release) {
		release()
	}
}

func (a *arena) waiters() []*claim {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.waiting
}

func TestArenaGivesUp(t *testing.T) {
	a := newArena(100, 1)
	if _, _, err := a.take(t.Context(), 101); err == nil {
		t.Error("a piece larger than everything was given")
	}
	_, release, err := a.take(t.Context(), 60)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, _, err := a.take(ctx, 50); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waits too long is told so: %v", err)
	}
	if _, other, err := a.take(t.Context(), 40); err != nil {
		t.Errorf("who gave up holds up nobody: %v", err)
	} else {
		other()
	}
	release()
	if _, all, err := a.take(t.Context(), 100); err != nil {
		t.Errorf("everything has come back: %v", err)
	} else {
		all()
	}
}

// Pieces never overlap, and never are more than there is.
func TestArenaUnderLoad(t *testing.T) {
	a := newArena(1000, 1)
	var group sync.WaitGroup
	var inUse atomic.Int64
	for worker := range 12 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 1))
			for range 300 {
				size := 1 + r.IntN(400)
				ctx, cancel := context.WithCancel(t.Context())
				if r.IntN(5) == 0 {
					cancel() // it may be served all the same
				}
				piece, release, err := a.take(ctx, size)
				cancel()
				if err != nil {
					continue
				}
				if n := inUse.Add(int64(size)); n > 1000 || len(piece) != size || cap(piece) != size {
					t.Errorf("%d of 1000 bytes are taken, a piece of %d has %d", n, size, len(piece))
				}
				for i := range piece {
					piece[i] = byte(worker)
				}
				runtime.Gosched()
				for _, b := range piece {
					if b != byte(worker) {
						t.Error("somebody else writes into the piece")
						break
					}
				}
				inUse.Add(-int64(size))
				release()
			}
		})
	}
	group.Wait()
	if len(a.taken) > 0 {
		t.Errorf("pieces have not come back: %v", a.taken)
	}
}

// An arena of which nothing is taken for a while keeps no memory, and gives pieces again afterwards.
func TestArenaGivesMemoryBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArena(1<<20, 1)
		for range 2 {
			piece, release, err := a.take(t.Context(), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if i := slices.IndexFunc(piece, func(b byte) bool { return b != 0 }); i >= 0 {
				t.Fatalf("byte %d is still what was written before", i)
			}
			for i := range piece {
				piece[i] = 1
			}
			release()
			time.Sleep(idleArena)
			synctest.Wait()
		}
		piece, release, err := a.take(t.Context(), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		piece[0] = 2
		time.Sleep(idleArena)
		synctest.Wait()
		if piece[0] != 2 {
			t.Error("a piece was lost while it was taken")
		}
		release()
	})
}
