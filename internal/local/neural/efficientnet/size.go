package efficientnet

// size is the height and width of a picture inside the network.
type size struct{ height, width int }

func square(side int) size { return size{height: side, width: side} }

func (s size) pixels() int { return s.height * s.width }

// strided is the size after a filter that looks at every stride-th pixel, with TensorFlow's SAME padding.
func (s size) strided(stride int) size {
	return size{height: (s.height + stride - 1) / stride, width: (s.width + stride - 1) / stride}
}

// padding is the number of zeros that SAME padding puts before a row or column of n pixels: half of all, rounded down,
// so that an odd one goes behind. Source: Conv2dStaticSamePadding in efficientnet_lite_pytorch's utils.py.
func padding(n, kernel, stride int) int {
	outputs := (n + stride - 1) / stride
	return max(0, (outputs-1)*stride+kernel-n) / 2
}
