package worker

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	for _, tc := range []struct {
		name, reason string
		backoff      Backoff
		attempt      int
		bound        time.Duration
	}{
		{"First", "the first wait is bounded by the base", Backoff{time.Second, time.Minute}, 1, time.Second},
		{"Second", "the bound doubles", Backoff{time.Second, time.Minute}, 2, 2 * time.Second},
		{"Sixth", "the bound doubles each time", Backoff{time.Second, time.Minute}, 6, 32 * time.Second},
		{"Capped", "the bound stops at the cap", Backoff{time.Second, time.Minute}, 7, time.Minute},
		{"Many", "many attempts do not overflow", Backoff{time.Second, time.Minute}, 1_000_000, time.Minute},
		{"Zero", "no base is no wait", Backoff{0, time.Minute}, 3, 0},
		{"BaseAboveCap", "the cap holds for the base too", Backoff{time.Hour, time.Minute}, 1, time.Minute},
		{"NoAttempt", "a message that was never counted waits like one tried once", Backoff{time.Second, time.Minute}, 0, time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.backoff.bound(tc.attempt); got != tc.bound {
				t.Fatalf("%s: bound %v, want %v", tc.reason, got, tc.bound)
			}
			var sum time.Duration
			const draws = 2000
			for range draws {
				d := tc.backoff.delay(tc.attempt)
				if d < 0 || d > tc.bound {
					t.Fatalf("%s: delay %v outside 0 to %v", tc.reason, d, tc.bound)
				}
				sum += d
			}
			// The mean of full jitter is half the bound; 2,000 draws miss it by 10 percent once in 10^14.
			if mean := sum / draws; mean < tc.bound*4/10 || mean > tc.bound*6/10 {
				t.Errorf("%s: mean %v of bound %v", tc.reason, mean, tc.bound)
			}
		})
	}
}
