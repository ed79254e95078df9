package scaledjpeg

import (
	"encoding/binary"
	"image/jpeg"
)

// frame is the picture as its SOF segment describes it.
type frame struct {
	width, height         int // pixels in the file
	baseline, progressive bool
	components            []component
	// across and down count MCUs, the groups of blocks that hold a sample of each component (T.81, A.2).
	across, down int
}

// component is one plane of the picture: brightness, a colour difference, an ink.
type component struct {
	id    byte
	h, v  int // blocks in an MCU, across and down
	table byte

	// width and height count the blocks that hold any of the picture: those of passes over this component alone.
	width, height int
	stride        int // blocks from one row to the next, padded to whole MCUs

	pixels []byte // reduced, side x side a block; nil before the first pass

	// For a progressive JPEG: low holds side x side coefficients a block, nonzero a bit for each coefficient of a block, by
	// its place in the file's order.
	low     []int16
	nonzero []uint64
}

// newFrame reads a SOF segment (T.81, B.2.2).
func newFrame(payload []byte) (*frame, error) {
	var f frame
	switch len(payload) {
	case 6 + 3*1, 6 + 3*3, 6 + 3*4: // grey; YCbCr or RGB; CMYK or YCCK
		f.components = make([]component, (len(payload)-6)/3)
	default:
		return nil, jpeg.UnsupportedError("number of components")
	}
	if payload[0] != 8 {
		return nil, jpeg.UnsupportedError("precision")
	}
	if int(payload[5]) != len(f.components) {
		return nil, jpeg.FormatError("SOF has wrong length")
	}
	f.height = int(binary.BigEndian.Uint16(payload[1:]))
	f.width = int(binary.BigEndian.Uint16(payload[3:]))
	for i := range f.components {
		spec := payload[6+3*i:]
		c := &f.components[i]
		*c = component{id: spec[0], h: int(spec[1] >> 4), v: int(spec[1] & 0x0f), table: spec[2]}
		for _, other := range f.components[:i] {
			if other.id == c.id {
				return nil, jpeg.FormatError("repeated component identifier")
			}
		}
		if c.table > 3 {
			return nil, jpeg.FormatError("bad Tq value")
		}
		if c.h < 1 || 4 < c.h || c.v < 1 || 4 < c.v {
			return nil, jpeg.FormatError("luma/chroma subsampling ratio")
		}
	}
	if !f.sampled() {
		return nil, jpeg.UnsupportedError("luma/chroma subsampling ratio")
	}
	first := f.components[0]
	f.across, f.down = ceil(f.width, 8*first.h), ceil(f.height, 8*first.v)
	for i := range f.components {
		c := &f.components[i]
		c.width, c.height = ceil(ceil(f.width*c.h, first.h), 8), ceil(ceil(f.height*c.v, first.v), 8)
		c.stride = f.across * c.h
	}
	return &f, nil
}

// sampled says whether the sampling factors are of the kinds that package image knows; those of a lone component mean
// nothing and become 1. The first component then always has the largest.
func (f *frame) sampled() bool {
	c := f.components
	for i := range c {
		if c[i].h == 3 || c[i].v == 3 {
			return false
		}
	}
	switch len(c) {
	case 1:
		c[0].h, c[0].v = 1, 1
		return true
	case 3:
		return c[0].v != 4 && c[0].h%c[1].h == 0 && c[0].v%c[1].v == 0 && c[2].h == c[1].h && c[2].v == c[1].v
	default:
		full := c[0].h == 1 && c[0].v == 1 || c[0].h == 2 && c[0].v == 2
		single := c[1].h == 1 && c[1].v == 1 && c[2].h == 1 && c[2].v == 1
		return full && single && c[3].h == c[0].h && c[3].v == c[0].v
	}
}

// allocate makes the memory of a component, once; grey until something is drawn.
func (f *frame) allocate(c *component, side int) {
	if c.pixels != nil {
		return
	}
	blocks := c.stride * f.down * c.v
	c.pixels = make([]byte, blocks*side*side)
	if f.progressive {
		c.low = make([]int16, blocks*side*side)
		c.nonzero = make([]uint64, blocks)
	}
}

// block gives the part of a component's pixels that begins with the block in that column and row.
func (c *component) block(column, row, side int) []byte {
	return c.pixels[(row*c.stride*side+column)*side:]
}

func ceil(a, b int) int { return (a + b - 1) / b }
