package scaledpng

import (
	"bufio"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

const signature = "\x89PNG\r\n\x1a\n" // section 5.2

// maxScale keeps a box's sum within 16 bits: 16 * 16 * 255 is 65,280.
const maxScale = 16

// header is what the chunks before the pixels say.
type header struct {
	width, height int
	depth         int // bits a sample
	kind          colourType
	interlaced    bool
	palette       []byte // PLTE; red, green and blue of each entry
	transparency  []byte // tRNS; nil if there is none
}

// Decode decodes the PNG data with its sides divided by scale, 1 to 16; a side that is no multiple is rounded up, and a
// box that the edge cuts is the mean of what it holds. The result is opaque, its bounds beginning at the origin.
//
// Memory, besides data, is 10 bytes a pixel of the result and four rows of the file. It is taken for the size that the
// header claims, which callers check first.
//
// When ctx ends, Decode returns an error that wraps ctx's; it looks once a row.
func Decode(ctx context.Context, data []byte, scale int) (*image.RGBA, error) {
	if scale < 1 || maxScale < scale {
		return nil, fmt.Errorf("decode PNG: scale %d is not 1 to %d", scale, maxScale)
	}
	if len(data) < len(signature) {
		return nil, io.ErrUnexpectedEOF
	}
	if string(data[:len(signature)]) != signature {
		return nil, png.FormatError("not a PNG file")
	}
	chunks := &chunks{rest: data[len(signature):]}
	h, err := readHeader(chunks)
	if err != nil {
		return nil, err
	}
	b := newBoxes(h.width, h.height, scale)
	if err := h.readPixels(ctx, chunks, b); err != nil {
		return nil, err
	}
	// What is behind the pixels only has to be whole.
	for {
		c, err := chunks.next()
		switch {
		case err != nil:
			return nil, err
		case c.name == "IEND" && len(c.data) != 0:
			return nil, png.FormatError("bad IEND length")
		case c.name == "IEND":
			return b.image(), nil
		case c.name == "IHDR", c.name == "PLTE", c.name == "tRNS":
			return nil, png.FormatError("chunk out of order")
		}
	}
}

// readPixels reads all IDAT chunks that hold pixels.
func (h *header) readPixels(ctx context.Context, chunks *chunks, b *boxes) error {
	data := &pixelData{chunks: chunks}
	// With a buffer as large as image/png's, the same few stray bytes behind the compressed data go unnoticed.
	r, err := zlib.NewReader(bufio.NewReader(data))
	if err != nil {
		return err
	}
	defer r.Close()
	if err := h.readPasses(ctx, r, b); err != nil {
		return err
	}
	// The end of the compressed data, with its checksum.
	n, err := r.Read(make([]byte, 1))
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return png.FormatError(err.Error())
	case n != 0, len(data.rest) != 0:
		return png.FormatError("too much pixel data")
	}
	return nil
}

// readHeader reads the chunks up to the first IDAT, which comes next then.
func readHeader(chunks *chunks) (*header, error) {
	first, err := chunks.next()
	if err != nil {
		return nil, err
	}
	if first.name != "IHDR" {
		return nil, png.FormatError("chunk out of order")
	}
	h, err := parseIHDR(first.data)
	if err != nil {
		return nil, err
	}
	for {
		if chunks.peek() == "IDAT" {
			if h.kind == paletted && h.palette == nil {
				return nil, png.FormatError("chunk out of order")
			}
			return h, nil
		}
		c, err := chunks.next()
		if err != nil {
			return nil, err
		}
		switch c.name {
		case "IHDR", "IEND":
			err = png.FormatError("chunk out of order")
		case "PLTE":
			err = h.readPalette(c.data)
		case "tRNS":
			err = h.readTransparency(c.data)
		}
		if err != nil {
			return nil, err
		}
	}
}

