// Package layers holds the operations that the labeller's convolutional networks are made of, and reads their weights.
// The networks are packages efficientnet and centernet. It uses no cgo.
//
// Activations are float32 in the order height, width, channel: the channels of a pixel lie side by side. A 1x1
// convolution is then a matrix product of the picture as it lies, and it holds nine tenths of the work. Each kind of
// operation has a file of its own; the large ones split their rows over the processors (parallel.go). Layers never
// change once made: any number of goroutines may use one.
//
// The innermost functions are marked go:norace. Checking each of their accesses would make a program built for the race
// detector some fifty times slower at this, and there is nothing to find: they touch only the slices they are given,
// and that parallel gives no two goroutines the same row is tested by itself.
package layers
