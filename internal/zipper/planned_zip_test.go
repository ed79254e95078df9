package zipper

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pam/internal/zipper/zippertest"
)

// planZip names and plans files of any sizes, and puts together what builders would make of the parts when those files
// that are gone are left out: the parts of the upload by S3's rules, and the zip, with holes for the bytes of files.
func planZip(originals []string, sizes []int64, gone func(i int) bool) (*sparse, []Entry, error) {
	namer := NewNamer("labels.csv")
	planner, err := NewPlanner(len(sizes), sum(sizes))
	if err != nil {
		return nil, nil, err
	}
	var entries []Entry
	var parts []Part
	for i, size := range sizes {
		e := Entry{Name: namer.Name(originals[i]), Size: size, CRC32: uint32(i)}
		entries = append(entries, e)
		closed, err := planner.Add(e)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, closed...)
	}
	parts = append(parts, planner.Close()...)

	kept := map[int][]Entry{} // by part
	var segments []Segment
	for _, part := range parts {
		for _, i := range part.Entries {
			if !gone(i) {
				kept[part.Number] = append(kept[part.Number], entries[i])
			}
		}
		s := Segment{Part: part.Number, Copied: part.Copied}
		_, s.Size = Layout(kept[part.Number])
		if part.Copied > 0 && (gone(part.Entries[len(part.Entries)-1]) || s.Size-s.Copied < MinPartSize) {
			s.Copied = 0 // nothing to copy, or what is sent before it has become too small
		}
		segments = append(segments, s)
	}
	assembly, err := Assemble(segments)
	if err != nil {
		return nil, nil, err
	}
	if err := checkUpload(assembly); err != nil {
		return nil, nil, err
	}
	var s sparse
	var directory Directory
	var written []Entry
	var offsets []int64
	for _, segment := range append(assembly.Full, assembly.Short...) {
		placements, _ := Layout(kept[segment.Part])
		for i, e := range kept[segment.Part] {
			if at := segment.Offset + placements[i].Header; at != s.size {
				return nil, nil, fmt.Errorf("%q is placed at %d, want %d", e.Name, at, s.size)
			}
			written, offsets = append(written, e), append(offsets, s.size)
			s.write(AppendLocalHeader(nil, e))
			s.size += e.Size
		}
	}
	start := s.size
	for i, e := range written {
		s.write(directory.Append(nil, e, offsets[i]))
	}
	s.write(directory.AppendEnd(nil, start))
	return &s, written, nil
}

// checkUpload says which rule of S3 the parts of an assembly break. A tail always follows them.
func checkUpload(a Assembly) error {
	previous := 0
	for _, s := range a.Full {
		sent := s.Size - s.Copied
		last := s.Part
		if s.Copied > 0 {
			last++
		}
		if s.Part <= previous || last >= MaxParts || sent < MinPartSize || sent > MaxPartSize || s.Copied > 0 && s.Copied < MinPartSize {
			return fmt.Errorf("part %d after %d has %d bytes sent and %d copied", s.Part, previous, sent, s.Copied)
		}
		previous = last
	}
	if a.TailNumber <= previous {
		return fmt.Errorf("the tail has number %d after %d", a.TailNumber, previous)
	}
	return nil
}

// checkPlannedZip says which promise is broken for some files.
func checkPlannedZip(originals []string, sizes []int64, gone func(i int) bool) error {
	s, entries, err := planZip(originals, sizes, gone)
	if err != nil {
		return err
	}
	z, err := zippertest.Read(s, s.size)
	if err != nil {
		return err
	}
	byGo, err := zip.NewReader(s, s.size)
	if err != nil {
		return err
	}
	if len(z.Files) != len(entries) || len(byGo.File) != len(entries) {
		return fmt.Errorf("%d and %d files found, want %d", len(z.Files), len(byGo.File), len(entries))
	}
	for i, e := range entries {
		f, g := z.Files[i], byGo.File[i]
		if f.Name != e.Name || f.Size != e.Size || f.CRC32 != e.CRC32 || g.Name != e.Name || g.UncompressedSize64 != uint64(e.Size) {
			return fmt.Errorf("%+v and %+v found, want %+v", f, g.FileHeader, e)
		}
		if at, err := g.DataOffset(); err != nil || at != f.Data {
			return fmt.Errorf("%q at %d and %d: %w", e.Name, at, f.Data, err)
		}
	}
	return nil
}

func TestAnyPlanIsAZip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		originals := names(t)
		size := rapid.OneOf(rapid.Int64Range(0, 1000), rapid.Int64Range(0, MaxEntrySize), rapid.Int64Range(MinPartSize-300, MinPartSize+300))
		sizes := rapid.SliceOfN(size, len(originals), len(originals)).Draw(t, "sizes")
		gone := rapid.SliceOfN(rapid.IntRange(0, 9), len(originals), len(originals)).Draw(t, "gone")
		rate := rapid.IntRange(0, 9).Draw(t, "rate")
		if err := checkPlannedZip(originals, sizes, func(i int) bool { return gone[i] < rate }); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzPlannedZip plans what it is given: lines are names; three bytes are a size, as a share of 16 MiB, and its lowest bit says
// whether the file is gone when the part is built.
func FuzzPlannedZip(f *testing.F) {
	f.Add("a.jpg\nA.jpg\nb.jpg", []byte{0, 0, 2, 0, 0, 0x60, 0, 0, 0x70})
	f.Add(strings.Repeat("x\n", 300), []byte{0xff, 0x92, 0x04, 1, 0, 0xe0})
	f.Add("../x\nCON\n\xff\n", []byte{0, 0, 0x50, 0xfe, 0xff, 0x4f, 2, 0, 0x50})
	f.Fuzz(func(t *testing.T, joined string, data []byte) {
		if len(data) < 3 {
			return
		}
		originals := strings.Split(joined, "\n")
		sizes := make([]int64, len(originals))
		for i := range sizes {
			at := i % (len(data) / 3) * 3
			sizes[i] = min(MaxEntrySize, int64(binary.LittleEndian.Uint32(append([]byte{0}, data[at:at+3]...))>>8))
		}
		if err := checkPlannedZip(originals, sizes, func(i int) bool { return sizes[i]&1 == 1 }); err != nil {
			t.Fatal(err)
		}
	})
}