// parseIHDR reads the first chunk (section 11.2.1).
func parseIHDR(data []byte) (*header, error) {
	if len(data) != 13 {
		return nil, png.FormatError("bad IHDR length")
	}
	width, height := int64(int32(binary.BigEndian.Uint32(data))), int64(int32(binary.BigEndian.Uint32(data[4:])))
	h := &header{
		width: int(width), height: int(height), depth: int(data[8]), kind: colourType(data[9]), interlaced: data[12] == 1,
	}
	const largest = 8 // bytes of a pixel
	switch {
	case data[10] != 0:
		return nil, png.UnsupportedError("compression method")
	case data[11] != 0:
		return nil, png.UnsupportedError("filter method")
	case data[12] > 1:
		return nil, png.FormatError("invalid interlace method")
	case width <= 0 || height <= 0:
		return nil, png.FormatError("non-positive dimension")
	case width > (1<<62)/largest/height:
		return nil, png.UnsupportedError("dimension overflow")
	case !h.kind.allows(h.depth):
		return nil, png.UnsupportedError(fmt.Sprintf("bit depth %d, color type %d", data[8], data[9]))
	}
	return h, nil
}

// readPalette reads PLTE (section 11.2.2), which is a mere hint where pixels have colours of their own.
func (h *header) readPalette(data []byte) error {
	switch n := len(data) / 3; {
	case h.palette != nil || h.transparency != nil:
		return png.FormatError("chunk out of order")
	case len(data)%3 != 0 || n == 0 || n > 256 || n > 1<<h.depth:
		return png.FormatError("bad PLTE length")
	case h.kind == grey || h.kind == greyAlpha:
		return png.FormatError("PLTE, color type mismatch")
	}
	h.palette = data
	return nil
}

// readTransparency reads tRNS (section 11.3.1.1).
func (h *header) readTransparency(data []byte) error {
	length := len(data)
	switch {
	case h.transparency != nil, h.kind == paletted && h.palette == nil:
		return png.FormatError("chunk out of order")
	case h.kind == paletted && length > 256, h.kind == grey && length != 2, h.kind == colour && length != 6:
		return png.FormatError("bad tRNS length")
	case h.kind == greyAlpha, h.kind == colourAlpha:
		return png.FormatError("tRNS, color type mismatch")
	}
	h.transparency = data
	if data == nil {
		h.transparency = []byte{}
	}
	return nil
}

// chunks reads a PNG chunk by chunk (section 5.3).
type chunks struct{ rest []byte }

type chunk struct {
	name string
	data []byte
}

// peek gives the name of the next chunk, empty at the end.
func (c *chunks) peek() string {
	if len(c.rest) < 8 {
		return ""
	}
	return string(c.rest[4:8])
}

// next gives the next chunk if it is all there and its checksum is right.
func (c *chunks) next() (chunk, error) {
	if len(c.rest) < 8 {
		return chunk{}, io.ErrUnexpectedEOF
	}
	length := binary.BigEndian.Uint32(c.rest)
	if length > 1<<31-1 {
		return chunk{}, png.FormatError("bad chunk length")
	}
	body := c.rest[4:]
	if uint64(len(body)) < 4+uint64(length)+4 {
		return chunk{}, io.ErrUnexpectedEOF
	}
	body, c.rest = body[:4+length], body[4+length:]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(c.rest) {
		return chunk{}, png.FormatError("invalid checksum")
	}
	c.rest = c.rest[4:]
	return chunk{string(body[:4]), body[4:]}, nil
}

// pixelData is what consecutive IDAT chunks hold, as one stream.
type pixelData struct {
	*chunks
	rest []byte // of the current chunk
}

// Read implements io.Reader. Any other chunk before the pixels are complete is an error.
func (d *pixelData) Read(p []byte) (int, error) {
	for len(d.rest) == 0 {
		if name := d.peek(); name != "IDAT" && name != "" {
			return 0, png.FormatError("not enough pixel data")
		}
		c, err := d.next()
		if err != nil {
			return 0, err
		}
		d.rest = c.data
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}
