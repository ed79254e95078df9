package layers

import (
	"fmt"
	"runtime"
	"testing"
)

func TestParallelCoversEachIndexOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, n := range []int{0, 1, 2, 3, 7, 64, 101} {
		for _, unit := range []int{1, 2, 3, 50} {
			for _, work := range []int{0, 100 * worthSharing} {
				t.Run(fmt.Sprintf("%d by %d, work %d", n, unit, work), func(t *testing.T) {
					seen := make([]int, n)
					parallel(n, unit, work, seen, func(seen []int, from, to int) {
						if from%unit != 0 {
							t.Errorf("a run begins at %d", from)
						}
						for i := from; i < to; i++ {
							seen[i]++
						}
					})
					for i, times := range seen {
						if times != 1 {
							t.Errorf("index %d came %d times", i, times)
						}
					}
				})
			}
		}
	}
}
