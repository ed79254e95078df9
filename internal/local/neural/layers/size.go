package layers

// Size is the height and width in pixels of a picture inside a network.
type Size struct{ Height, Width int }

// Square is the size of a picture as high as wide.
func Square(side int) Size { return Size{Height: side, Width: side} }

// Pixels is the number of pixels.
func (s Size) Pixels() int { return s.Height * s.Width }

// Strided is the size after a filter that looks at every stride-th pixel, with TensorFlow's SAME padding.
func (s Size) Strided(stride int) Size {
	return Size{Height: (s.Height + stride - 1) / stride, Width: (s.Width + stride - 1) / stride}
}

// Doubled is the size after Kernels.Upsample.
func (s Size) Doubled() Size { return Size{Height: 2 * s.Height, Width: 2 * s.Width} }

// padding is the number of zeros that SAME padding puts before a row or column of n pixels: half of all, rounded down,
// so that an odd one goes behind. Source: SAME in TensorFlow's tf.nn documentation ("Padding"), which
// Conv2dStaticSamePadding in efficientnet_lite_pytorch's utils.py follows.
func padding(n, kernel, stride int) int {
	outputs := (n + stride - 1) / stride
	return max(0, (outputs-1)*stride+kernel-n) / 2
}
