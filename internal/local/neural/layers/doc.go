// Package layers holds the operations that the labeller's convolutional networks are made of, and reads their weights.
// The networks are packages efficientnet and centernet. It uses no cgo.
//
// Activations are float32 in the order height, width, channel: the channels of a pixel lie side by side. A 1x1
// convolution is then a matrix product of the picture as it lies, and it holds nine tenths of the work. Each kind of
// operation has a file of its own; the large ones split their rows over the processors (parallel.go). Layers never
// change once made: any number of goroutines may use one.
//
// The innermost loops are kernels (kernels.go), of which there are two sets. The portable one is Go: the matrix of
// strips.go, the filter of taprows.go, the loops of vectors.go. The other is assembly for amd64 with AVX2 and FMA:
// panels_amd64.s, filters_amd64.s and vectors_amd64.s, each beside the Go file that packs its weights and calls it. The
// tests hold both against the definitions in float64 (reference_test.go) on shapes around the vectors' lengths.
//
// The innermost functions in Go are marked go:norace, as assembly is by nature. Checking each of their accesses would
// make a program built for the race detector some fifty times slower at this, and there is nothing to find: they touch
// only the slices they are given, and that parallel gives no two goroutines the same row is tested by itself.
package layers
