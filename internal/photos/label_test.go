package photos_test

import (
	"testing"

	"pgregory.net/rapid"

	"pam/internal/photos"
)

func TestBucketOf(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		confidence   float64
		want         int
	}{
		{"lowest", "50 begins the first bucket", 50, 0},
		{"just below a step", "a confidence is never rounded up over a threshold", 54.9999, 0},
		{"step", "a threshold is inclusive", 55, 1},
		{"top step", "95 begins the last bucket", 95, 9},
		{"certain", "100 has no bucket of its own", 100, 9},
		{"below", "a labeller that breaks its contract must not crash a commit", 12, 0},
		{"above", "a labeller that breaks its contract must not crash a commit", 400, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := photos.BucketOf(c.confidence); got != c.want {
				t.Errorf("BucketOf(%v) = %d, want %d: %s", c.confidence, got, c.want, c.reason)
			}
		})
	}
}

// Counting by buckets must be counting by confidence, at every threshold of the contract.
func TestBucketsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		confidences := rapid.SliceOf(rapid.Float64Range(50, 100)).Draw(t, "confidences")
		var b photos.Buckets
		for _, c := range confidences {
			b[photos.BucketOf(c)]++
		}
		for threshold := photos.LowestConfidence; threshold <= photos.HighestThreshold; threshold += photos.ConfidenceStep {
			want := 0
			for _, c := range confidences {
				if c >= float64(threshold) {
					want++
				}
			}
			if got := b.AtLeast(threshold); got != want {
				t.Fatalf("at %d: %d by buckets, %d by confidence", threshold, got, want)
			}
		}
	})
}

func TestCheckConfidence(t *testing.T) {
	for threshold := -5; threshold <= 105; threshold++ {
		allowed := threshold >= 50 && threshold <= 95 && threshold%5 == 0
		err := photos.CheckConfidence("minConfidence", threshold)
		if (err == nil) != allowed {
			t.Errorf("threshold %d: %v", threshold, err)
		}
		if err != nil && photos.CodeOf(err) != photos.BadUserInput {
			t.Errorf("threshold %d: code %s", threshold, photos.CodeOf(err))
		}
	}
}
