package scaledpng

import "image"

// boxes sums up a picture's pixels by boxes of scale x scale.
type boxes struct {
	full  image.Point // size of the picture in pixels
	size  image.Point // in boxes
	scale int
	sums  []uint16 // of red, green and blue of each box
}

func newBoxes(width, height, scale int) *boxes {
	b := &boxes{full: image.Pt(width, height), size: image.Pt(ceil(width, scale), ceil(height, scale)), scale: scale}
	b.sums = make([]uint16, 3*b.size.X*b.size.Y)
	return b
}

// add adds pixels of row y: those from column x on, step apart.
func (b *boxes) add(colours []byte, x, step, y int) {
	sums := b.sums[3*b.size.X*(y/b.scale):][:3*b.size.X]
	if step > 1 {
		for ; len(colours) >= 3; colours, x = colours[3:], x+step {
			box := sums[3*(x/b.scale):][:3]
			box[0] += uint16(colours[0])
			box[1] += uint16(colours[1])
			box[2] += uint16(colours[2])
		}
		return
	}
	for len(colours) > 0 { // the row is whole: x is 0
		run := colours[:min(3*b.scale, len(colours))]
		colours = colours[len(run):]
		var red, green, blue uint16
		for ; len(run) >= 3; run = run[3:] {
			red += uint16(run[0])
			green += uint16(run[1])
			blue += uint16(run[2])
		}
		sums[0] += red
		sums[1] += green
		sums[2] += blue
		sums = sums[3:]
	}
}

// image gives the boxes' means.
func (b *boxes) image() *image.RGBA {
	dst := image.NewRGBA(image.Rectangle{Max: b.size})
	sums := b.sums
	for y := range b.size.Y {
		row := dst.Pix[y*dst.Stride:][:4*b.size.X]
		down := min(b.scale, b.full.Y-y*b.scale)
		for x := range b.size.X {
			count := uint32(down * min(b.scale, b.full.X-x*b.scale))
			for c := range 3 {
				row[4*x+c] = byte((uint32(sums[c]) + count/2) / count)
			}
			row[4*x+3] = 0xff
			sums = sums[3:]
		}
	}
	return dst
}
