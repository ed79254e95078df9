package scaledjpeg

import (
	"encoding/binary"
	"image/jpeg"
)

// errShort means that a scan's data ends, or a marker comes, before all blocks are there. image/jpeg says it like this.
const errShort = jpeg.FormatError("short Huffman data")

// bitstream reads entropy-coded data. It never goes past a marker.
type bitstream struct {
	data   []byte // from the scan's first byte to the end of the file
	at     int    // of the first byte that is not in window
	window uint64 // the next bits, the first one highest; zeros behind them
	n      int    // how many bits of window are data
}

// fill tops the window up, to at least 48 bits unless the data ends.
func (b *bitstream) fill() {
	if b.n > 48 {
		return
	}
	if b.at+8 <= len(b.data) {
		next := binary.BigEndian.Uint64(b.data[b.at:])
		// A byte of 0xff is a zero byte of the complement; this finds one (Hacker's Delight, section 6-1).
		if inverse := ^next; (inverse-0x0101010101010101)&^inverse&0x8080808080808080 == 0 {
			whole := (64 - b.n) / 8
			b.window |= next >> (64 - 8*whole) << (64 - 8*whole - b.n)
			b.at += whole
			b.n += 8 * whole
			return
		}
	}
	for b.n <= 56 && b.at < len(b.data) {
		v := b.data[b.at]
		if v == 0xff {
			if b.at+1 == len(b.data) || b.data[b.at+1] != 0 { // T.81, B.1.1.5: 0xff00 stands for 0xff
				return
			}
			b.at++
		}
		b.at++
		b.window |= uint64(v) << (56 - b.n)
		b.n += 8
	}
}

// take gives the next count bits, 0 to 16.
func (b *bitstream) take(count int) (int32, error) {
	if b.n < count {
		if b.fill(); b.n < count {
			return 0, errShort
		}
	}
	v := int32(b.window >> (64 - count))
	b.window <<= count
	b.n -= count
	return v, nil
}

// extended gives a number of count bits with its sign: RECEIVE and EXTEND of T.81, F.2.2.1.
func (b *bitstream) extended(count int) (int32, error) {
	v, err := b.take(count)
	if count > 0 && v < 1<<(count-1) {
		v += -1<<count + 1
	}
	return v, err
}

// restart goes on behind the next marker, which has to be the given one.
func (b *bitstream) restart(marker byte) error {
	at, found := nextMarker(b.data, b.at)
	switch {
	case at == len(b.data):
		return errShort
	case found != marker:
		return jpeg.FormatError("bad RST marker")
	}
	b.at, b.window, b.n = at, 0, 0
	return nil
}

// nextMarker gives the next marker and the position behind it, skipping whatever is none, as image/jpeg and libjpeg do;
// len(data) if there is none.
func nextMarker(data []byte, at int) (int, byte) {
	for at+1 < len(data) {
		switch {
		case data[at] != 0xff:
			at++
		case data[at+1] == 0xff: // a fill byte
			at++
		case data[at+1] == 0:
			at += 2
		default:
			return at + 2, data[at+1]
		}
	}
	return len(data), 0
}
