package photoset

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The kinds of packages, as the tables name them.
const (
	Binary = "binary" // a .deb
	Source = "source" // a source package's tarballs
)

// The halves of the photographs.
const (
	CalibrationHalf = "calibration"
	TestHalf        = "test"
)

// Parcel is a Debian package of one version. Source packages and binary packages may bear the same name.
type Parcel struct{ Kind, Name, Version string }

func (p Parcel) String() string { return fmt.Sprintf("%s package %s %s", p.Kind, p.Name, p.Version) }

// Photo is a row of a table.
type Photo struct {
	Parcel
	SHA256 string   // of the file, in hexadecimal
	Split  string   // the half that it belongs to: CalibrationHalf or TestHalf
	Path   string   // in the package, as the table's header explains
	Must   []string // what anybody would name as the photo's subject; at least one
	May    []string // what else is in the photo
}

// Extension tells the photo's format, as its file name in the package does: ".jpg".
func (p Photo) Extension() string { return strings.ToLower(filepath.Ext(p.Path)) }

// Holder is the file of the package that holds the photo: what stands before the "!".
func (p Photo) Holder() string {
	holder, _, _ := strings.Cut(p.Path, "!")
	return holder
}

// ReadTables gives the rows of all tables in a folder. A photo listed twice is an error: it would count twice.
func ReadTables(folder string) ([]Photo, error) {
	names, err := filepath.Glob(filepath.Join(folder, "photos*.tsv"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no photos*.tsv", folder)
	}
	var all []Photo
	seen := make(map[string]string)
	for _, name := range names {
		rows, err := readTable(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range rows {
			if other, twice := seen[p.SHA256]; twice {
				return nil, fmt.Errorf("%s: photo %.12s is in %s already", name, p.SHA256, other)
			}
			seen[p.SHA256] = name
		}
		all = append(all, rows...)
	}
	return all, nil
}

func readTable(name string) ([]Photo, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseTable(file)
}

// parseTable reads rows of eight columns with tabs between. Lines that begin with # are comments.
func parseTable(r io.Reader) ([]Photo, error) {
	var rows []Photo
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		p, err := parseRow(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		rows = append(rows, p)
	}
	return rows, lines.Err()
}

func parseRow(line string) (Photo, error) {
	columns := strings.Split(line, "\t")
	if len(columns) != 8 {
		return Photo{}, fmt.Errorf("%d columns, not 8", len(columns))
	}
	p := Photo{
		SHA256: columns[0],
		Split:  columns[1],
		Parcel: Parcel{Kind: columns[2], Name: columns[3], Version: columns[4]},
		Path:   columns[5],
		Must:   labels(columns[6]),
		May:    labels(columns[7]),
	}
	_, component, colon := strings.Cut(p.Holder(), ":")
	if !colon {
		component = p.Holder()
	}
	switch hash, err := hex.DecodeString(p.SHA256); {
	case err != nil || len(hash) != 32 || strings.ToLower(p.SHA256) != p.SHA256:
		return Photo{}, fmt.Errorf("%q is no SHA-256", p.SHA256)
	case p.Split != CalibrationHalf && p.Split != TestHalf:
		return Photo{}, fmt.Errorf("split %q", p.Split)
	case p.Kind != Binary && p.Kind != Source:
		return Photo{}, fmt.Errorf("kind %q", p.Kind)
	case !isPlain(p.Name) || !isPlain(p.Version):
		return Photo{}, fmt.Errorf("package %q of version %q", p.Name, p.Version)
	case !fs.ValidPath(component) || p.Extension() == "":
		return Photo{}, fmt.Errorf("path %q", p.Path)
	case len(p.Must) == 0:
		return Photo{}, fmt.Errorf("no label has to be shown")
	}
	return p, nil
}

// isPlain is true of what Debian allows in names and versions, and of nothing that apt-get or a file system reads as more
// (Debian Policy 5.6.1, 5.6.12).
func isPlain(text string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.:~"
	return text != "" && !strings.HasPrefix(text, "-") && !strings.HasPrefix(text, ".") && strings.Trim(text, allowed) == ""
}

func labels(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, ", ")
}
