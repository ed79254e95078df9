package layers

// Upsample doubles height and width as TensorFlow's ResizeBilinear does with align_corners and half_pixel_centers both
// false: an even output is its input, an odd one the mean of its two neighbours, the last one its only neighbour. dst
// holds four times as much as src, which must not overlap. It gives the size of dst.
func (k Kernels) Upsample(dst, src []float32, at Size, channels int) Size {
	work := upsampleWork{dst, src, at, channels}
	parallel(at.Height, 1, 4*at.Pixels()*channels, work, upsampleWork.rows)
	return at.Doubled()
}

type upsampleWork struct {
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

// widen writes the mean of two lines at double width.
//
//go:norace
func (u upsampleWork) widen(dst, a, b []float32) {
	for x := range u.at.Width {
		here, next := x*u.channels, min(x+1, u.at.Width-1)*u.channels
		even, odd := dst[2*here:][:u.channels], dst[2*here+u.channels:][:u.channels]
		a0, b0, a1, b1 := a[here:][:u.channels], b[here:][:u.channels], a[next:][:u.channels], b[next:][:u.channels]
		for c := range even {
			v := (a0[c] + b0[c]) * 0.5
			even[c] = v
			odd[c] = (v + (a1[c]+b1[c])*0.5) * 0.5
		}
	}
}
