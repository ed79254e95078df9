package photos_test

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/photos"
	"pam/internal/zipper"
	"pam/internal/zipper/zippertest"
)

// onlyAtFullSize skips a test that is too long for every day.
func onlyAtFullSize(t *testing.T) {
	t.Helper()
	if os.Getenv(fullSizeVariable) == "" {
		t.Skipf("it takes long: set %s", fullSizeVariable)
	}
}

// Archives of as many files as a zip without Zip64 can have, and a few more; labels.csv is one of them.
func TestArchivesAtTheMarkOfCounts(t *testing.T) {
	onlyAtFullSize(t)
	for _, c := range []struct {
		name, reason string
		files        int
		zip64        bool
	}{
		{"below", "65,534 is the last count that means itself", math.MaxUint16 - 1, false},
		{"mark", "65,535 means: see the end of Zip64", math.MaxUint16, true},
		{"above", "65,536 does not fit into 16 bits", math.MaxUint16 + 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			sizes := make([]int64, c.files-1)
			for i := range sizes {
				sizes[i] = 100 + int64(i%50)
			}
			s := newScaleTest(t, generate(newNoise(), sizes))
			a := s.build()
			if z := s.check(a); len(z.Files) != c.files || z.Zip64End != c.zip64 {
				t.Errorf("%d files, Zip64: %t: %s", len(z.Files), z.Zip64End, c.reason)
			}
			checkByPrograms(t, s.save(a))
		})
	}
}

// Archives whose directory begins where 32 bits end.
func TestArchivesAtTheMarkOfOffsets(t *testing.T) {
	onlyAtFullSize(t)
	for _, c := range []struct {
		name, reason string
		offset       int64
		zip64        bool
	}{
		{"below", "4 GiB - 2 is the last offset that means itself", math.MaxUint32 - 1, false},
		{"mark", "4 GiB - 1 means: see the end of Zip64", math.MaxUint32, true},
		{"above", "4 GiB does not fit into 32 bits", math.MaxUint32 + 1, true},
		{"beyond", "photos begin there as well", math.MaxUint32 + 100*mib, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const size = 14_000_000
			const header, row = 30 + len("IMG_000000.JPG"), len("IMG_000000.JPG,Fox,90,,\n")
			left := c.offset - int64(30+len("labels.csv")+len("file,label,confidence,parents,skipped\n"))
			var sizes []int64
			for left >= 2*size {
				sizes = append(sizes, size)
				left -= int64(size + header + row)
			}
			for _, size := range []int64{left / 2, left - left/2} {
				sizes = append(sizes, size-int64(header+row))
			}
			s := newScaleTest(t, generate(newNoise(), sizes))
			if z := s.check(s.build()); z.DirectoryOffset != c.offset || z.Zip64End != c.zip64 {
				t.Errorf("directory at %d, want %d, Zip64: %t: %s", z.DirectoryOffset, c.offset, z.Zip64End, c.reason)
			}
		})
	}
}

// hostileNames gives names of every kind that a person may upload, some of them twice or nearly so.
func hostileNames() []string {
	return []string{
		"IMG_0001.JPG", "img_0001.jpg", "IMG_0001.JPG", "IMG_0001 (2).JPG", "labels.csv", "LABELS.CSV",
		"Zürich.jpg", "Zu\u0308rich.jpg", "ZÜRICH.JPG", "写真.jpg", "Фото.jpg", "صورة.jpg", "👩‍👩‍👧.jpg", "ﬁn.jpg", "ſ.jpg", "s.jpg",
		"../../etc/passwd", `..\..\boot.ini`, "/etc/shadow", `C:\a.jpg`, "c:a.jpg", `\\host\share\a.jpg`, "a.jpg:stream",
		"-rf.jpg", "--help", "*.jpg", "?.jpg", "[a-z].jpg", "@list", "$HOME.jpg", "`id`.jpg", "~a.jpg", "%00.jpg", "a;b|c&d.jpg", `"a'.jpg`,
		"CON", "nul.jpg", "Com1.tar.gz", "LPT\u00b9.jpg", "AUX .jpg", "a\x00b.jpg", "a\r\nb.jpg", "a\x1b[31m.jpg", "\u0085.jpg",
		"a\u202egpj.exe", "\u2066a\u2069.jpg", "\u200b.jpg", "\ufeffa.jpg", " ", ".", "..", "...", ".hidden", "dot.", "dot. ", "dot", " lead.jpg",
		strings.Repeat("x", 255), strings.Repeat("x", 255), strings.Repeat("X", 251) + ".jpg", strings.Repeat("ü", 127),
		strings.Repeat("写", 85), strings.Repeat("写", 81) + ".jpeg", "PK\x01\x02", "PK\x05\x06.jpg",
	}
}

// An archive of everything at once, as PAM makes it: photos that are sent and copied, hostile names, a few of them gone.
func TestArchiveIsReadByEveryProgram(t *testing.T) {
	names := hostileNames()
	sizes := make([]int64, len(names))
	for i := range sizes {
		sizes[i] = 1 + scatter(i, 1_000_000)
		if i%16 == 5 {
			sizes[i] += 6_000_000
		}
	}
	library := generate(newNoise(), sizes)
	library.name = func(i int) string { return names[i] }
	library.gone = func(i int) bool { return i == 3 || i == 21 }
	s := newScaleTest(t, library)
	a := s.build()
	s.check(a)
	if s.store.copied == 0 || a.PartCount < 3 {
		t.Errorf("%d bytes in %d parts, %d copied: this was to have some of all", a.Size, a.PartCount, s.store.copied)
	}
	saved := s.save(a)
	checkByPrograms(t, saved)
	t.Run("unpacked", func(t *testing.T) {
		folder := t.TempDir()
		if err := zippertest.Unpack(t, saved, folder); err != nil {
			t.Fatal(err)
		}
		namer := zipper.NewNamer("labels.csv")
		for i, size := range sizes {
			info, err := os.Lstat(filepath.Join(folder, namer.Name(names[i])))
			if library.gone(i) {
				continue
			}
			if err != nil || info.Size() != size || !info.Mode().IsRegular() {
				t.Errorf("%q: %v, %v", names[i], info, err)
			}
		}
		if unpacked, err := os.ReadDir(folder); err != nil || len(unpacked) != len(names)-2+1 {
			t.Errorf("%d files unpacked of %d: %v", len(unpacked), len(names)-1, err)
		}
	})
}

// save writes an archive to a file.
func (s *scaleTest) save(a photos.Archive) string {
	s.t.Helper()
	zip, err := s.store.find(a.Object(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.t.TempDir(), "archive.zip")
	f, err := os.Create(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.Copy(f, io.NewSectionReader(zip, 0, zip.size())); err != nil {
		s.t.Fatal(fmt.Errorf("save the archive: %w", err))
	}
	if err := f.Close(); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// checkByPrograms has every program that is installed check a zip.
func checkByPrograms(t *testing.T, path string) {
	t.Helper()
	for _, program := range zippertest.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			if err := program.Check(t, path); err != nil {
				t.Error(err)
			}
		})
	}
}
