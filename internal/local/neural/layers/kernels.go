package layers

// Kernels is a way to compute the innermost loops. Layers get theirs when they are made and keep them.
type Kernels struct {
	name      string
	newMatrix func(rows, bias []float32, inputs, outputs int, act Activation) matrix
	newFilter func(values, bias []float32, kernel, stride, channels int, act Activation) filter

	add, multiply, average func(dst, a, b []float32) // all of one length
	activate               func(values []float32, act Activation)
}

// String names the kernels, for benchmarks and logs.
func (k Kernels) String() string { return k.name }

// Portable is plain Go, for every machine.
func Portable() Kernels {
	return Kernels{
		name:      "go",
		newMatrix: newStrips, newFilter: newTapRows,
		add: add, multiply: multiply, average: average, activate: activate,
	}
}

// matrix is weights with bias and activation, packed as its kernel wants them.
type matrix interface {
	// multiply computes as many rows as src and dst hold: src's times the weights, plus bias, plus added unless that is
	// nil, then the activation.
	multiply(dst, src, added []float32)
}

// filter is the weights of a depthwise convolution with bias and activation, packed as its kernel wants them.
type filter interface {
	// line computes line y of the output, all of dst, from the picture src of size at.
	line(dst, src []float32, at Size, y int)
}
