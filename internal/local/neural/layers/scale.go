package layers

// Scale multiplies each channel of all pixels in place by its factor; there are as many channels as factors. It is the
// excitation of squeeze and excitation.
//
//go:norace
func (k Kernels) Scale(picture, factors []float32) {
	for len(picture) > 0 {
		pixel := picture[:len(factors)]
		for c, f := range factors {
			pixel[c] *= f
		}
		picture = picture[len(factors):]
	}
}
