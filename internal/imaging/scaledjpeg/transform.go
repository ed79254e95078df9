package scaledjpeg

import "math"

// zigzag gives the row and column, as 8*row+column, of each coefficient in the order of the file (T.81, figure A.6).
var zigzag = [64]byte{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// maxSide is the most pixels that a side of a block keeps.
const maxSide = 4

// dropped marks a coefficient that the transform does not use.
const dropped = -1

// corner is a block's lowest frequencies, side x side of them, row by row.
type corner [maxSide * maxSide]int32

// transform turns corners into pixels.
type transform struct {
	side  int      // pixels a block keeps across and down: 4, 2 or 1
	place [64]int8 // where in a corner a coefficient of the file's order belongs, or dropped
	// basis[x][k] is what frequency k adds to pixel x, with fractionBits bits behind the point.
	basis [maxSide][maxSide]int64
}

// fractionBits are plenty for 8 bits a pixel and leave 64 bits far from full, whatever coefficients a file holds.
const fractionBits = 12

func newTransform(side int) *transform {
	t := &transform{side: side}
	for i, at := range zigzag {
		row, column := int(at)/8, int(at)%8
		t.place[i] = dropped
		if row < side && column < side {
			t.place[i] = int8(row*side + column)
		}
	}
	for x := range side {
		for k := range side {
			// The weights of T.81, A.3.3, with the cosines of a transform of side points. They need no other factor: that a
			// block of fewer pixels has larger coefficients and that its sum has fewer terms cancel out.
			weight := 0.5
			if k == 0 {
				weight = math.Sqrt(0.125)
			}
			angle := float64((2*x+1)*k) * math.Pi / float64(2*side)
			t.basis[x][k] = int64(math.Round(weight * math.Cos(angle) * (1 << fractionBits)))
		}
	}
	return t
}

// quantization gives a table, which is in the file's order, in the order of a corner.
func (t *transform) quantization(table *[64]uint16) corner {
	var c corner
	for i, at := range t.place {
		if at != dropped {
			c[at] = int32(table[i])
		}
	}
	return c
}

// draw puts a block's pixels to the top left corner of dst.
func (t *transform) draw(dst []byte, stride int, block, quantization *corner) {
	var rows [maxSide * maxSide]int64 // transformed across
	n := t.side
	flat := true
	for i, v := range block[1 : n*n] {
		if v != 0 && quantization[i+1] != 0 {
			flat = false
			break
		}
	}
	if flat {
		v := pixel((int64(block[0])*int64(quantization[0])*2 + 8) >> 4) // an eighth, rounded
		for y := range n {
			row := dst[y*stride:][:n]
			for x := range row {
				row[x] = v
			}
		}
		return
	}
	for k := range n {
		for x := range n {
			var sum int64
			for j := range n {
				sum += int64(block[k*n+j]) * int64(quantization[k*n+j]) * t.basis[x][j]
			}
			rows[k*n+x] = sum
		}
	}
	for y := range n {
		row := dst[y*stride:][:n]
		for x := range row {
			sum := int64(1) << (2*fractionBits - 1)
			for k := range n {
				sum += rows[k*n+x] * t.basis[y][k]
			}
			row[x] = pixel(sum >> (2 * fractionBits))
		}
	}
}

// pixel undoes the level shift of T.81, A.3.1.
func pixel(v int64) byte { return byte(min(max(v+128, 0), 255)) }
