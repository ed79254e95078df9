package scaledjpeg

import "image/jpeg"

const (
	longestCode = 16 // bits: T.81, annex C
	lookupBits  = 9  // of the codes that are decoded by one look into a table
)

// huffman is a table of codes.
type huffman struct {
	count int // codes; 0 means that no DHT segment gave the table
	// lookup answers for the next lookupBits bits: the value in the high byte, the code's length in the low one; 0 where
	// the code is longer.
	lookup [1 << lookupBits]uint16
	// limit is one more than the last code of each length, and offset the index in values of the code 0 of that length.
	limit, offset [longestCode + 1]int32
	values        [256]byte
}

// newHuffman makes the table of a DHT segment from how many codes there are of each length and their values.
func newHuffman(counts [longestCode]byte, values []byte) *huffman {
	h := &huffman{count: len(values)}
	copy(h.values[:], values)
	var code, index int32
	for i, n := range counts {
		length := i + 1
		h.offset[length] = index - code
		for range n {
			// A table with more codes than fit is refused by nobody; what does not fit cannot be met in the data.
			if first := int(code) << lookupBits >> length; length <= lookupBits && first < len(h.lookup) {
				for j := range 1 << (lookupBits - length) {
					h.lookup[first+j] = uint16(h.values[index])<<8 | uint16(length)
				}
			}
			code++
			index++
		}
		h.limit[length] = code
		code <<= 1
	}
	return h
}

// symbol reads a code and gives its value.
func (b *bitstream) symbol(h *huffman) (byte, error) {
	if b.n < longestCode {
		b.fill()
	}
	if v := h.lookup[b.window>>(64-lookupBits)]; v != 0 {
		length := int(v & 0xff)
		if length > b.n {
			return 0, errShort
		}
		b.window <<= length
		b.n -= length
		return byte(v >> 8), nil
	}
	return b.longSymbol(h)
}

// longSymbol is symbol for codes of more than lookupBits bits.
func (b *bitstream) longSymbol(h *huffman) (byte, error) {
	if h.count == 0 {
		return 0, jpeg.FormatError("uninitialized Huffman table")
	}
	for length := lookupBits + 1; length <= longestCode; length++ {
		if length > b.n {
			return 0, errShort
		}
		if code := int32(b.window >> (64 - length)); code < h.limit[length] {
			b.window <<= length
			b.n -= length
			return h.values[(h.offset[length]+code)&0xff], nil
		}
	}
	return 0, jpeg.FormatError("bad Huffman code")
}
