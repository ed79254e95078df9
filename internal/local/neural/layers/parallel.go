package layers

import (
	"runtime"
	"sync"
)

// worthSharing is the number of multiplications that each goroutine must get for starting it to pay: about 10 µs of work
// in assembly.
const worthSharing = 1 << 18

// parallel splits 0 ... n into as many runs as there are processors, multiples of unit long but for the last, calls do
// for each and waits. work is the number of multiplications in all: with little to do nothing is started, and neither
// is on one processor, since the caller's goroutine does the first run itself. Runs must not depend on each other.
//
// do gets what it works on as an argument instead of closing over it: a closure would be allocated on every call.
func parallel[T any](n, unit, work int, on T, do func(on T, from, to int)) {
	units := (n + unit - 1) / unit
	workers := min(runtime.GOMAXPROCS(0), units, work/worthSharing)
	if workers <= 1 {
		do(on, 0, n)
		return
	}
	share(n, unit, units, workers, on, do)
}

// share is apart from parallel so that only what is shared is allocated.
//
//go:noinline
func share[T any](n, unit, units, workers int, on T, do func(on T, from, to int)) {
	bound := func(worker int) int { return min(n, units*worker/workers*unit) }
	var others sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		others.Go(func() { do(on, bound(worker), bound(worker+1)) })
	}
	do(on, 0, bound(1))
	others.Wait()
}
