package layers

// Upsample doubles height and width as TensorFlow's ResizeBilinear does with align_corners and half_pixel_centers both
// false: an even output is its input, an odd one the mean of its two neighbours, the last one its only neighbour. dst
// holds four times as much as src, which must not overlap. It gives the size of dst.
func (k Kernels) Upsample(dst, src []float32, at Size, channels int) Size {
	work := upsampleWork{k.average, dst, src, at, channels}
	parallel(at.Height, 1, 4*at.Pixels()*channels, work, upsampleWork.rows)
	return at.Doubled()
}

type upsampleWork struct {
	average  func(dst, a, b []float32)
	dst, src []float32
	at       Size
	channels int
}

// rows writes the two output lines of each input line from ... to.
func (u upsampleWork) rows(from, to int) {
	line := u.at.Width * u.channels
	for y := from; y < to; y++ {
		this := u.src[y*line:][:line]
		below := u.src[min(y+1, u.at.Height-1)*line:][:line]
		u.widen(u.dst[4*y*line:][:2*line], this, this)
		u.widen(u.dst[(4*y+2)*line:][:2*line], this, below)
	}
}

// widen writes the mean of two lines at double width: first the even pixels, then those between them.
func (u upsampleWork) widen(dst, a, b []float32) {
	pixel := func(x int) []float32 { return dst[x*u.channels:][:u.channels] }
	for x := range u.at.Width {
		here := x * u.channels
		u.average(pixel(2*x), a[here:][:u.channels], b[here:][:u.channels])
	}
	for x := range u.at.Width {
		u.average(pixel(2*x+1), pixel(2*x), pixel(min(2*x+2, 2*u.at.Width-2)))
	}
}
