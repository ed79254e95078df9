package layers

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestDepthwise(t *testing.T) {
	cases := []struct {
		name, reason             string
		at                       Size
		kernel, stride, channels int
	}{
		{"3x3", "most common", Size{14, 14}, 3, 1, 8},
		{"3x3 stride 2, even", "pads behind only", Size{8, 6}, 3, 2, 5},
		{"3x3 stride 2, odd", "pads both ends", Size{7, 9}, 3, 2, 3},
		{"5x5", "two rows outside at each edge", Size{7, 7}, 5, 1, 7},
		{"5x5 stride 2, even", "one zero before, two behind", Size{10, 14}, 5, 2, 2},
		{"5x5 stride 2, odd", "two zeros at each end", Size{9, 11}, 5, 2, 1},
		{"sixteen channels", "one step of the vectors", Size{5, 13}, 3, 1, 16},
		{"fifteen channels", "the last step overlaps the one before", Size{6, 12}, 5, 1, 15},
		{"seventeen channels", "one channel over", Size{6, 12}, 5, 2, 17},
		{"forty channels", "two steps and a half", Size{7, 10}, 5, 2, 40},
		{"a hundred and twelve channels", "seven steps", Size{3, 11}, 3, 1, 112},
		{"smaller than the kernel", "taps beyond both edges at once", Size{2, 1}, 5, 1, 24},
		{"one pixel", "only the centre tap counts", Size{1, 1}, 3, 2, 1},
		{"one pixel of eight channels", "only the centre tap counts", Size{1, 1}, 5, 2, 8},
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, c := range cases {
			for _, act := range everyActivation() {
				t.Run(fmt.Sprintf("%s/%d", c.name, act), func(t *testing.T) {
					source := rand.New(rand.NewPCG(2, 2))
					w, weight, bias := layer(t, k, source, c.channels, 1, c.kernel, c.kernel)
					filter := NewDepthwise(w, "layer", c.kernel, c.stride, c.channels, act)
					src := random(source, c.at.Pixels()*c.channels)
					dst, intact := guarded(c.at.Strided(c.stride).Pixels() * c.channels)
					if after := filter.Apply(dst, src, c.at); after != c.at.Strided(c.stride) {
						t.Errorf("size %v", after)
					}
					shape := window{c.kernel, c.stride, c.channels, c.channels, c.channels}
					checkClose(t, dst, convolved(src, c.at, weight, bias, shape, act), c.reason)
					if !intact() {
						t.Errorf("wrote beyond the output; %s", c.reason)
					}
				})
			}
		}
	})
}
