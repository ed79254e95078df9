package imaging

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"runtime/debug"
	"slices"
	"testing"
)

// underRaceDetector says whether the tests run under it, ten times slower.
func underRaceDetector(t *testing.T) bool {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test binary does not say how it was built")
	}
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// blocks counts the 8 x 8 blocks of a square component.
func blocks(side int) int { return ((side + 7) / 8) * ((side + 7) / 8) }

// crafted describes a square JPEG whose entropy-coded data is zeros. There is one code of each kind, a zero bit.
type crafted struct {
	sof         byte
	side        int
	components  int
	ac, firstAC byte // what the code for AC coefficients means; firstAC in the first pass, where it is not 0
}

// pass describes a scan and how many zero bits its data has.
type pass struct {
	components    int
	first, last   byte
	approximation byte
	bits          int
}

func (c crafted) file(passes int, pass func(i int) pass) []byte {
	one := [16]byte{1}
	frame := []byte{8, byte(c.side >> 8), byte(c.side), byte(c.side >> 8), byte(c.side), byte(c.components)}
	for i := range c.components {
		frame = append(frame, byte(i+1), 0x11, 0)
	}
	parts := [][]byte{
		{0xff, markerSOI},
		segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x02")),
		segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)),
		segment(c.sof, frame),
		segment(0xc4, append(append([]byte{0x00}, one[:]...), 0)),
	}
	for i := range passes {
		p := pass(i)
		symbol := c.ac
		if i == 0 && c.firstAC != 0 {
			symbol = c.firstAC
		}
		header := []byte{byte(p.components)}
		for id := range p.components {
			header = append(header, byte(id+1), 0x00)
		}
		parts = append(parts,
			segment(0xc4, append(append([]byte{0x10}, one[:]...), symbol)),
			segment(markerSOS, append(header, p.first, p.last, p.approximation)),
			make([]byte, (p.bits+7)/8))
	}
	return bytes.Join(append(parts, []byte{0xff, markerEOI}), nil)
}

// zeroPNG makes a square PNG of zeros.
func zeroPNG(side int, depth, colourType byte, interlaced bool, filter byte) []byte {
	bits := side * int(depth) * [...]int{1, 0, 3, 1, 2, 0, 4}[colourType]
	rows := zeroRows(side, (bits+7)/8, filter)
	if interlaced {
		var passes []io.Reader
		for _, p := range [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
			across, down := (side-p[0]+p[2]-1)/p[2], (side-p[1]+p[3]-1)/p[3]
			passes = append(passes, zeroRows(down, (across*(bits/side)+7)/8, filter))
		}
		rows = io.MultiReader(passes...)
	}
	return pngOf(side, depth, colourType, interlaced, rows)
}

// zeroRows gives rows of so many zero bytes behind the filter's byte.
func zeroRows(count, size int, filter byte) io.Reader {
	row := append([]byte{filter}, make([]byte, size)...)
	readers := make([]io.Reader, count)
	for i := range readers {
		readers[i] = bytes.NewReader(row)
	}
	return io.MultiReader(readers...)
}

func pngOf(side int, depth, colourType byte, interlaced bool, rows io.Reader) []byte {
	return pngSized(side, side, depth, colourType, interlaced, rows)
}

// pngSized makes a PNG of what rows gives; nil gives no pixels.
func pngSized(width, height int, depth, colourType byte, interlaced bool, rows io.Reader) []byte {
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	header = append(header, depth, colourType, 0, 0, 0)
	if interlaced {
		header[12] = 1
	}
	var packed bytes.Buffer
	w, _ := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if rows != nil {
		_, _ = io.Copy(w, rows)
	}
	w.Close()
	return bytes.Join([][]byte{[]byte(pngSignature), chunk("IHDR", header), chunk("IDAT", packed.Bytes()), chunk("IEND", nil)}, nil)
}
