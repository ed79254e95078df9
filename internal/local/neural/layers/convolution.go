package layers

import "runtime"

// Convolution is an ordinary convolution over all channels, with TensorFlow's SAME padding, bias and activation. Each
// output pixel's inputs are gathered into one row; the rest is the matrix product that Pointwise does. That suits a
// network's stem, whose few channels make short rows.
type Convolution struct {
	kernel, stride, in, out int
	weights                 matrix
	atOnce                  int            // pixels that are gathered at once
	spare                   chan []float32 // buffers for their rows, kept from call to call
}

// NewConvolution takes name.weight, of shape out, in, kernel, kernel, and name.bias, of shape out.
func NewConvolution(w *Weights, name string, kernel, stride, in, out int, act Activation) *Convolution {
	values, bias := w.Take(name+".weight", out, in, kernel, kernel), w.Take(name+".bias", out)
	taps := kernel * kernel
	rows := make([]float32, len(values))
	for o := range out { // from output, channel, tap to output, tap, channel: the order in which pixels lie
		for c := range in {
			for t := range taps {
				rows[(o*taps+t)*in+c] = values[(o*in+c)*taps+t]
			}
		}
	}
	length := taps * in
	return &Convolution{
		kernel: kernel, stride: stride, in: in, out: out,
		weights: w.kernels.newMatrix(rows, bias, length, out, act),
		atOnce:  max(rowsAtOnce, gatheredValues/length/rowsAtOnce*rowsAtOnce),
		spare:   make(chan []float32, runtime.GOMAXPROCS(0)),
	}
}

// gatheredValues is the number of values that are gathered at once: 16 KiB, half a first level cache.
const gatheredValues = 4 << 10

// Out is the number of channels of the output.
func (c *Convolution) Out() int { return c.out }

// Stride is how many pixels the kernel moves on.
func (c *Convolution) Stride() int { return c.stride }

// Apply reads a picture of size at from src, writes one to dst, which must not overlap, and gives the size of that:
// at.Strided(stride).
func (c *Convolution) Apply(dst, src []float32, at Size) Size {
	after := at.Strided(c.stride)
	work := after.Pixels() * c.kernel * c.kernel * c.in * c.out
	parallel(after.Height, 1, work, convolutionWork{c, dst, src, at}, convolutionWork.rows)
	return after
}

type convolutionWork struct {
	*Convolution
	dst, src []float32
	at       Size
}

// rows computes the lines from ... to of the output.
func (c convolutionWork) rows(from, to int) {
	length := c.kernel * c.kernel * c.in
	block := c.buffer()
	width := c.at.Strided(c.stride).Width
	above, before := padding(c.at.Height, c.kernel, c.stride), padding(c.at.Width, c.kernel, c.stride)
	for y := from; y < to; y++ {
		for x := 0; x < width; x += c.atOnce {
			end := min(x+c.atOnce, width)
			for i := x; i < end; i++ {
				c.gather(block[(i-x)*length:][:length], y*c.stride-above, i*c.stride-before)
			}
			c.weights.multiply(c.dst[(y*width+x)*c.out:(y*width+end)*c.out], block[:(end-x)*length], nil)
		}
	}
	select {
	case c.spare <- block:
	default: // enough are kept
	}
}

// buffer gives a spare buffer or makes one. A sync.Pool would do but for the race detector, under which it forgets.
func (c *Convolution) buffer() []float32 {
	select {
	case block := <-c.spare:
		return block
	default:
		return make([]float32, c.atOnce*c.kernel*c.kernel*c.in)
	}
}

// gather copies the pixels under the kernel, whose first is (top, left), zeros for those outside.
//
//go:norace
func (c *convolutionWork) gather(row []float32, top, left int) {
	line := c.kernel * c.in
	first, end := max(0, -left)*c.in, min(c.kernel, c.at.Width-left)*c.in // the values inside, of each line
	for sy := top; sy < top+c.kernel; sy, row = sy+1, row[line:] {
		taps := row[:line]
		if sy < 0 || sy >= c.at.Height {
			clear(taps)
			continue
		}
		if end-first < line {
			clear(taps)
		}
		copy(taps[first:end], c.src[(sy*c.at.Width+left)*c.in+first:])
	}
}
