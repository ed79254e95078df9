package layers

// MeanPool writes the mean over all pixels of each channel; there are as many channels as mean is long.
func (k Kernels) MeanPool(mean, src []float32) {
	clear(mean)
	for pixel := src; len(pixel) > 0; pixel = pixel[len(mean):] {
		k.add(mean, mean, pixel[:len(mean)])
	}
	scale := float32(len(mean)) / float32(len(src))
	for c := range mean {
		mean[c] *= scale
	}
}
