package main

import (
	"math"
	"slices"
	"time"
)

// percentile gives the shortest duration that at least p percent of all do not exceed (the nearest-rank method); 0 of none.
// It sorts them.
func percentile(durations []time.Duration, p float64) time.Duration {
	if len(durations) == 0 {
		return 0
	}
	slices.Sort(durations)
	rank := int(math.Ceil(p / 100 * float64(len(durations))))
	return durations[max(rank, 1)-1]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
