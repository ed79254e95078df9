package efficientnet

import (
	"runtime"
	"sync"
)

// parallel splits 0 ... n into as many runs as there are processors, multiples of unit long but for the last, calls do
// for each and waits. Runs must not depend on each other. The caller's goroutine does the first run itself, so that on
// one processor nothing is started.
func parallel(n, unit int, do func(from, to int)) {
	units := (n + unit - 1) / unit
	workers := min(runtime.GOMAXPROCS(0), units)
	if workers <= 1 {
		do(0, n)
		return
	}
	bound := func(worker int) int { return min(n, units*worker/workers*unit) }
	var others sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		others.Go(func() { do(bound(worker), bound(worker+1)) })
	}
	do(0, bound(1))
	others.Wait()
}
