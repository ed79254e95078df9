package main

import (
	"math"
	"testing"

	"pam/internal/local/neural/centernet"
)

// heatMap gives ONNX Runtime's answer for a picture with one object: class 16, its centre on cell (10, 20) of the heat
// map, which is (40, 80) in the picture, with sides 8, 100, 12 and 16 pixels away.
func heatMap() []float32 {
	values := make([]float32, (centernet.Classes+4)*heatCells)
	for i := range centernet.Classes * heatCells {
		values[i] = -9
	}
	const cell = 20*heatSide + 10
	values[16*heatCells+cell] = 2
	values[16*heatCells+cell+1] = 1 // beside the peak
	for side, far := range []float32{8, 100, 12, 16} {
		values[(centernet.Classes+side)*heatCells+cell] = far
	}
	return values
}

func TestCompareDetectionsFindsDifferences(t *testing.T) {
	right := []float32{16, 0.8808, 32, 0, 52, 96} // the score is the sigmoid of 2; the upper side is clipped
	with := func(at int, value float32) []float32 {
		changed := append([]float32(nil), right...)
		changed[at] = value
		return changed
	}
	weak := []float32{3, 0.052, 0, 0, 8, 8}
	strong := []float32{3, 0.5, 0, 0, 8, 8}
	cases := []struct {
		name, reason string
		ours         []float32
		differs      bool
	}{
		{"same", "the one object", right, false},
		{"weak", "rounding decides whether an object at the lowest score is given", append(with(0, 16), weak...), false},
		{"neighbour", "of two neighbours alike either may be the greater", with(2, 35), false},
		{"nothing", "the object was not found", nil, true},
		{"too much", "an object that is not there", append(with(0, 16), strong...), true},
		{"class", "another class", with(0, 17), true},
		{"score", "1 in 100 is more than rounding", with(1, 0.872), true},
		{"box", "further than a pixel of the heat map", with(5, 101), true},
		{"NaN", "a NaN is not near anything", with(1, float32(math.NaN())), true},
		{"cut", "half a detection", right[:3], true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := compareDetections(c.ours, heatMap()); (err != nil) != c.differs {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
	if err := compareDetections(right, heatMap()[1:]); err == nil {
		t.Error("a heat map of the wrong size gives no error")
	}
}
