//go:build unix

package imaging

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// hostileFile is a file that tests what becomes of it on its way to labels.
type hostileFile struct {
	name, reason string
	kind         Kind // accepted, or why not
	make         func() []byte
}

// accepted is the kind of files that become photos.
const accepted Kind = ""

// hostileFiles are made to keep a decoder busy. Pictures are square, of so many pixels a side; size is in bytes, of those
// files whose length is what is hostile.
func hostileFiles(t *testing.T, side, size int) []hostileFile {
	t.Helper()
	return []hostileFile{
		{"png bomb", "zeros deflate a thousand to one, and RGBA has most of them", accepted, func() []byte { return zeroPNG(side, 16, 6, false, 0) }},
		{"interlaced png bomb", "seven passes", accepted, func() []byte { return zeroPNG(side, 16, 6, true, 0) }},
		{"filtered png bomb", "the slowest filter", accepted, func() []byte { return zeroPNG(side, 16, 6, false, 4) }},
		{"1-bit png bomb", "the most pixels a byte", accepted, func() []byte { return zeroPNG(side, 1, 0, true, 4) }},
		{"png of chunks", "a chunk may be empty, and a file full of them", accepted, func() []byte {
			return withChunk(zeroPNG(300, 8, 2, false, 0), bytes.Repeat(chunk("tEXt", nil), size/13))
		}},
		{"png without pixels", "a header claims what does not come", Truncated, func() []byte {
			return pngOf(side, 16, 6, false, nil)
		}},
		{"jpeg of passes over brightness", "as many passes as are accepted, each of one bit a block", accepted, func() []byte {
			return crafted{sof: 0xc2, side: side, components: 3}.file(maxScans, func(i int) pass {
				return pass{components: 3, approximation: [...]byte{0x01, 0x10}[min(i, 1)], bits: blocks(side) * 3}
			})
		}},
		{"jpeg of passes over nothing", "as many passes, each of a few bytes that say that no block changes", accepted, func() []byte {
			return crafted{sof: 0xc2, side: side, components: 3, ac: 0xe0}.file(maxScans, func(int) pass {
				return pass{components: 1, first: 1, last: 63, bits: (blocks(side)/16384 + 1) * 15}
			})
		}},
		{"jpeg of refinements", "every coefficient of every block gets another bit in every pass", accepted, func() []byte {
			side := side * 4 / 7
			return crafted{sof: 0xc2, side: side, components: 1, ac: 0xe0, firstAC: 0x01}.file(6, func(i int) pass {
				if i == 0 {
					return pass{components: 1, first: 1, last: 63, approximation: 0x01, bits: blocks(side) * 63 * 2}
				}
				return pass{components: 1, first: 1, last: 63, approximation: 0x10, bits: blocks(side)*63 + (blocks(side)/16384+1)*15}
			})
		}},
		{"jpeg decoded again and again", "as many sequential passes over the same blocks", accepted, func() []byte {
			side := side * 5 / 7
			return crafted{sof: 0xc0, side: side, components: 3}.file(maxScans, func(int) pass {
				return pass{components: 3, last: 63, bits: blocks(side) * 3 * 2}
			})
		}},
		{"jpeg of noise", "every code may come at any place, until the data ends", Truncated, func() []byte {
			file := crafted{sof: 0xc0, side: side, components: 3}.file(1, func(int) pass { return pass{components: 3, last: 63} })
			random := rand.New(rand.NewPCG(1, 2))
			noise := make([]byte, size-len(file))
			for i := range noise {
				noise[i] = byte(random.Uint32N(255)) // never 0xff
			}
			counts := []byte{0, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
			dc := segment(0xc4, bytes.Join([][]byte{{0x00}, counts, {0, 1, 2, 3, 11}}, nil))
			ac := segment(0xc4, bytes.Join([][]byte{{0x10}, counts, {0x01, 0x02, 0x11, 0x0a, 0xf1}}, nil))
			scan := bytes.Index(file, []byte{0xff, markerSOS})
			return bytes.Join([][]byte{file[:scan], dc, ac, file[scan : len(file)-2], noise, file[len(file)-2:]}, nil)
		}},
		{"jpeg of segments", "a segment may be empty, and a file full of them", accepted, func() []byte {
			return withSegments(encodeJPEG(t, rgbQuadrants(300, 300)), bytes.Repeat(segment(0xef, nil), size/4))
		}},
		{"jpeg of fill bytes", "any number may stand before a marker", accepted, func() []byte {
			return withSegments(encodeJPEG(t, rgbQuadrants(300, 300)), bytes.Repeat([]byte{0xff}, size))
		}},
		{"jpeg without pixels", "a header claims what does not come", Truncated, func() []byte {
			return crafted{sof: 0xc2, side: side, components: 4}.file(1, func(int) pass { return pass{components: 4} })
		}},
		{"jpeg with impossible codes", "sixteen codes of one bit", Truncated, func() []byte {
			file := crafted{sof: 0xc0, side: side, components: 1}.file(1, func(int) pass { return pass{components: 1, last: 63} })
			table := segment(0xc4, append([]byte{0x00, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 16)...))
			return patched(t, file, "\xff\xda", string(table)+"\xff\xda")
		}},
		{"strip", "the most uneven sides that a PNG of 49 megapixels can have", accepted, func() []byte {
			return pngSized(side*side/80, 80, 8, 2, false, zeroRows(80, side*side/80*3, 4))
		}},
	}
}
