package neural

import (
	"context"
	"image"
)

// reduce copies the part r of src with each box of across x down pixels averaged to one; less than 1 means 1. Boxes at
// the right and lower edge may be cut off; they are averages of what they hold. ctx is looked at once a row.
func reduce(ctx context.Context, src image.Image, r image.Rectangle, across, down int) (*image.RGBA, error) {
	across, down = max(1, across), max(1, down)
	width, height := (r.Dx()+across-1)/across, (r.Dy()+down-1)/down
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	from := rowsOf(src)
	row := make([]uint8, 3*r.Dx())
	sums := make([]uint64, 3*width)
	for y := range height {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(sums)
		top := r.Min.Y + y*down
		bottom := min(top+down, r.Max.Y)
		for sy := top; sy < bottom; sy++ {
			from.read(row, r.Min.X, sy)
			addBoxes(sums, row, across)
		}
		out := dst.Pix[y*dst.Stride:][:4*width]
		for x := range width {
			count := uint64(min(across, r.Dx()-x*across) * (bottom - top))
			mean := func(value int) uint8 { return uint8((sums[3*x+value] + count/2) / count) }
			out[4*x], out[4*x+1], out[4*x+2] = from.colour(mean(0), mean(1), mean(2))
			out[4*x+3] = 0xff
		}
	}
	return dst, nil
}

// addBoxes adds each run of across pixels of row to its box.
func addBoxes(sums []uint64, row []uint8, across int) {
	for len(row) > 0 {
		run := row[:min(3*across, len(row))]
		row = row[len(run):]
		var red, green, blue uint64
		for ; len(run) >= 3; run = run[3:] {
			red += uint64(run[0])
			green += uint64(run[1])
			blue += uint64(run[2])
		}
		sums[0] += red
		sums[1] += green
		sums[2] += blue
		sums = sums[3:]
	}
}
