package layers

// MeanPool writes the mean over all pixels of each channel; there are as many channels as mean is long.
//
//go:norace
func (k Kernels) MeanPool(mean, src []float32) {
	clear(mean)
	for pixel := src; len(pixel) > 0; pixel = pixel[len(mean):] {
		for c, x := range pixel[:len(mean)] {
			mean[c] += x
		}
	}
	scale := float32(len(mean)) / float32(len(src))
	for c := range mean {
		mean[c] *= scale
	}
}
