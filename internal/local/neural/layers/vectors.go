package layers

// The portable forms of the operations on whole vectors: dst becomes a combined with b, which are as long.

//go:norace
func add(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

//go:norace
func multiply(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

//go:norace
func average(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = (a[i] + b[i]) * 0.5
	}
}

func activate(values []float32, act Activation) { act.apply(values) }
