package layers

// Scale multiplies each channel of all pixels in place by its factor; there are as many channels as factors. It is the
// excitation of squeeze and excitation.
func (k Kernels) Scale(picture, factors []float32) {
	work := scaleWork{k.multiply, picture, factors}
	parallel(len(picture), len(factors), len(picture), work, scaleWork.pixels)
}

type scaleWork struct {
	multiply         func(dst, a, b []float32)
	picture, factors []float32
}

func (s scaleWork) pixels(from, to int) {
	for ; from < to; from += len(s.factors) {
		pixel := s.picture[from:][:len(s.factors)]
		s.multiply(pixel, pixel, s.factors)
	}
}
