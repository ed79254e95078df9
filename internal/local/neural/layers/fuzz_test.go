package layers

import (
	"math/rand/v2"
	"testing"
)

// The fuzz targets search shapes, not numbers: the kernels differ in how they cut a picture into vectors and tiles.

// within gives a number of 1 ... most.
func within(n uint16, most int) int { return int(n)%most + 1 }

func FuzzPointwise(f *testing.F) {
	for _, pixels := range []uint16{0, 1, 3, 4, 12} {
		for _, out := range []uint16{0, 2, 7, 14, 15, 16, 31, 39, 111} {
			f.Add(uint64(pixels), pixels, out/2, out, uint8(out), pixels%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, seed uint64, n, inputs, outputs uint16, activation uint8, residual bool) {
		pixels, in, out := within(n, 50), within(inputs, 300), within(outputs, 130)
		act := everyActivation()[int(activation)%len(everyActivation())]
		everyKernels(t, func(t *testing.T, k Kernels) {
			source := rand.New(rand.NewPCG(seed, 1))
			w, weight, bias := layer(t, k, source, out, in, 1, 1)
			src := random(source, pixels*in)
			var added []float32
			if residual {
				added = random(source, pixels*out)
			}
			dst, intact := guarded(pixels * out)
			NewPointwise(w, "layer", in, out, act).Apply(dst, src, added, pixels)
			checkClose(t, dst, product(src, weight, bias, added, in, out, act), "any shape")
			if !intact() {
				t.Errorf("%d pixels, %d to %d channels: wrote beyond the output", pixels, in, out)
			}
		})
	})
}

func FuzzDepthwise(f *testing.F) {
	for _, side := range []uint16{0, 1, 2, 3, 4, 7, 12} {
		for _, channels := range []uint16{0, 2, 7, 14, 15, 16, 39, 111} {
			f.Add(uint64(side), side, side+channels%3, channels, uint8(channels), side%2 == 0, channels%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, seed uint64, height, width, count uint16, activation uint8, five, two bool) {
		at, channels := Size{within(height, 20), within(width, 40)}, within(count, 130)
		kernel, stride := 3, 1
		if five {
			kernel = 5
		}
		if two {
			stride = 2
		}
		act := everyActivation()[int(activation)%len(everyActivation())]
		everyKernels(t, func(t *testing.T, k Kernels) {
			source := rand.New(rand.NewPCG(seed, 2))
			w, weight, bias := layer(t, k, source, channels, 1, kernel, kernel)
			src := random(source, at.Pixels()*channels)
			dst, intact := guarded(at.Strided(stride).Pixels() * channels)
			NewDepthwise(w, "layer", kernel, stride, channels, act).Apply(dst, src, at)
			shape := window{kernel, stride, channels, channels, channels}
			checkClose(t, dst, convolved(src, at, weight, bias, shape, act), "any shape")
			if !intact() {
				t.Errorf("%v, %d channels: wrote beyond the output", at, channels)
			}
		})
	})
}
