package layers

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Each benchmark reports multiplications a nanosecond besides the time, on shapes that occur in the networks.

func benchmarkKernels(b *testing.B, name string, multiplications int, prepare func(b *testing.B, k Kernels) func()) {
	b.Helper()
	for _, k := range []Kernels{Fastest(), Portable()} {
		b.Run(name+"/"+k.String(), func(b *testing.B) {
			run := prepare(b, k)
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(multiplications)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "mul/ns")
		})
	}
}

func BenchmarkPointwise(b *testing.B) {
	for _, s := range []struct{ side, in, out int }{
		{112, 16, 96}, {56, 144, 24}, {28, 40, 240}, {14, 112, 672}, {7, 1152, 192}, {7, 320, 1280}, {128, 64, 2},
	} {
		pixels := s.side * s.side
		name := fmt.Sprintf("%dx%dx%d", pixels, s.in, s.out)
		benchmarkKernels(b, name, pixels*s.in*s.out, func(b *testing.B, k Kernels) func() {
			source := rand.New(rand.NewPCG(1, 2))
			w, _, _ := layer(b, k, source, s.out, s.in, 1, 1)
			p := NewPointwise(w, "layer", s.in, s.out, ReLU6)
			src, dst := random(source, pixels*s.in), make([]float32, pixels*s.out)
			return func() { p.Apply(dst, src, nil, pixels) }
		})
	}
}

func BenchmarkDepthwise(b *testing.B) {
	for _, s := range []struct{ side, channels, kernel, stride int }{
		{112, 32, 3, 1}, {112, 96, 3, 2}, {56, 144, 3, 1}, {56, 144, 5, 2}, {28, 240, 5, 1}, {14, 672, 5, 1}, {7, 1152, 5, 1},
	} {
		at := Square(s.side)
		name := fmt.Sprintf("%d,%dx%dx%d,%d", s.side, s.channels, s.kernel, s.kernel, s.stride)
		work := at.Strided(s.stride).Pixels() * s.channels * s.kernel * s.kernel
		benchmarkKernels(b, name, work, func(b *testing.B, k Kernels) func() {
			source := rand.New(rand.NewPCG(1, 3))
			w, _, _ := layer(b, k, source, s.channels, 1, s.kernel, s.kernel)
			d := NewDepthwise(w, "layer", s.kernel, s.stride, s.channels, ReLU6)
			src, dst := random(source, at.Pixels()*s.channels), make([]float32, at.Pixels()*s.channels)
			return func() { d.Apply(dst, src, at) }
		})
	}
}

func BenchmarkConvolution(b *testing.B) {
	at := Square(224)
	benchmarkKernels(b, "stem", at.Strided(2).Pixels()*3*9*32, func(b *testing.B, k Kernels) func() {
		source := rand.New(rand.NewPCG(1, 4))
		w, _, _ := layer(b, k, source, 32, 3, 3, 3)
		c := NewConvolution(w, "layer", 3, 2, 3, 32, ReLU6)
		src, dst := random(source, at.Pixels()*3), make([]float32, at.Strided(2).Pixels()*32)
		return func() { c.Apply(dst, src, at) }
	})
}

func BenchmarkDense(b *testing.B) {
	benchmarkKernels(b, "1280x1000", 1280*1000, func(b *testing.B, k Kernels) func() {
		source := rand.New(rand.NewPCG(1, 5))
		w, _, _ := layer(b, k, source, 1000, 1280)
		d := NewDense(w, "layer", 1280, 1000, Linear)
		src, dst := random(source, 1280), make([]float32, 1000)
		return func() { d.Apply(dst, src) }
	})
}

// BenchmarkPictures is the operations without weights, on a picture of 64 x 64 pixels of 72 channels.
func BenchmarkPictures(b *testing.B) {
	const channels = 72
	at := Square(64)
	source := rand.New(rand.NewPCG(1, 6))
	n := at.Pixels() * channels
	src, dst := random(source, n), make([]float32, 4*n)
	run := func(name string, multiplications int, run func(k Kernels)) {
		benchmarkKernels(b, name, multiplications, func(_ *testing.B, k Kernels) func() { return func() { run(k) } })
	}
	run("mean", n, func(k Kernels) { k.MeanPool(dst[:channels], src) })
	run("scale", n, func(k Kernels) { k.Scale(dst[:n], src[:channels]) })
	run("ReLU", n, func(k Kernels) { k.Activate(dst[:n], ReLU) })
	run("hard swish", n, func(k Kernels) { k.Activate(dst[:n], HardSwish) })
	run("sigmoid", n, func(k Kernels) { k.Activate(dst[:n], Sigmoid) })
	run("upsample", 4*n, func(k Kernels) { k.Upsample(dst, src, at, channels) })
}
