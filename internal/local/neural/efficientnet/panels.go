package efficientnet

// panelWidth is the number of outputs that one pass over an input computes, and rowsAtOnce the number of inputs.
// Two by three was the fastest of eleven shapes measured: its six sums, five operands and the products in flight stay
// within amd64's sixteen registers, which the Go compiler's next larger shapes do not (2.4 times slower).
const (
	panelWidth = 3
	rowsAtOnce = 2
)

// panels is a matrix of weights, inputs x outputs, cut into strips of panelWidth outputs so that the inner loop reads
// memory in order. The last strip is filled up with zeros.
type panels struct {
	inputs, outputs int
	strips          [][panelWidth]float32 // inputs after inputs, strip after strip
}

// newPanels packs weights given as rows, one for each output.
//
//go:norace
func newPanels(rows []float32, inputs, outputs int) panels {
	count := (outputs + panelWidth - 1) / panelWidth
	p := panels{inputs: inputs, outputs: outputs, strips: make([][panelWidth]float32, count*inputs)}
	for o := range outputs {
		strip := p.strips[o/panelWidth*inputs:]
		for i := range inputs {
			strip[i][o%panelWidth] = rows[o*inputs+i]
		}
	}
	return p
}

// strip gives the weights of panelWidth outputs, the first of which output is.
//
//go:norace
func (p panels) strip(output int) [][panelWidth]float32 {
	return p.strips[output/panelWidth*p.inputs:][:p.inputs]
}

// dot2x3 multiplies two rows of inputs by a strip: xN is row x times the strip's output N. It is the innermost loop of
// nine tenths of the network.
//
//go:norace
func dot2x3(a, b []float32, strip [][panelWidth]float32) (a0, a1, a2, b0, b1, b2 float32) {
	a, b = a[:len(strip)], b[:len(strip)] // lets the compiler drop the bounds checks below
	for i := range strip {
		w := &strip[i]
		x, y := a[i], b[i]
		a0 += x * w[0]
		b0 += y * w[0]
		a1 += x * w[1]
		b1 += y * w[1]
		a2 += x * w[2]
		b2 += y * w[2]
	}
	return a0, a1, a2, b0, b1, b2
}

// store writes up to panelWidth sums with bias, the residual when there is one, and activation; dst, bias and added
// hold what is left of the row.
//
//go:norace
func store(dst, bias, added []float32, act activation, s0, s1, s2 float32) {
	sums := [panelWidth]float32{s0, s1, s2}
	for i := range min(panelWidth, len(dst)) {
		x := sums[i] + bias[i]
		if added != nil {
			x += added[i]
		}
		dst[i] = act.of(x)
	}
}
