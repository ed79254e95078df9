package worker

import (
	"math/rand/v2"
	"time"
)

// Backoff says how long a message waits after a failure: a random time up to a bound that doubles with each attempt
// ("full jitter"), so that what failed together does not come back together. Source:
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
type Backoff struct {
	Base time.Duration // the bound after the first attempt
	Cap  time.Duration // the largest bound
}

// bound gives the longest wait after an attempt, which is 1 or more.
func (b Backoff) bound(attempt int) time.Duration {
	bound := b.Base
	for range attempt - 1 {
		if bound >= b.Cap {
			break
		}
		bound *= 2
	}
	return min(bound, b.Cap)
}

// delay draws the wait after an attempt.
func (b Backoff) delay(attempt int) time.Duration {
	return rand.N(max(b.bound(attempt), 0) + 1)
}
