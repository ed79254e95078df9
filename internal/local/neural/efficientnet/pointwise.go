package efficientnet

// pointwise is a 1x1 convolution: each pixel's channels times a matrix.
type pointwise struct {
	in, out int
	act     activation
	weights panels
	bias    []float32
}

func newPointwise(w *weights, name string, in, out int, act activation) pointwise {
	return pointwise{
		in: in, out: out, act: act,
		weights: newPanels(w.take(name+".weight", out, in, 1, 1), in, out),
		bias:    w.take(name+".bias", out),
	}
}

// cachedInputs is the number of input values that a block of pixels may hold: 64 KiB, so that they stay in the second
// level cache while strip after strip of the weights passes over them.
const cachedInputs = 16 << 10

// apply computes pixels' outputs. added, when not nil, is added to them: a block's residual.
func (p *pointwise) apply(dst, src, added []float32, pixels int) {
	block := max(rowsAtOnce, cachedInputs/p.in/rowsAtOnce*rowsAtOnce)
	parallel(pixels, rowsAtOnce, func(from, to int) {
		for start := from; start < to; start += block {
			p.multiply(dst, src, added, start, min(start+block, to))
		}
	})
}

// multiply computes the outputs of pixels from ... to.
//
//go:norace
func (p *pointwise) multiply(dst, src, added []float32, from, to int) {
	for output := 0; output < p.out; output += panelWidth {
		strip := p.weights.strip(output)
		end := min(output+panelWidth, p.out)
		bias := p.bias[output:end]
		for row := from; row < to; row += rowsAtOnce {
			next := min(row+1, to-1) // an odd last row is computed twice
			a0, a1, a2, b0, b1, b2 := dot2x3(src[row*p.in:][:p.in], src[next*p.in:][:p.in], strip)
			p.store(dst, bias, added, row, output, end, a0, a1, a2)
			if next > row {
				p.store(dst, bias, added, next, output, end, b0, b1, b2)
			}
		}
	}
}

//go:norace
func (p *pointwise) store(dst, bias, added []float32, row, output, end int, s0, s1, s2 float32) {
	out := dst[row*p.out+output : row*p.out+end]
	if added != nil {
		added = added[row*p.out+output : row*p.out+end]
	}
	store(out, bias, added, p.act, s0, s1, s2)
}
