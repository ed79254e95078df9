package layers

import (
	"math/rand/v2"
	"testing"
)

func TestAdd(t *testing.T) {
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, n := range []int{0, 1, 7, 8, 9, 31, 32, 33, 1000} {
			for _, act := range everyActivation() {
				source := rand.New(rand.NewPCG(7, 7))
				dst, intact := guarded(n)
				copy(dst, random(source, n))
				src := random(source, n)
				want := make([]float64, n)
				for i := range want {
					want[i] = activated(act, float64(dst[i])+float64(src[i]))
				}
				k.Add(dst, src, act)
				checkClose(t, dst, want, "any length, any activation")
				if !intact() {
					t.Errorf("%d values: wrote beyond them", n)
				}
			}
		}
	})
}
