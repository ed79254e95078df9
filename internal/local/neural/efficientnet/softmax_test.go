package efficientnet_test

import (
	"math"
	"testing"

	"pam/internal/local/neural/efficientnet"
)

func TestSoftmax(t *testing.T) {
	cases := []struct {
		name, reason string
		logits       []float32
		want         []float64
	}{
		{"equal", "no class is preferred", []float32{2, 2}, []float64{0.5, 0.5}},
		{"ratio", "a difference of ln 3 is a ratio of 3", []float32{0, float32(math.Log(3))}, []float64{0.25, 0.75}},
		{"huge", "exponentials of the logits themselves would overflow", []float32{1e30, 0, -1e30}, []float64{1, 0, 0}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := make([]float64, len(c.logits))
			efficientnet.Softmax(got, c.logits)
			for i := range got {
				if !(math.Abs(got[i]-c.want[i]) < 1e-6) {
					t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
				}
			}
		})
	}
}
