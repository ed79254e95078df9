package layers

// Pointwise is a 1x1 convolution: each pixel's channels times a matrix, plus bias, plus a residual if there is one, then
// the activation.
type Pointwise struct {
	in, out int
	weights matrix
}

// NewPointwise takes name.weight, of shape out, in, 1, 1, and name.bias, of shape out.
func NewPointwise(w *Weights, name string, in, out int, act Activation) *Pointwise {
	rows, bias := w.Take(name+".weight", out, in, 1, 1), w.Take(name+".bias", out)
	return &Pointwise{in: in, out: out, weights: w.kernels.newMatrix(rows, bias, in, out, act)}
}

// In is the number of channels of the input.
func (p *Pointwise) In() int { return p.in }

// Out is the number of channels of the output.
func (p *Pointwise) Out() int { return p.out }

// Apply reads pixels x In values of src and writes pixels x Out of dst. added, when not nil, is as long as that and is
// added before the activation. dst must overlap neither.
func (p *Pointwise) Apply(dst, src, added []float32, pixels int) {
	work := pointwiseWork{p, dst, src, added}
	parallel(pixels, rowsAtOnce, pixels*p.in*p.out, work, pointwiseWork.rows)
}

type pointwiseWork struct {
	*Pointwise
	dst, src, added []float32
}

// cachedValues is the number of values, inputs and outputs, that a block of pixels may hold: 128 KiB, so that they stay
// in the second level cache while panel after panel of the weights passes over them.
const cachedValues = 32 << 10

// rowsAtOnce is a multiple of the rows that any kernel computes at once.
const rowsAtOnce = 4

// rows computes the pixels from ... to, block by block.
func (p pointwiseWork) rows(from, to int) {
	block := max(rowsAtOnce, cachedValues/(p.in+p.out)/rowsAtOnce*rowsAtOnce)
	for ; from < to; from += block {
		end := min(from+block, to)
		var added []float32
		if p.added != nil {
			added = p.added[from*p.out : end*p.out]
		}
		p.weights.multiply(p.dst[from*p.out:end*p.out], p.src[from*p.in:end*p.in], added)
	}
}
