package layers

import (
	"math/rand/v2"
	"testing"
)

func TestDense(t *testing.T) {
	cases := []struct {
		name, reason string
		in, out      int
		act          Activation
	}{
		{"classifier", "1000 outputs are no multiple of a panel or strip", 20, 1000, Linear},
		{"whole strips", "everything divides", 9, 6, Linear},
		{"squeeze", "squeeze and excitation's first half", 40, 10, ReLU},
		{"excitation", "squeeze and excitation's second half", 10, 40, HardSigmoid},
		{"single", "one number in, one out", 1, 1, Sigmoid},
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				source := rand.New(rand.NewPCG(4, 4))
				w, weight, bias := layer(t, k, source, c.out, c.in)
				d := NewDense(w, "layer", c.in, c.out, c.act)
				src := random(source, c.in)
				dst, intact := guarded(c.out)
				d.Apply(dst, src)
				checkClose(t, dst, product(src, weight, bias, nil, c.in, c.out, c.act), c.reason)
				if !intact() {
					t.Errorf("wrote beyond the output; %s", c.reason)
				}
			})
		}
	})
}
