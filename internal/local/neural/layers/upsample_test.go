package layers

import "testing"

func TestUpsample(t *testing.T) {
	cases := []struct {
		name, reason string
		at           Size
		channels     int
		src          []float32
		want         []float64
	}{
		{
			"line", "the last output has one neighbour only", Size{1, 2}, 1, []float32{0, 4},
			[]float64{0, 2, 4, 4, 0, 2, 4, 4},
		},
		{"pixel", "nothing to mix", Size{1, 1}, 2, []float32{1, 2}, []float64{1, 2, 1, 2, 1, 2, 1, 2}},
		{
			"square", "a centre is the mean of four", Size{2, 2}, 1, []float32{0, 4, 8, 16},
			[]float64{0, 2, 4, 4, 4, 7, 10, 10, 8, 12, 16, 16, 8, 12, 16, 16},
		},
		{
			"channels", "no channel mixes with another", Size{1, 2}, 2, []float32{0, 10, 4, 20},
			[]float64{0, 10, 2, 15, 4, 20, 4, 20, 0, 10, 2, 15, 4, 20, 4, 20},
		},
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				dst, intact := guarded(4 * len(c.src))
				if after := k.Upsample(dst, c.src, c.at, c.channels); after != c.at.Doubled() {
					t.Errorf("size %v", after)
				}
				checkClose(t, dst, c.want, c.reason)
				if !intact() {
					t.Error("wrote beyond the output")
				}
			})
		}
	})
}
