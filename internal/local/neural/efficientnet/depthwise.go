package efficientnet

// depthwise filters each channel by itself, 3x3 or 5x5, with SAME padding and ReLU6.
type depthwise struct {
	kernel, stride, channels int
	rows3                    [][][3]float32 // kernel row, channel: the row's weights; of a 3x3 filter
	rows5                    [][][5]float32 // the same of a 5x5 filter
	bias                     []float32
	outside                  []float32 // a pixel of zeros, which stands for all those beyond the edges
}

func newDepthwise(w *weights, name string, kernel, stride, channels int) depthwise {
	values := w.take(name+".weight", channels, 1, kernel, kernel)
	d := depthwise{
		kernel: kernel, stride: stride, channels: channels,
		bias:    w.take(name+".bias", channels),
		outside: make([]float32, channels),
	}
	for ky := range kernel {
		row3, row5 := make([][3]float32, channels), make([][5]float32, channels)
		for c := range channels {
			row := values[(c*kernel+ky)*kernel:][:kernel]
			copy(row3[c][:], row)
			copy(row5[c][:], row)
		}
		if kernel == 3 {
			d.rows3 = append(d.rows3, row3)
		} else {
			d.rows5 = append(d.rows5, row5)
		}
	}
	return d
}

// apply gives the size of what it wrote.
func (d *depthwise) apply(dst, src []float32, at size) size {
	after := at.strided(d.stride)
	above := padding(at.height, d.kernel, d.stride)
	before := padding(at.width, d.kernel, d.stride)
	parallel(after.height, 1, func(from, to int) {
		for y := from; y < to; y++ {
			for x := range after.width {
				out := dst[(y*after.width+x)*d.channels:][:d.channels]
				copy(out, d.bias)
				for ky := range d.kernel {
					sy := y*d.stride - above + ky
					if sy < 0 || sy >= at.height {
						continue
					}
					line := src[sy*at.width*d.channels:][:at.width*d.channels]
					d.addRow(out, line, ky, x*d.stride-before, at.width)
				}
				clamp(out)
			}
		}
	})
	return after
}

//go:norace
func clamp(values []float32) {
	for i, x := range values {
		values[i] = relu6.of(x)
	}
}

// addRow adds row ky of the kernel, whose first tap lies on pixel left of line.
func (d *depthwise) addRow(out, line []float32, ky, left, width int) {
	pixel := func(x int) []float32 {
		if x < 0 || x >= width {
			return d.outside
		}
		return line[x*d.channels:][:d.channels]
	}
	if d.kernel == 3 {
		add3(out, pixel(left), pixel(left+1), pixel(left+2), d.rows3[ky])
		return
	}
	add5(out, pixel(left), pixel(left+1), pixel(left+2), pixel(left+3), pixel(left+4), d.rows5[ky])
}

// add3 adds three pixels, each channel times its weight. The slices are cut to one length for the compiler to drop the
// bounds checks.
//
//go:norace
func add3(out, p0, p1, p2 []float32, weights [][3]float32) {
	out, p0, p1, p2 = out[:len(weights)], p0[:len(weights)], p1[:len(weights)], p2[:len(weights)]
	for c := range weights {
		w := &weights[c]
		out[c] += p0[c]*w[0] + p1[c]*w[1] + p2[c]*w[2]
	}
}

//go:norace
func add5(out, p0, p1, p2, p3, p4 []float32, weights [][5]float32) {
	n := len(weights)
	out, p0, p1, p2, p3, p4 = out[:n], p0[:n], p1[:n], p2[:n], p3[:n], p4[:n]
	for c := range weights {
		w := &weights[c]
		out[c] += p0[c]*w[0] + p1[c]*w[1] + p2[c]*w[2] + p3[c]*w[3] + p4[c]*w[4]
	}
}
