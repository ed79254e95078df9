package layers

import (
	"math/rand/v2"
	"testing"
)

func TestActivate(t *testing.T) {
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, n := range []int{0, 1, 7, 8, 9, 31, 32, 33, 1000} {
			for _, act := range everyActivation() {
				source := rand.New(rand.NewPCG(7, 7))
				values, intact := guarded(n)
				want := make([]float64, n)
				for i := range values {
					values[i] = 5 * float32(source.NormFloat64()) // some beyond every bound
					want[i] = activated(act, float64(values[i]))
				}
				k.Activate(values, act)
				checkClose(t, values, want, "any length, any activation")
				if !intact() {
					t.Errorf("%d values: wrote beyond them", n)
				}
			}
		}
	})
}
