package zipper

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// file is an entry with its bytes.
type file struct {
	Entry
	data []byte
}

func newFile(name string, data []byte) file {
	return file{Entry{Name: name, Size: int64(len(data)), CRC32: crc32.ChecksumIEEE(data),
		Modified: time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)}, data}
}

func entriesOf(files []file) []Entry {
	var entries []Entry
	for _, f := range files {
		entries = append(entries, f.Entry)
	}
	return entries
}

// buildPart fills a buffer as a builder does, last file first to show that the order does not count.
func buildPart(files []file) []byte {
	placements, size := Layout(entriesOf(files))
	buf := make([]byte, size)
	for i := len(files) - 1; i >= 0; i-- {
		p := placements[i]
		AppendLocalHeader(buf[p.Header:p.Header], files[i].Entry)
		copy(buf[p.Data:p.End], files[i].data)
	}
	return buf
}

// drawFiles draws files with names from a Namer.
func drawFiles(t *rapid.T, most int) []file {
	namer := NewNamer("labels.csv")
	var files []file
	for range rapid.IntRange(0, most).Draw(t, "files") {
		name := namer.Name(rapid.String().Draw(t, "name"))
		files = append(files, newFile(name, rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "data")))
	}
	return files
}

func TestLayoutHasNoGapsOrOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		files := drawFiles(t, 20)
		placements, size := Layout(entriesOf(files))
		var at int64
		for i, p := range placements {
			if p.Header != at || p.Data != p.Header+LocalHeaderSize(files[i].Entry) || p.End != p.Data+files[i].Size {
				t.Fatalf("entry %d at %+v, want it at %d", i, p, at)
			}
			at = p.End
		}
		if size != at || len(placements) != len(files) {
			t.Fatalf("%d places, %d bytes, want %d and %d", len(placements), size, len(files), at)
		}
		// A part is nothing but headers and files in turn.
		var want []byte
		for _, f := range files {
			want = append(AppendLocalHeader(want, f.Entry), f.data...)
		}
		if !bytes.Equal(buildPart(files), want) {
			t.Fatal("the part built in place differs from the part written in order")
		}
	})
}

func TestCompact(t *testing.T) {
	t.Parallel()
	files := []file{newFile("a", []byte("AAAA")), newFile("b", nil), newFile("c", bytes.Repeat([]byte("c"), 500)), newFile("d", []byte("D"))}
	for _, tc := range []struct {
		name, reason string
		keep         [4]bool
	}{
		{"all", "Usually nothing is gone and nothing moves.", [4]bool{true, true, true, true}},
		{"none", "All photos of a part may be gone.", [4]bool{}},
		{"first", "Everything moves down.", [4]bool{false, true, true, true}},
		{"last", "Nothing moves, the part is shorter.", [4]bool{true, true, true, false}},
		{"middle", "Source and goal of a move overlap when the gap is small.", [4]bool{true, false, true, true}},
		{"every second", "Gaps add up.", [4]bool{false, true, false, true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			buf := buildPart(files)
			placements, _ := Layout(entriesOf(files))
			size := Compact(buf, placements, tc.keep[:])
			var kept []file
			for i, f := range files {
				if tc.keep[i] {
					kept = append(kept, f)
				}
			}
			if want := buildPart(kept); !bytes.Equal(buf[:size], want) {
				t.Errorf("compacted to %q, want %q: %s", buf[:size], want, tc.reason)
			}
		})
	}
}

func TestCompactAnyPart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		files := drawFiles(t, 12)
		keep := rapid.SliceOfN(rapid.Bool(), len(files), len(files)).Draw(t, "keep")
		buf := buildPart(files)
		placements, _ := Layout(entriesOf(files))
		size := Compact(buf, placements, keep)
		var kept []file
		for i, f := range files {
			if keep[i] {
				kept = append(kept, f)
			}
		}
		if !bytes.Equal(buf[:size], buildPart(kept)) {
			t.Fatal("not the part of the kept files")
		}
	})
}

func ExampleLayout() {
	photos := []Entry{{Name: "lake.jpg", Size: 4}, {Name: "fox.jpg", Size: 3}}
	placements, size := Layout(photos)
	part := make([]byte, size)
	for i, p := range placements {
		AppendLocalHeader(part[p.Header:p.Header], photos[i])
		// Fetch the photo into part[p.Data:p.End] here.
	}
	// The fox is gone from the store.
	fmt.Println(size, Compact(part, placements, []bool{true, false}))
	// Output: 82 42
}
