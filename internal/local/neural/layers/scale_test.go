package layers

import (
	"math/rand/v2"
	"testing"
)

func TestScale(t *testing.T) {
	everyKernels(t, func(t *testing.T, k Kernels) {
		source := rand.New(rand.NewPCG(6, 6))
		channels, pixels := oddSizes()
		for _, c := range channels {
			for _, n := range pixels {
				factors := random(source, c)
				picture, intact := guarded(c * n)
				copy(picture, random(source, c*n))
				want := wide(picture)
				for i := range want {
					want[i] *= float64(factors[i%c])
				}
				k.Scale(picture, factors)
				checkClose(t, picture, want, "each channel has a factor of its own")
				if !intact() {
					t.Errorf("%d channels: wrote beyond the picture", c)
				}
			}
		}
	})
}
