package zipper

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"pam/internal/zipper/zippertest"
)

// sparse is a huge zip of which only the written pieces are kept; everything between them is zeros.
type sparse struct {
	pieces []piece // by offset, without overlap
	size   int64
}

type piece struct {
	offset int64
	data   []byte
}

func (s *sparse) write(data []byte) {
	last := len(s.pieces) - 1
	if last < 0 || s.pieces[last].offset+int64(len(s.pieces[last].data)) != s.size {
		s.pieces = append(s.pieces, piece{offset: s.size})
		last++
	}
	s.pieces[last].data = append(s.pieces[last].data, data...)
	s.size += int64(len(data))
}

func (s *sparse) ReadAt(p []byte, offset int64) (int, error) {
	n := int(min(int64(len(p)), s.size-offset))
	if n <= 0 {
		return 0, io.EOF
	}
	p = p[:n:n]
	clear(p)
	end := offset + int64(n)
	first, _ := slices.BinarySearchFunc(s.pieces, offset, func(piece piece, offset int64) int {
		if piece.offset+int64(len(piece.data)) <= offset {
			return -1
		}
		return 1
	})
	for _, piece := range s.pieces[first:] {
		if piece.offset >= end {
			break
		}
		if piece.offset < offset {
			copy(p, piece.data[offset-piece.offset:])
		} else {
			copy(p[piece.offset-offset:], piece.data)
		}
	}
	if n < cap(p) {
		return n, io.EOF
	}
	return n, nil
}

// crcOfZeros gives the CRC-32 of n zero bytes, which is too slow to compute from the bytes for huge n.
func crcOfZeros(n int64) uint32 {
	if n == 0 {
		return 0
	}
	half := crcOfZeros(n / 2)
	crc := CombineCRC32(half, half, n/2)
	if n%2 == 1 {
		crc = CombineCRC32(crc, crc32.ChecksumIEEE([]byte{0}), 1)
	}
	return crc
}

// newSparse makes a zip of files of zeros with the given sizes, "0.bin", "1.bin" and so on.
func newSparse(sizes []int64) (*sparse, []Entry) {
	var (
		s         sparse
		entries   []Entry
		offsets   []int64
		directory Directory
		buf       []byte
	)
	for i, size := range sizes {
		e := Entry{Name: fmt.Sprintf("%d.bin", i), Size: size, CRC32: crcOfZeros(size), Modified: time.Date(2030, 1, 2, 3, 4, 6, 0, time.UTC)}
		entries = append(entries, e)
		offsets = append(offsets, s.size)
		s.write(AppendLocalHeader(buf[:0], e))
		s.size += size
	}
	start := s.size
	for i, e := range entries {
		s.write(directory.Append(buf[:0], e, offsets[i]))
	}
	s.write(directory.AppendEnd(buf[:0], start))
	return &s, entries
}

func TestZip64BySizeAndOffset(t *testing.T) {
	t.Parallel()
	const mark = int64(math.MaxUint32)
	for _, tc := range []struct {
		name, reason string
		sizes        []int64
		read         []int // entries read to the end, which checks their CRC
	}{
		{"below", "The largest zip without any Zip64 structure.", []int64{mark - 2*(30+5) - 1, 0}, []int{1}},
		{"offset below", "The last entry begins at 4 GiB - 2.", []int64{mark - 30 - 5 - 1, 1}, []int{1}},
		{"offset marked", "The last entry begins at 4 GiB - 1, the mark itself.", []int64{mark - 30 - 5, 1}, []int{1}},
		{"offset above", "The last entry begins at 4 GiB.", []int64{mark - 30 - 5 + 1, 1}, []int{1}},
		{"size below", "4 GiB - 2 bytes need no Zip64 of their own, what follows them does.", []int64{mark - 1, 7}, []int{1}},
		{"size marked", "4 GiB - 1 bytes is the mark itself.", []int64{mark, 7}, []int{1}},
		{"size above", "More than 4 GiB, read in full.", []int64{3, mark + 2, 9}, []int{0, 1, 2}},
		{"directory only", "All entries begin below 4 GiB, the directory does not.", []int64{5, mark - 100}, []int{0}},
		{"150 GB", "The size of the largest archive.", slices.Concat(repeat(10_000, MaxEntrySize), []int64{11}), []int{0, 5_000, 10_000}},
		{"terabytes", "Size and offset both far beyond.", []int64{1 << 42, 1 << 41, 13}, []int{2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, entries := newSparse(tc.sizes)
			reader, err := zip.NewReader(s, s.size)
			if err != nil {
				t.Fatalf("%v: %s", err, tc.reason)
			}
			if _, err := zippertest.Read(s, s.size); err != nil {
				t.Errorf("%v: %s", err, tc.reason)
			}
			if len(reader.File) != len(entries) {
				t.Fatalf("%d entries, want %d: %s", len(reader.File), len(entries), tc.reason)
			}
			for i, f := range reader.File {
				if f.Name != entries[i].Name || int64(f.UncompressedSize64) != entries[i].Size || int64(f.CompressedSize64) != entries[i].Size {
					t.Errorf("entry %d: %q of %d bytes, want %+v: %s", i, f.Name, f.UncompressedSize64, entries[i], tc.reason)
				}
				// Opening parses the local header at the offset.
				if _, err := f.DataOffset(); err != nil {
					t.Errorf("entry %d: %v: %s", i, err, tc.reason)
				}
			}
			for _, i := range tc.read {
				r, err := reader.File[i].Open()
				if err != nil {
					t.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, r); err != nil || n != entries[i].Size {
					t.Errorf("entry %d: read %d bytes, %v: %s", i, n, err, tc.reason)
				}
			}
		})
	}
}

func TestZip64ByCount(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		count        int
		end          int64
	}{
		{"below", "65,534 entries need no Zip64.", 65_534, 22},
		{"marked", "65,535 is the mark itself.", 65_535, 98},
		{"above", "65,536 does not fit into 16 bits.", 65_536, 98},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, entries := newSparse(slices.Concat(repeat(tc.count/2, 0, 1), repeat(tc.count%2, 0)))
			if got := EndSize(uint64(len(entries)), 0, 0); got != tc.end {
				t.Errorf("end of %d bytes, want %d: %s", got, tc.end, tc.reason)
			}
			reader, err := zip.NewReader(s, s.size)
			if err != nil {
				t.Fatal(err)
			}
			if z, err := zippertest.Read(s, s.size); err != nil || z.Zip64End != (tc.end == 98) {
				t.Errorf("%v: %s", err, tc.reason)
			}
			if len(reader.File) != tc.count {
				t.Fatalf("%d entries, want %d: %s", len(reader.File), tc.count, tc.reason)
			}
			for i, f := range reader.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, r); err != nil || n != entries[i].Size || f.Name != entries[i].Name {
					t.Fatalf("entry %d: %q of %d bytes, %v: %s", i, f.Name, n, err, tc.reason)
				}
			}
		})
	}
}
