package main

import (
	"math"
	"slices"
	"testing"
)

func TestCompareNumbersFindsDifferences(t *testing.T) {
	nan := float32(math.NaN())
	ours := []float32{1, 2, 0.5, -8}
	cases := []struct {
		name, reason string
		theirs       []float32
		differs      bool
	}{
		{"same", "nothing to find", slices.Clone(ours), false},
		{"rounding", "the order of additions is the runtimes' own", []float32{1, 2, 0.501, -8.001}, false},
		{"one number", "1 in 100 is more than rounding", []float32{1, 2, 0.5, -8.08}, true},
		{"order", "a swap", []float32{2, 1, 0.5, -8}, true},
		{"NaN", "a NaN is not near anything", []float32{nan, 2, 0.5, -8}, true},
		{"short", "a number is missing", ours[:3], true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := compareNumbers(ours, c.theirs); (err != nil) != c.differs {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
	if err := compareNumbers([]float32{1, nan, 0.5, -8}, ours); err == nil {
		t.Error("a NaN of PAM's gives no error")
	}
}

func TestPlanes(t *testing.T) {
	if got, want := planes([]float32{1, 2, 3, 4, 5, 6}, 3), []float32{1, 4, 2, 5, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("two pixels of three channels became %v, want %v", got, want)
	}
}
