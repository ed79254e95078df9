package photoset

import (
	"strings"
	"testing"
)

const (
	evenHash = "00aa3f3e1d08ca9a4e9eaade430c4cf7e3e6a77fb812192cc0a2be5c10c22cbb"
	oddHash  = "01aa3f3e1d08ca9a4e9eaade430c4cf7e3e6a77fb812192cc0a2be5c10c22cbb"
)

func row(columns ...string) string { return strings.Join(columns, "\t") }

func TestParseTable(t *testing.T) {
	good := []string{evenHash, "calibration", "binary", "x-data", "1:2.0-1", "usr/share/x.jpg", "Dog", "Grass, Plant"}
	with := func(column int, value string) string {
		changed := append([]string(nil), good...)
		changed[column] = value
		return row(changed...)
	}
	for _, c := range []struct {
		name, table, reason string
		photos              int // -1 when the table has to be refused
	}{
		{"a row", row(good...), "the plain case", 1},
		{"comments", "# sha256\tsplit\n\n" + row(good...) + "\n", "the header is a comment, and files end with a line break", 1},
		{"no may labels", with(7, ""), "a stethoscope on white ground shows nothing else", 1},
		{"component", with(5, "contrib:a/b.png"), "opencv has two tarballs", 1},
		{"inside a resource file", with(5, "usr/x.rcc!/a/b.webp"), "photos of GCompris lie in Qt resource files", 1},
		{"too few columns", row(good[:7]...), "a tab that became blanks must not go unseen", -1},
		{"short hash", with(0, evenHash[:12]), "twelve digits do not prove a download", -1},
		{"upper-case hash", with(0, strings.ToUpper(evenHash)), "hashes are compared as text", -1},
		{"unknown split", with(1, "train"), "a photo of neither half would be measured nowhere", -1},
		{"unknown kind", with(2, "udeb"), "nothing could fetch it", -1},
		{"option as package", with(3, "-oAPT::Get::x"), "apt-get would take it for an option", -1},
		{"path as package", with(3, "a/../../b"), "the name becomes a folder", -1},
		{"version with blank", with(4, "1 2"), "Debian has none", -1},
		{"path that climbs", with(5, "../x.jpg"), "packages hold no such files", -1},
		{"path without extension", with(5, "usr/share/x"), "the format would be unknown", -1},
		{"no must labels", with(6, ""), "such a photo could never pass", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			photos, err := parseTable(strings.NewReader(c.table))
			if (err != nil) != (c.photos < 0) {
				t.Fatalf("error %v: %s", err, c.reason)
			}
			if c.photos >= 0 && len(photos) != c.photos {
				t.Errorf("%d photos, not %d: %s", len(photos), c.photos, c.reason)
			}
		})
	}
}

func TestParseTableReadsColumns(t *testing.T) {
	photos, err := parseTable(strings.NewReader(row(oddHash, "test", "source", "opencv", "4.6.0+dfsg-12", "contrib:a/b.JPG", "Dog, Pug", "Grass")))
	if err != nil {
		t.Fatal(err)
	}
	p := photos[0]
	if p.Parcel != (Parcel{Source, "opencv", "4.6.0+dfsg-12"}) || p.Extension() != ".jpg" || len(p.Must) != 2 || p.May[0] != "Grass" {
		t.Errorf("read %+v", p)
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add(row(evenHash, "calibration", "binary", "x", "1", "a.jpg", "Dog", ""))
	f.Add("#\n\t\t\t\t\t\t\t\n")
	f.Add(row(oddHash, "test", "source", "x", "1", "c:a/b.webp!/d", "Dog", "Grass, Plant"))
	f.Fuzz(func(t *testing.T, table string) {
		photos, err := parseTable(strings.NewReader(table))
		if err != nil {
			return
		}
		for _, p := range photos {
			if strings.Contains(p.Name, "/") || strings.HasPrefix(p.Name, "-") || strings.Contains(p.Extension(), "/") {
				t.Errorf("accepted %+v", p)
			}
		}
	})
}
