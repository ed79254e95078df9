package layers

// stripWidth is the number of outputs that one pass over an input computes, and the number of inputs is two.
// Two by three was the fastest of eleven shapes measured: its six sums, five operands and the products in flight stay
// within amd64's sixteen registers, which the Go compiler's next larger shapes do not (2.4 times slower).
const stripWidth = 3

// strips is the portable matrix: inputs x outputs, cut into strips of stripWidth outputs so that the inner loop reads
// memory in order. The last strip is filled up with zeros.
type strips struct {
	inputs, outputs int
	act             Activation
	high            uint32 // the bits of ReLU's upper bound, done with each sum; 0 for other activations, done at the end
	bias            []float32
	strips          [][stripWidth]float32 // inputs after inputs, strip after strip
}

// newStrips packs weights given as rows, one for each output.
//
//go:norace
func newStrips(rows, bias []float32, inputs, outputs int, act Activation) matrix {
	count := (outputs + stripWidth - 1) / stripWidth
	s := &strips{inputs: inputs, outputs: outputs, act: act, bias: bias}
	switch act {
	case ReLU:
		s.high = infinityBits
	case ReLU6:
		s.high = sixBits
	}
	s.strips = make([][stripWidth]float32, count*inputs)
	for o := range outputs {
		strip := s.strips[o/stripWidth*inputs:]
		for i := range inputs {
			strip[i][o%stripWidth] = rows[o*inputs+i]
		}
	}
	return s
}

//go:norace
func (s *strips) multiply(dst, src, added []float32) {
	rows := len(dst) / s.outputs
	for output := 0; output < s.outputs; output += stripWidth {
		strip := s.strips[output/stripWidth*s.inputs:][:s.inputs]
		end := min(output+stripWidth, s.outputs)
		for row := 0; row < rows; row += 2 {
			next := min(row+1, rows-1) // an odd last row is computed twice
			a0, a1, a2, b0, b1, b2 := dot2x3(src[row*s.inputs:][:s.inputs], src[next*s.inputs:][:s.inputs], strip)
			s.store(dst, added, row, output, end, a0, a1, a2)
			s.store(dst, added, next, output, end, b0, b1, b2)
		}
	}
	if s.high == 0 {
		s.act.apply(dst)
	}
}

// dot2x3 multiplies two rows of inputs by a strip: xN is row x times the strip's output N.
//
//go:norace
func dot2x3(a, b []float32, strip [][stripWidth]float32) (a0, a1, a2, b0, b1, b2 float32) {
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

// store writes the outputs from output to end, stripWidth or what is left, of one row.
//
//go:norace
func (s *strips) store(dst, added []float32, row, output, end int, s0, s1, s2 float32) {
	sums := [stripWidth]float32{s0, s1, s2}
	out := dst[row*s.outputs+output : row*s.outputs+end]
	for i := range out {
		x := sums[i] + s.bias[output+i]
		if added != nil {
			x += added[row*s.outputs+output+i]
		}
		if s.high != 0 {
			x = clamped(x, s.high)
		}
		out[i] = x
	}
}
