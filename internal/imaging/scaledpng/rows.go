package scaledpng

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
)

// pass says which of the picture's pixels a run of rows holds: each stepX-th from left on of each stepY-th row from top on.
type pass struct{ left, top, stepX, stepY int }

// passes gives the runs of rows in the order of the file (section 8).
func (h *header) passes() []pass {
	if !h.interlaced {
		return []pass{{0, 0, 1, 1}}
	}
	return []pass{
		{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
	}
}

// readPasses reads all rows from r and adds their pixels to b.
func (h *header) readPasses(ctx context.Context, r io.Reader, b *boxes) error {
	stored := h.kind.samples() * h.depth // bits a pixel
	kept := stored
	halve := h.depth == 16 && h.transparency == nil
	if halve {
		// A filter works on the bytes of a pixel each by itself, so those that are not used need not be unfiltered.
		kept /= 2
		eight := *h
		eight.depth = 8
		h = &eight
	}
	distance := max(kept/8, 1) // bytes between a byte and the one it is filtered by
	pixels := h.pixels()
	colours := make([]byte, 3*h.width)
	for _, p := range h.passes() {
		width, height := ceil(h.width-p.left, p.stepX), ceil(h.height-p.top, p.stepY)
		if width <= 0 || height <= 0 {
			continue
		}
		in := make([]byte, 1+ceil(width*stored, 8)) // before each row stands a byte that names its filter
		row, above := make([]byte, ceil(width*kept, 8)), make([]byte, ceil(width*kept, 8))
		for y := range height {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("decode PNG: %w", err)
			}
			if _, err := io.ReadFull(r, in); err != nil {
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					return png.FormatError("not enough pixel data")
				}
				return err
			}
			if halve {
				upperBytes(row, in[1:])
			} else {
				copy(row, in[1:])
			}
			if err := unfilter(in[0], row, above, distance); err != nil {
				return err
			}
			pixels(colours[:3*width], row)
			b.add(colours[:3*width], p.left, p.stepX, p.top+y*p.stepY)
			row, above = above, row
		}
	}
	return nil
}

// upperBytes gives the upper half of samples of 16 bits.
func upperBytes(dst, samples []byte) {
	for i := range dst {
		dst[i] = samples[2*i]
	}
}

// unfilter undoes a row's filter (section 9.2).
func unfilter(filter byte, row, above []byte, distance int) error {
	distance = min(distance, len(row))
	switch filter {
	case 0:
	case 1: // the byte to the left
		left := row
		for i, v := range row[distance:] {
			row[distance+i] = v + left[i]
		}
	case 2: // the byte above
		above = above[:len(row)]
		for i := range row {
			row[i] += above[i]
		}
	case 3: // the mean of both
		above = above[:len(row)]
		for i := range distance {
			row[i] += above[i] / 2
		}
		for i := distance; i < len(row); i++ {
			row[i] += byte((int(row[i-distance]) + int(above[i])) / 2)
		}
	case 4:
		unfilterPaeth(row, above, distance)
	default:
		return png.FormatError("bad filter type")
	}
	return nil
}

// unfilterPaeth adds to each byte whichever of the bytes to its left, above it and above left is nearest to left plus above
// minus above left (section 9.4).
func unfilterPaeth(row, above []byte, distance int) {
	for i := range distance {
		row[i] += above[i] // nothing is to the left
	}
	above = above[:len(row)]
	left, aboveLeft := row[:len(row)-distance], above[:len(row)-distance]
	row, above = row[distance:], above[distance:]
	// In the order of the file, although each byte of a pixel is filtered by itself: so the processor works on several at
	// once. For the same reason there are no branches but conditional moves.
	for i := range left {
		l, u, ul := int(left[i]), int(above[i]), int(aboveLeft[i])
		toLeft, toUp := u-ul, l-ul // how far the estimate is from each
		toBoth := toLeft + toUp
		toLeft, toUp, toBoth = max(toLeft, -toLeft), max(toUp, -toUp), max(toBoth, -toBoth)
		nearest := ul
		if toUp <= toBoth {
			nearest = u
		}
		if toLeft <= min(toUp, toBoth) {
			nearest = l
		}
		row[i] += byte(nearest)
	}
}

func ceil(a, b int) int { return (a + b - 1) / b }
