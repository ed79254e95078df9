package scaledjpeg

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"io"
)

// The markers of the segments that are read (T.81, table B.1).
const (
	markerSOF0  = 0xc0 // baseline
	markerSOF1  = 0xc1 // extended sequential
	markerSOF2  = 0xc2 // progressive
	markerDHT   = 0xc4
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP14 = 0xee
	markerAPP15 = 0xef
	markerCOM   = 0xfe
)

// decoder is what the segments so far have said.
type decoder struct {
	ctx   context.Context // of the call of Decode, which is all that a decoder lives for
	bits  bitstream
	frame *frame // nil before the SOF segment

	transform  *transform
	quant      [4][64]uint16
	dc, ac     [4]*huffman
	restart    int // MCUs between restart markers; 0 means that there are none
	jfif       bool
	adobe      bool // an APP14 segment of Adobe is there
	adobeModel byte // its colour transform: 0 none, 1 YCbCr, 2 YCCK
}

// Decode decodes the JPEG data with its sides divided by scale: 2, 4 or 8. A side that is no multiple is rounded up. The
// result is an *image.Gray, *image.YCbCr, *image.RGBA or *image.CMYK, as image/jpeg would give.
//
// Memory, besides data and the result, is little for a sequential JPEG; for a progressive one 40, 16 or 10 bytes a block
// of 8 x 8 samples. It is taken for the size that the header claims, which callers check first.
//
// When ctx ends, Decode returns an error that wraps ctx's; it looks once a row of blocks.
func Decode(ctx context.Context, data []byte, scale int) (image.Image, error) {
	if scale != 2 && scale != 4 && scale != 8 {
		return nil, fmt.Errorf("decode JPEG: scale %d is not 2, 4 or 8", scale)
	}
	none := newHuffman([longestCode]byte{}, nil)
	d := &decoder{
		ctx: ctx, transform: newTransform(8 / scale),
		dc: [4]*huffman{none, none, none, none}, ac: [4]*huffman{none, none, none, none},
	}
	if len(data) < 2 {
		return nil, io.ErrUnexpectedEOF
	}
	if data[0] != 0xff || data[1] != markerSOI {
		return nil, jpeg.FormatError("missing SOI marker")
	}
	for at := 2; ; {
		var marker byte
		if at, marker = nextMarker(data, at); at == len(data) && marker == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		if marker == markerEOI {
			return d.finish()
		}
		if markerRST0 <= marker && marker <= markerRST7 { // some encoders write one behind the last pass
			continue
		}
		if at+2 > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		length := int(binary.BigEndian.Uint16(data[at:])) // includes its own two bytes
		if length < 2 {
			return nil, jpeg.FormatError("short segment length")
		}
		if at+length > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		payload := data[at+2 : at+length]
		at += length
		if marker == markerSOS {
			d.bits = bitstream{data: data, at: at}
			if err := d.scan(payload); err != nil {
				return nil, err
			}
			at = d.bits.at
			continue
		}
		if err := d.segment(marker, payload); err != nil {
			return nil, err
		}
	}
}

// segment reads any segment but a scan's.
func (d *decoder) segment(marker byte, payload []byte) error {
	switch marker {
	case markerSOF0, markerSOF1, markerSOF2:
		if d.frame != nil {
			return jpeg.FormatError("multiple SOF markers")
		}
		f, err := newFrame(payload)
		if err != nil {
			return err
		}
		f.baseline, f.progressive = marker == markerSOF0, marker == markerSOF2
		d.frame = f
		return nil
	case markerDHT:
		return d.huffmanTables(payload)
	case markerDQT:
		return d.quantizationTables(payload)
	case markerDRI:
		if len(payload) != 2 {
			return jpeg.FormatError("DRI has wrong length")
		}
		d.restart = int(binary.BigEndian.Uint16(payload))
		return nil
	case markerAPP0:
		if len(payload) >= 5 {
			d.jfif = string(payload[:5]) == "JFIF\x00"
		}
		return nil
	case markerAPP14:
		if len(payload) >= 12 && string(payload[:5]) == "Adobe" {
			d.adobe, d.adobeModel = true, payload[11]
		}
		return nil
	}
	switch {
	case markerAPP0 <= marker && marker <= markerAPP15, marker == markerCOM:
		return nil
	case marker < markerSOF0:
		return jpeg.FormatError("unknown marker")
	default:
		return jpeg.UnsupportedError("unknown marker")
	}
}

// huffmanTables reads a DHT segment (T.81, B.2.4.2).
func (d *decoder) huffmanTables(payload []byte) error {
	for len(payload) > 0 {
		const head = 1 + longestCode
		if len(payload) < head {
			return jpeg.FormatError("DHT has wrong length")
		}
		class, slot := payload[0]>>4, payload[0]&0x0f
		if class > 1 {
			return jpeg.FormatError("bad Tc value")
		}
		if slot > 3 || d.frame != nil && d.frame.baseline && slot > 1 {
			return jpeg.FormatError("bad Th value")
		}
		counts := [longestCode]byte(payload[1:head])
		payload = payload[head:]
		total := 0
		for _, n := range counts {
			total += int(n)
		}
		switch {
		case total == 0:
			return jpeg.FormatError("Huffman table has zero length")
		case total > 256:
			return jpeg.FormatError("Huffman table has excessive length")
		case total > len(payload):
			return jpeg.FormatError("DHT has wrong length")
		}
		table := newHuffman(counts, payload[:total])
		payload = payload[total:]
		if class == 0 {
			d.dc[slot] = table
		} else {
			d.ac[slot] = table
		}
	}
	return nil
}

// quantizationTables reads a DQT segment (T.81, B.2.4.1).
func (d *decoder) quantizationTables(payload []byte) error {
	for len(payload) > 0 {
		precision, slot := payload[0]>>4, payload[0]&0x0f
		payload = payload[1:]
		if slot > 3 {
			return jpeg.FormatError("bad Tq value")
		}
		if precision > 1 {
			return jpeg.FormatError("bad Pq value")
		}
		size := 1 + int(precision) // bytes a value
		if len(payload) < 64*size {
			return jpeg.FormatError("DQT has wrong length")
		}
		for i := range d.quant[slot] {
			if size == 1 {
				d.quant[slot][i] = uint16(payload[i])
			} else {
				d.quant[slot][i] = binary.BigEndian.Uint16(payload[2*i:])
			}
		}
		payload = payload[64*size:]
	}
	return nil
}

// alive gives an error once ctx has ended.
func (d *decoder) alive() error {
	if err := d.ctx.Err(); err != nil {
		return fmt.Errorf("decode JPEG: %w", err)
	}
	return nil
}
