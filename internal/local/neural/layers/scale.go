package layers

// Scale multiplies each channel of all pixels in place by its factor; there are as many channels as factors. It is the
// excitation of squeeze and excitation.
func (k Kernels) Scale(picture, factors []float32) {
	for ; len(picture) > 0; picture = picture[len(factors):] {
		pixel := picture[:len(factors)]
		k.multiply(pixel, pixel, factors)
	}
}
