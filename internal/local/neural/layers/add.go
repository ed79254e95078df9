package layers

// Add adds src to dst, which have one length, and then does the activation.
func (k Kernels) Add(dst, src []float32, act Activation) {
	k.add(dst, dst, src)
	k.activate(dst, act)
}

// Activate does the activation by itself, in place.
func (k Kernels) Activate(values []float32, act Activation) { k.activate(values, act) }
