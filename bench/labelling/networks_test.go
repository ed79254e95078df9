package main

import (
	"math"
	"testing"
)

func TestCompareFindsDifferences(t *testing.T) {
	outputs := []output{{pixels: 2, channels: 3}, {pixels: 1, channels: 2}}
	ours := []float32{1, 2, 3, 4, 5, 6, 0.5, -8}
	theirs := []float32{1, 4, 2, 5, 3, 6, 0.5, -8} // the same in planes
	changed := func(at int, to float32) []float32 {
		values := append([]float32(nil), theirs...)
		values[at] = to
		return values
	}
	nan := float32(math.NaN())
	cases := []struct {
		name, reason string
		theirs       []float32
		differs      bool
	}{
		{"same", "pixels and planes hold the same numbers", theirs, false},
		{"rounding", "the order of additions is the runtimes' own", changed(7, -8.001), false},
		{"order", "planes taken for pixels", ours, true},
		{"one number", "1 in 100 is more than rounding", changed(5, 6.06), true},
		{"small output", "each output is held to its own greatest number", changed(6, 0.52), true},
		{"NaN", "NaN is not near anything", changed(0, nan), true},
		{"short", "an output is missing", theirs[:6], true},
		{"long", "an output too many", append(changed(0, 1), 0), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := compare(outputs, ours, c.theirs); (err != nil) != c.differs {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
	if err := compare(outputs, []float32{nan, 2, 3, 4, 5, 6, 0.5, -8}, theirs); err == nil {
		t.Error("a NaN of PAM's gives no error")
	}
}
