package layers

// Add adds src to dst, which have one length, and then does the activation.
//
//go:norace
func (k Kernels) Add(dst, src []float32, act Activation) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] += x
	}
	act.apply(dst)
}
