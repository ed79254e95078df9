package layers

import (
	"math/rand/v2"
	"testing"
)

func TestConvolution(t *testing.T) {
	cases := []struct {
		name, reason            string
		at                      Size
		kernel, stride, in, out int
		act                     Activation
	}{
		{"stem", "the shape in the networks, smaller", Size{8, 8}, 3, 2, 3, 32, ReLU6},
		{"hard swish", "the other network's stem", Size{10, 8}, 3, 2, 3, 16, HardSwish},
		{"wide", "more outputs in a line than are gathered at once", Size{2, 400}, 3, 1, 3, 8, ReLU},
		{"odd", "odd sides pad both ends alike", Size{7, 9}, 3, 2, 3, 4, ReLU6},
		{"stride 1", "an odd number of outputs in a row leaves one over", Size{3, 5}, 3, 1, 2, 5, Linear},
		{"one pixel", "all but the kernel's centre lies outside", Size{1, 1}, 3, 1, 3, 3, Linear},
		{"narrow", "a picture narrower than the kernel", Size{6, 1}, 5, 2, 1, 1, Sigmoid},
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				source := rand.New(rand.NewPCG(1, 1))
				w, weight, bias := layer(t, k, source, c.out, c.in, c.kernel, c.kernel)
				conv := NewConvolution(w, "layer", c.kernel, c.stride, c.in, c.out, c.act)
				src := random(source, c.at.Pixels()*c.in)
				dst, intact := guarded(c.at.Strided(c.stride).Pixels() * c.out)
				if after := conv.Apply(dst, src, c.at); after != c.at.Strided(c.stride) {
					t.Errorf("size %v", after)
				}
				want := convolved(src, c.at, weight, bias, window{c.kernel, c.stride, c.in, c.out, 1}, c.act)
				checkClose(t, dst, want, c.reason)
				if !intact() {
					t.Errorf("wrote beyond the output; %s", c.reason)
				}
			})
		}
	})
}
