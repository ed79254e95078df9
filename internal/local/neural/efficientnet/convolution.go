package efficientnet

// convolution is an ordinary convolution over all channels, with SAME padding and ReLU6: the network's stem. Each
// output pixel's inputs are gathered into one row; the rest is the matrix product that pointwise does.
type convolution struct {
	kernel, stride, in, out int
	weights                 panels
	bias                    []float32
}

func newConvolution(w *weights, name string, kernel, stride, in, out int) convolution {
	values := w.take(name+".weight", out, in, kernel, kernel)
	taps := kernel * kernel
	rows := make([]float32, len(values))
	for o := range out { // from output, channel, tap to output, tap, channel: the order in which pixels lie
		for c := range in {
			for t := range taps {
				rows[(o*taps+t)*in+c] = values[(o*in+c)*taps+t]
			}
		}
	}
	return convolution{
		kernel: kernel, stride: stride, in: in, out: out,
		weights: newPanels(rows, taps*in, out),
		bias:    w.take(name+".bias", out),
	}
}

// apply gives the size of what it wrote.
func (c *convolution) apply(dst, src []float32, at size) size {
	after := at.strided(c.stride)
	parallel(after.height, 1, func(from, to int) {
		length := c.kernel * c.kernel * c.in
		gathered := make([]float32, rowsAtOnce*length)
		a, b := gathered[:length], gathered[length:]
		for y := from; y < to; y++ {
			for x := 0; x < after.width; x += rowsAtOnce {
				c.gather(a, src, at, y, x)
				out := dst[(y*after.width+x)*c.out:]
				if x+1 == after.width {
					c.multiply(out[:c.out], out[:c.out], a, a)
					continue
				}
				c.gather(b, src, at, y, x+1)
				c.multiply(out[:c.out], out[c.out:2*c.out], a, b)
			}
		}
	})
	return after
}

// multiply computes two pixels from their gathered rows a and b.
//
//go:norace
func (c *convolution) multiply(first, second, a, b []float32) {
	for output := 0; output < c.out; output += panelWidth {
		a0, a1, a2, b0, b1, b2 := dot2x3(a, b, c.weights.strip(output))
		store(second[output:], c.bias[output:], nil, relu6, b0, b1, b2)
		store(first[output:], c.bias[output:], nil, relu6, a0, a1, a2)
	}
}

// gather copies the pixels under the kernel of output (y, x), zeros for those outside.
//
//go:norace
func (c *convolution) gather(row, src []float32, at size, y, x int) {
	top := y*c.stride - padding(at.height, c.kernel, c.stride)
	left := x*c.stride - padding(at.width, c.kernel, c.stride)
	for ky := range c.kernel {
		for kx := range c.kernel {
			tap := row[(ky*c.kernel+kx)*c.in:][:c.in]
			sy, sx := top+ky, left+kx
			if sy < 0 || sy >= at.height || sx < 0 || sx >= at.width {
				clear(tap)
				continue
			}
			copy(tap, src[(sy*at.width+sx)*c.in:])
		}
	}
}
