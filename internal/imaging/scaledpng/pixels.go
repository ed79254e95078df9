package scaledpng

import "bytes"

// colourType says what a pixel's samples are (section 11.2.1).
type colourType byte

const (
	grey        colourType = 0
	colour      colourType = 2
	paletted    colourType = 3
	greyAlpha   colourType = 4
	colourAlpha colourType = 6
)

// allows says whether samples of so many bits exist.
func (k colourType) allows(depth int) bool {
	switch k {
	case grey:
		return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16
	case paletted:
		return depth == 1 || depth == 2 || depth == 4 || depth == 8
	case colour, greyAlpha, colourAlpha:
		return depth == 8 || depth == 16
	default:
		return false
	}
}

// samples gives how many there are in a pixel.
func (k colourType) samples() int {
	switch k {
	case colour:
		return 3
	case greyAlpha:
		return 2
	case colourAlpha:
		return 4
	default:
		return 1
	}
}

// pixels gives the function that fills dst with red, green and blue from an unfiltered row.
func (h *header) pixels() func(dst, row []byte) {
	size := h.depth / 8 // bytes a sample; 0 for less than 8 bits
	switch h.kind {
	case colour:
		if h.transparency == nil {
			return func(dst, row []byte) { copyColours(dst, row, size) }
		}
		key := h.key()
		return func(dst, row []byte) { keyedColours(dst, row, size, key) }
	case greyAlpha:
		return func(dst, row []byte) {
			for ; len(dst) >= 3; dst, row = dst[3:], row[2*size:] {
				v := onWhite(row[0], row[size])
				dst[0], dst[1], dst[2] = v, v, v
			}
		}
	case colourAlpha:
		return func(dst, row []byte) {
			for ; len(dst) >= 3; dst, row = dst[3:], row[4*size:] {
				alpha := row[3*size]
				dst[0], dst[1], dst[2] = onWhite(row[0], alpha), onWhite(row[size], alpha), onWhite(row[2*size], alpha)
			}
		}
	}
	if h.depth == 16 {
		key := h.key()
		return func(dst, row []byte) {
			for ; len(dst) >= 3; dst, row = dst[3:], row[2:] {
				v := row[0]
				if bytes.Equal(row[:2], key) {
					v = 0xff
				}
				dst[0], dst[1], dst[2] = v, v, v
			}
		}
	}
	table, depth := h.table(), h.depth
	return func(dst, row []byte) {
		perByte, mask := 8/depth, byte(1<<depth-1)
		for x := range len(dst) / 3 {
			shift := 8 - depth*(x%perByte+1) // the leftmost pixel is in the high bits
			copy(dst[3*x:3*x+3], table[row[x/perByte]>>shift&mask][:])
		}
	}
}

// copyColours takes the first byte of each sample.
func copyColours(dst, row []byte, size int) {
	if size == 1 {
		copy(dst, row)
		return
	}
	for i := range dst {
		dst[i] = row[size*i]
	}
}

// keyedColours is copyColours with the colour key being transparent.
func keyedColours(dst, row []byte, size int, key []byte) {
	for ; len(dst) >= 3; dst, row = dst[3:], row[3*size:] {
		if bytes.Equal(row[:3*size], key) {
			dst[0], dst[1], dst[2] = 0xff, 0xff, 0xff
		} else {
			dst[0], dst[1], dst[2] = row[0], row[size], row[2*size]
		}
	}
}

// key gives the transparent colour as its pixel's bytes stand in a row; nil if there is none.
func (h *header) key() []byte {
	if h.depth == 16 || h.transparency == nil {
		return h.transparency
	}
	key := make([]byte, len(h.transparency)/2)
	for i := range key {
		key[i] = h.transparency[2*i+1] // 16 bits whatever the depth
	}
	return key
}

// table gives the colours of samples of at most 8 bits: indices into the palette, of which one beyond its end is black as
// in image/png and libpng, or greys.
func (h *header) table() *[256][3]byte {
	var table [256][3]byte
	if h.kind == paletted {
		for i := range len(h.palette) / 3 {
			table[i] = [3]byte(h.palette[3*i:])
		}
		for i, alpha := range h.transparency {
			for c := range table[i] {
				table[i][c] = onWhite(table[i][c], alpha)
			}
		}
		return &table
	}
	largest := 1<<h.depth - 1
	for i := range largest + 1 {
		v := byte(i * 0xff / largest)
		table[i] = [3]byte{v, v, v}
	}
	if key := h.key(); key != nil && int(key[0]) <= largest {
		table[key[0]] = [3]byte{0xff, 0xff, 0xff}
	}
	return &table
}

// onWhite lays a colour over white.
func onWhite(value, alpha byte) byte {
	if alpha == 0xff {
		return value
	}
	return byte((uint32(value)*uint32(alpha) + 0xff*(0xff-uint32(alpha)) + 0x7f) / 0xff)
}
