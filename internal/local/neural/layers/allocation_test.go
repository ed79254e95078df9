package layers

import (
	"math/rand/v2"
	"testing"
)

// TestLayersDoNotAllocate holds for one processor; on several each goroutine that is started costs a little.
func TestLayersDoNotAllocate(t *testing.T) {
	const channels = 24
	at := Size{9, 70}
	source := rand.New(rand.NewPCG(8, 8))
	src, dst := random(source, at.Pixels()*channels), make([]float32, 4*at.Pixels()*channels)
	weights := func(k Kernels, shape ...int) *Weights {
		w, _, _ := layer(t, k, source, shape...)
		return w
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		pointwise := NewPointwise(weights(k, channels, channels, 1, 1), "layer", channels, channels, HardSwish)
		few := NewPointwise(weights(k, 2, channels, 1, 1), "layer", channels, 2, Sigmoid)
		dense := NewDense(weights(k, channels, channels), "layer", channels, channels, HardSigmoid)
		depthwise := NewDepthwise(weights(k, channels, 1, 5, 5), "layer", 5, 2, channels, ReLU)
		convolution := NewConvolution(weights(k, channels, channels, 3, 3), "layer", 3, 1, channels, channels, ReLU6)
		cases := []struct {
			name, reason string
			run          func()
		}{
			{"pointwise", "the most frequent layer", func() { pointwise.Apply(dst, src, src, at.Pixels()) }},
			{"few", "goes through a buffer", func() { few.Apply(dst, src, nil, at.Pixels()) }},
			{"dense", "one pixel", func() { dense.Apply(dst, src) }},
			{"depthwise", "borders and groups", func() { depthwise.Apply(dst, src, at) }},
			{"convolution", "gathers into a buffer that it keeps", func() { convolution.Apply(dst, src, at) }},
			{"mean", "once a block", func() { k.MeanPool(dst[:channels], src) }},
			{"scale", "once a block", func() { k.Scale(dst, src[:channels]) }},
			{"activation", "by itself", func() { k.Activate(dst, HardSwish) }},
			{"upsample", "the largest output", func() { k.Upsample(dst, src, at, channels) }},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if n := testing.AllocsPerRun(3, c.run); n != 0 {
					t.Errorf("%v allocations a run: %s", n, c.reason)
				}
			})
		}
	})
}
