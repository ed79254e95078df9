package layers

// tapRows is the portable filter, 3x3 or 5x5: a row of the kernel at a time for all channels of a pixel.
type tapRows struct {
	kernel, stride, channels int
	act                      Activation
	rows3                    [][][3]float32 // kernel row, channel: the row's weights; of a 3x3 filter
	rows5                    [][][5]float32 // the same of a 5x5 filter
	bias                     []float32
	outside                  []float32 // a pixel of zeros, which stands for all those beyond the edges
}

func newTapRows(values, bias []float32, kernel, stride, channels int, act Activation) filter {
	t := &tapRows{
		kernel: kernel, stride: stride, channels: channels, act: act, bias: bias,
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
			t.rows3 = append(t.rows3, row3)
		} else {
			t.rows5 = append(t.rows5, row5)
		}
	}
	return t
}

func (t *tapRows) line(dst, src []float32, at Size, y int) {
	above, before := padding(at.Height, t.kernel, t.stride), padding(at.Width, t.kernel, t.stride)
	for x := 0; len(dst) > 0; x, dst = x+1, dst[t.channels:] {
		out := dst[:t.channels]
		copy(out, t.bias)
		for ky := range t.kernel {
			sy := y*t.stride - above + ky
			if sy < 0 || sy >= at.Height {
				continue
			}
			line := src[sy*at.Width*t.channels:][:at.Width*t.channels]
			t.addRow(out, line, ky, x*t.stride-before, at.Width)
		}
		t.act.apply(out)
	}
}

// addRow adds row ky of the kernel, whose first tap lies on pixel left of line.
func (t *tapRows) addRow(out, line []float32, ky, left, width int) {
	pixel := func(x int) []float32 {
		if x < 0 || x >= width {
			return t.outside
		}
		return line[x*t.channels:][:t.channels]
	}
	if t.kernel == 3 {
		add3(out, pixel(left), pixel(left+1), pixel(left+2), t.rows3[ky])
		return
	}
	add5(out, pixel(left), pixel(left+1), pixel(left+2), pixel(left+3), pixel(left+4), t.rows5[ky])
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
