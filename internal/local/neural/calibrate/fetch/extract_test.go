package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"pam/internal/local/neural/calibrate/photoset"
)

func TestTablePath(t *testing.T) {
	for _, c := range []struct {
		name, entry, component string
		isDeb                  bool
		want, reason           string
	}{
		{"deb", "./usr/share/a.jpg", "", true, "usr/share/a.jpg", "dpkg-deb names files from the package's root"},
		{"tarball", "dlib-19.24/docs/a.jpg", "", false, "docs/a.jpg", "the top folder bears the version"},
		{"component", "opencv_contrib-4.6.0/modules/a.jpg", "contrib", false, "contrib:modules/a.jpg", "both tarballs of opencv have a folder modules"},
		{"top folder itself", "dlib-19.24", "", false, "", "no row has an empty path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tablePath(c.entry, c.component, c.isDeb); got != c.want {
				t.Errorf("got %q, not %q: %s", got, c.want, c.reason)
			}
		})
	}
}

func TestRecognize(t *testing.T) {
	for _, c := range []struct {
		name      string
		component string
		isPackage bool
		reason    string
	}{
		{"x_1%3a2.0-1_all.deb", "", true, "a binary package; apt escapes the colon"},
		{"x_2.0.orig.tar.xz", "", true, "upstream's files"},
		{"x_2.0.orig-contrib.tar.gz", "contrib", true, "a component of upstream's files"},
		{"x_2.0.tar.xz", "", true, "a native package has but one tarball"},
		{"x_2.0.orig.tar.xz.asc", "", false, "a signature"},
		{"x_2.0-1.debian.tar.xz", "", false, "the packaging"},
		{"x_2.0-1.dsc", "", false, "the description"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, ok := recognize(c.name)
			if ok != c.isPackage || file.component != c.component {
				t.Errorf("got %v, %q: %s", ok, file.component, c.reason)
			}
		})
	}
}

func webP(content string) []byte {
	data := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(content)))
	return append(data, "WEBP"+content...)
}

func TestWebPs(t *testing.T) {
	first, second := webP("VP8 first."), webP("VP8L second")
	for _, c := range []struct {
		name   string
		data   []byte
		want   [][]byte
		reason string
	}{
		{"two among others", bytes.Join([][]byte{[]byte("qres RIFF"), first, []byte("name"), second, []byte("tree")}, nil), [][]byte{first, second}, "RIFF may stand elsewhere too"},
		{"cut short", first[:len(first)-1], nil, "the length says that the file goes on"},
		{"sound", append([]byte("RIFF\x04\x00\x00\x00"), "WAVE"...), nil, "RIFF holds other formats"},
		{"header cut", []byte("RIFF\x04"), nil, "nothing may be read past the end"},
		{"none", []byte("qres"), nil, "most files hold no WebP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got [][]byte
			for found := range webPs(c.data) {
				got = append(got, bytes.Clone(found))
			}
			if len(got) != len(c.want) {
				t.Fatalf("found %q, not %q: %s", got, c.want, c.reason)
			}
			for i := range got {
				if !bytes.Equal(got[i], c.want[i]) {
					t.Errorf("found %q, not %q: %s", got[i], c.want[i], c.reason)
				}
			}
		})
	}
}

// TestTakeFrom unpacks a tarball as apt-get would have left it.
func TestTakeFrom(t *testing.T) {
	right, wrong := []byte("the photo's bytes"), []byte("another version of it")
	folder := t.TempDir()
	path := filepath.Join(folder, "x_1.0.orig.tar.gz")
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	files := tar.NewWriter(zip)
	for _, file := range []struct {
		name string
		data []byte
	}{{"x-1.0/a.jpg", right}, {"x-1.0/b.jpg", wrong}, {"x-1.0/c.jpg", right}} {
		if err := files.WriteHeader(&tar.Header{Name: file.name, Typeflag: tar.TypeReg, Size: int64(len(file.data)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write(file.data); err != nil {
			t.Fatal(err)
		}
	}
	for _, close := range []func() error{files.Close, zip.Close} {
		if err := close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	a := photoset.Photo{SHA256: hash(right), Path: "a.jpg"}
	b := photoset.Photo{SHA256: hash([]byte("as the table knew it")), Path: "b.jpg"}
	d := photoset.Photo{SHA256: hash([]byte("gone")), Path: "d.jpg"}
	shelf := album{folder: folder}
	missing, err := takeFrom(t.Context(), packageFile{path: path}, []photoset.Photo{a, b, d}, shelf)
	if err != nil {
		t.Fatal(err)
	}
	if len(missing) != 2 || missing[0].Path == "a.jpg" || missing[1].Path == "a.jpg" {
		t.Errorf("missing %v, not b, whose bytes are others, and d, which is gone", missing)
	}
	if !shelf.has(a) || shelf.has(b) || shelf.has(d) {
		t.Error("the album does not hold a alone")
	}
}
