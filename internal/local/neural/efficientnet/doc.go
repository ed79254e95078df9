// Package efficientnet runs EfficientNet-Lite0, a convolutional network that tells ImageNet's 1000 classes apart, in
// plain Go: no cgo, no assembly, no files. It knows nothing of photos or labels; package neural does.
//
// Source of the architecture: efficientnet_lite_pytorch 0.1.0 (efficientnet_lite in utils.py, model.py), which follows
// github.com/tensorflow/tpu, models/official/efficientnet/lite. A stem convolution, sixteen inverted residual blocks
// (expand by 1x1, filter each channel by itself, project by 1x1), a head, the mean over the picture, one dense layer.
//
// Activations are float32 in the order height, width, channel: the channels of a pixel lie side by side. A 1x1
// convolution is then a matrix product of the picture as it lies, and it holds nine tenths of the work. Each kind of
// operation has a file of its own; all of them split their rows over the processors (parallel.go).
//
// The innermost functions are marked go:norace. Checking each of their accesses would make a program built for the race
// detector some fifty times slower at this, and there is nothing to find: they touch only the slices they are given,
// and that parallel gives no two goroutines the same row is tested by itself.
package efficientnet
