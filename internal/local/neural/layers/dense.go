package layers

// Dense is a fully connected layer: each output is a weighted sum of all inputs plus bias, then the activation. It also
// stands for a 1x1 convolution of a single pixel, as squeeze and excitation have.
type Dense struct {
	in, out int
	weights matrix
}

// NewDense takes name.weight, of shape out, in, and name.bias, of shape out.
func NewDense(w *Weights, name string, in, out int, act Activation) *Dense {
	rows, bias := w.Take(name+".weight", out, in), w.Take(name+".bias", out)
	return &Dense{in: in, out: out, weights: w.kernels.newMatrix(rows, bias, in, out, act)}
}

// Apply reads in values of src and writes out values of dst, which must not overlap.
func (d *Dense) Apply(dst, src []float32) {
	d.weights.multiply(dst[:d.out], src[:d.in], nil)
}
