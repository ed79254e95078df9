package layers

import (
	"math/rand/v2"
	"testing"
)

// Channels and pixels of the tests of operations without weights: around the vectors' lengths.
func oddSizes() (channels, pixels []int) {
	return []int{1, 3, 8, 15, 16, 17, 40, 112}, []int{1, 2, 3, 13}
}

func TestMeanPool(t *testing.T) {
	everyKernels(t, func(t *testing.T, k Kernels) {
		mean := []float32{9, 9} // what was there before must not count
		k.MeanPool(mean, []float32{1, 10, 2, 20, 6, 60})
		checkClose(t, mean, []float64{3, 30}, "each channel has its own mean")
		source := rand.New(rand.NewPCG(5, 5))
		channels, pixels := oddSizes()
		for _, c := range channels {
			for _, n := range pixels {
				src := random(source, c*n)
				want := make([]float64, c)
				for i, x := range src {
					want[i%c] += float64(x) / float64(n)
				}
				got, intact := guarded(c)
				k.MeanPool(got, src)
				checkClose(t, got, want, "any number of channels and pixels")
				if !intact() {
					t.Errorf("%d channels: wrote beyond the output", c)
				}
			}
		}
	})
}
