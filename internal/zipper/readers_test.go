package zipper

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/zipper/zippertest"
)

// hostileNames are originals of every kind that a person may upload, some of them twice.
func hostileNames() []string {
	names := []string{
		"IMG_0001.JPG", "img_0001.jpg", "IMG_0001.JPG", "IMG_0001 (2).JPG",
		"Zürich im Frühling.jpg", "Zu\u0308rich im Fru\u0308hling.jpg", "写真.jpg", "Фото.jpg", "صورة.jpg", "👩‍👩‍👧.jpg",
		"../../etc/passwd", `C:\Windows\system32\a.jpg`, "/etc/shadow", "-rf.jpg", "--help", "*.jpg", "[a-z].jpg", "@list", "$HOME.jpg", "`id`.jpg", "~a.jpg",
		"CON", "com1.jpg", "a\x00b.jpg", "a\nb.jpg", "a\x1b[31m.jpg", "a\u202egpj.exe", "\xff\xfe.jpg", "", ".", "..", ".hidden", "dot. ", "labels.csv",
		strings.Repeat("x", 300) + ".jpg", strings.Repeat("x", 300) + ".jpg", strings.Repeat("ü", 300) + ".jpg", strings.Repeat("写", 300),
	}
	return names
}

func TestForeignReaders(t *testing.T) {
	t.Parallel()
	namer := NewNamer("labels.csv")
	var files []file
	for i, original := range hostileNames() {
		files = append(files, newFile(namer.Name(original), bytes.Repeat([]byte{byte(i)}, i*i)))
	}
	csv := newFile("labels.csv", []byte("file,label,confidence,parents\n"))
	zipped, order, err := buildZip([][]file{files[:10], files[10:], {csv}})
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "photos.zip")
	if err := os.WriteFile(archive, zipped, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, program := range zippertest.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			t.Parallel()
			if err := program.Check(t, archive); err != nil {
				t.Error(err)
			}
			// The test must be able to fail: one changed byte of a photo.
			broken := bytes.Clone(zipped)
			placements, _ := Layout(entriesOf(files[:10]))
			broken[placements[9].Data] ^= 1
			damaged := filepath.Join(t.TempDir(), "damaged.zip")
			if err := os.WriteFile(damaged, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := program.Check(t, damaged); err == nil {
				t.Error("a damaged photo went unnoticed")
			}
		})
	}
	t.Run("unpacked", func(t *testing.T) {
		t.Parallel()
		checkUnpacked(t, archive, order)
	})
}

// checkUnpacked has the zip unpacked and compares every file, by name and by bytes.
func checkUnpacked(t *testing.T, archive string, files []file) {
	t.Helper()
	dir := t.TempDir()
	if err := zippertest.Unpack(t, archive, dir); err != nil {
		t.Fatal(err)
	}
	unpacked, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(unpacked) != len(files) {
		t.Errorf("%d files unpacked, want %d", len(unpacked), len(files))
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(data, f.data) {
			t.Errorf("%q has other bytes", f.Name)
		}
	}
}

// fullSizeVariable has programs read all files of huge zips, as make verify does, and not the last one alone.
const fullSizeVariable = "PAM_TEST_FULL_SIZE"

// Each reader must find the entry behind 4 GiB in a file with holes, and many entries must not be lost at 16 bits.
func TestForeignReadersOnZip64(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		sizes        []int64
	}{
		{"offset", "The last entry begins beyond 4 GiB.", slicesOf(300, MaxEntrySize, 5)},
		{"size", "The first entry is larger than 4 GiB.", []int64{5 << 30, 5}},
		{"below the count", "65,534 entries are the most that need no Zip64.", slicesOf(65_533, 1, 5)},
		{"count", "65,535 entries are the mark itself.", slicesOf(65_534, 1, 5)},
		{"above the count", "65,536 entries do not fit into 16 bits.", slicesOf(65_535, 0, 5)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, entries := newSparse(tc.sizes)
			archive := filepath.Join(t.TempDir(), "huge.zip")
			if err := writeSparse(archive, s); err != nil {
				t.Fatal(err)
			}
			last := entries[len(entries)-1]
			for _, program := range zippertest.Programs() {
				t.Run(program.Name, func(t *testing.T) {
					out, err := program.Print(t, archive, last.Name)
					if err != nil {
						t.Fatalf("%v: %s", err, tc.reason)
					}
					if !bytes.Equal(out, make([]byte, last.Size)) {
						t.Errorf("got %q, want %d zeros: %s", out, last.Size, tc.reason)
					}
					if os.Getenv(fullSizeVariable) != "" {
						if err := program.Check(t, archive); err != nil {
							t.Errorf("%v: %s", err, tc.reason)
						}
					}
				})
			}
		})
	}
}

// slicesOf gives n sizes and a last one.
func slicesOf(n int, size, last int64) []int64 { return append(repeat(n, size), last) }

// writeSparse writes a file that takes no more room than the pieces.
func writeSparse(path string, s *sparse) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	for _, piece := range s.pieces {
		if _, err := f.WriteAt(piece.data, piece.offset); err != nil {
			return fmt.Errorf("write sparse zip: %w", err)
		}
	}
	return f.Close()
}
