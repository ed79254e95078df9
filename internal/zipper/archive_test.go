package zipper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// appendDirectory appends the directory and end of a zip whose segments, given with their files, were assembled.
func appendDirectory(zipped []byte, files []file, offsets []int64) ([]byte, error) {
	start := int64(len(zipped))
	var measured, d Directory
	for i, f := range files {
		measured.Count(f.Entry, offsets[i])
	}
	for i, f := range files {
		zipped = d.Append(zipped, f.Entry, offsets[i])
	}
	zipped = d.AppendEnd(zipped, start)
	if got, want := int64(len(zipped))-start, measured.Size(start); got != want {
		return nil, fmt.Errorf("directory of %d bytes, counted %d", got, want)
	}
	return zipped, nil
}

// buildZip makes a zip as the domain does: parts that hold the given files, full ones first, short ones behind them, the
// directory last.
func buildZip(parts [][]file) (zipped []byte, order []file, err error) {
	built := make(map[int][]byte)
	var segments []Segment
	for i, files := range parts {
		built[i+1] = buildPart(files)
		segments = append(segments, Segment{Part: i + 1, Size: int64(len(built[i+1]))})
	}
	assembly, err := Assemble(segments)
	if err != nil {
		return nil, nil, err
	}
	var offsets []int64
	for _, s := range append(assembly.Full, assembly.Short...) {
		if s.Offset != int64(len(zipped)) {
			return nil, nil, fmt.Errorf("part %d at %d, want %d", s.Part, s.Offset, len(zipped))
		}
		zipped = append(zipped, built[s.Part]...)
		placements, _ := Layout(entriesOf(parts[s.Part-1]))
		for i, p := range placements {
			order = append(order, parts[s.Part-1][i])
			offsets = append(offsets, s.Offset+p.Header)
		}
	}
	if assembly.DataEnd != int64(len(zipped)) {
		return nil, nil, fmt.Errorf("data ends at %d, want %d", assembly.DataEnd, len(zipped))
	}
	zipped, err = appendDirectory(zipped, order, offsets)
	return zipped, order, err
}

// checkZip reads a zip with Go's archive/zip and compares every entry.
func checkZip(r io.ReaderAt, size int64, files []file) error {
	reader, err := zip.NewReader(r, size)
	if err != nil {
		return err
	}
	if len(reader.File) != len(files) {
		return fmt.Errorf("%d entries, want %d", len(reader.File), len(files))
	}
	for i, f := range reader.File {
		want := files[i]
		if f.Name != want.Name || f.Method != zip.Store || f.CRC32 != want.CRC32 || f.UncompressedSize64 != uint64(want.Size) {
			return fmt.Errorf("entry %q has header %+v, want %+v", want.Name, f.FileHeader, want.Entry)
		}
		flags := uint16(0)
		if strings.ContainsFunc(f.Name, func(r rune) bool { return r > 127 }) {
			flags = 0x800
		}
		if f.Mode() != 0o644 || f.Flags != flags {
			return fmt.Errorf("entry %q has mode %v, flags %x", f.Name, f.Mode(), f.Flags)
		}
		if year := want.Modified.Year(); year >= 1980 && year <= 2107 {
			const wall = "2006-01-02 15:04"
			if f.Modified.Format(wall) != want.Modified.Format(wall) {
				return fmt.Errorf("entry %q modified %v, want %v", f.Name, f.Modified, want.Modified)
			}
		}
		opened, err := f.Open()
		if err != nil {
			return fmt.Errorf("open %q: %w", f.Name, err)
		}
		data, err := io.ReadAll(opened) // checks the CRC
		if err != nil {
			return fmt.Errorf("read %q: %w", f.Name, err)
		}
		if err := opened.Close(); err != nil {
			return err
		}
		if !bytes.Equal(data, want.data) {
			return fmt.Errorf("entry %q has other bytes", f.Name)
		}
	}
	return nil
}

func TestAnyZipIsReadByGo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		files := drawFiles(t, 20)
		var parts [][]file
		for len(files) > 0 {
			n := rapid.IntRange(1, len(files)).Draw(t, "cut")
			parts = append(parts, files[:n])
			files = files[n:]
		}
		zipped, order, err := buildZip(parts)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkZip(bytes.NewReader(zipped), int64(len(zipped)), order); err != nil {
			t.Fatal(err)
		}
	})
}

// Full and short parts mixed: the order in the zip is not the order of the plan.
func TestZipOfFullAndShortParts(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("0123456789abcdef"), MinPartSize/16)
	parts := [][]file{
		{newFile("1 short.jpg", big[:100])},
		{newFile("2 full.jpg", big), newFile("2 more.jpg", big[:7])},
		{},
		{newFile("4 short.jpg", big[:MinPartSize-100])},
		{newFile("5 full.jpg", big)},
	}
	zipped, order, err := buildZip(parts)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkZip(bytes.NewReader(zipped), int64(len(zipped)), order); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range order {
		names = append(names, f.Name)
	}
	if got, want := strings.Join(names, ","), "2 full.jpg,2 more.jpg,5 full.jpg,1 short.jpg,4 short.jpg"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

// FuzzZip names and zips what it is given: lines are names, each with a piece of the content.
func FuzzZip(f *testing.F) {
	f.Add("a.jpg\nA.jpg\nä.jpg", []byte("content"))
	f.Add("", []byte{})
	f.Add("../x\nCON\n\xff", bytes.Repeat([]byte("PK\x05\x06"), 20)) // content that looks like the end of a zip
	f.Fuzz(func(t *testing.T, originals string, content []byte) {
		namer := NewNamer("labels.csv")
		var files []file
		for i, original := range strings.Split(originals, "\n") {
			files = append(files, newFile(namer.Name(original), content[min(i, len(content)):]))
		}
		zipped, order, err := buildZip([][]file{files[:len(files)/2], files[len(files)/2:]})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkZip(bytes.NewReader(zipped), int64(len(zipped)), order); err != nil {
			t.Fatal(err)
		}
	})
}
