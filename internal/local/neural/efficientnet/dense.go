package efficientnet

// dense is a fully connected layer: each output is a weighted sum of all inputs.
type dense struct {
	in, out int
	weights panels
	bias    []float32
}

func newDense(w *weights, name string, in, out int) dense {
	return dense{
		in: in, out: out,
		weights: newPanels(w.take(name+".weight", out, in), in, out),
		bias:    w.take(name+".bias", out),
	}
}

func (d *dense) apply(dst, src []float32) {
	parallel(d.out, panelWidth, func(from, to int) {
		for output := from; output < to; output += panelWidth {
			s0, s1, s2, _, _, _ := dot2x3(src, src, d.weights.strip(output))
			store(dst[output:to], d.bias[output:], nil, linear, s0, s1, s2)
		}
	})
}
