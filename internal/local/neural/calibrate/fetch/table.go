package main

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
	binaryPackage = "binary" // a .deb
	sourcePackage = "source" // a source package's tarballs
)

// The halves of the photographs.
const (
	calibrationHalf = "calibration"
	testHalf        = "test"
)

// parcel is a package of one version. Source packages and binary packages may bear the same name.
type parcel struct{ kind, name, version string }

func (p parcel) String() string { return fmt.Sprintf("%s package %s %s", p.kind, p.name, p.version) }

// photo is a row of a table.
type photo struct {
	parcel
	sha256    string // of the file, in hexadecimal
	split     string // which half it belongs to
	path      string // in the package, as the table's header explains
	must, may []string
}

// extension tells the photo's format, as its file name in the package does: ".jpg".
func (p photo) extension() string { return strings.ToLower(filepath.Ext(p.path)) }

// holder is the file of the package that holds the photo: what stands before the "!".
func (p photo) holder() string {
	holder, _, _ := strings.Cut(p.path, "!")
	return holder
}

// readTables gives the rows of all tables in a folder. A photo listed twice is an error: it would count twice.
func readTables(folder string) ([]photo, error) {
	names, err := filepath.Glob(filepath.Join(folder, "photos*.tsv"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no photos*.tsv", folder)
	}
	var all []photo
	seen := make(map[string]string)
	for _, name := range names {
		rows, err := readTable(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range rows {
			if other, twice := seen[p.sha256]; twice {
				return nil, fmt.Errorf("%s: photo %.12s is in %s already", name, p.sha256, other)
			}
			seen[p.sha256] = name
		}
		all = append(all, rows...)
	}
	return all, nil
}

func readTable(name string) ([]photo, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseTable(file)
}

// parseTable reads rows of eight columns with tabs between. Lines that begin with # are comments.
func parseTable(r io.Reader) ([]photo, error) {
	var rows []photo
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

func parseRow(line string) (photo, error) {
	columns := strings.Split(line, "\t")
	if len(columns) != 8 {
		return photo{}, fmt.Errorf("%d columns, not 8", len(columns))
	}
	p := photo{
		sha256: columns[0],
		split:  columns[1],
		parcel: parcel{kind: columns[2], name: columns[3], version: columns[4]},
		path:   columns[5],
		must:   labels(columns[6]),
		may:    labels(columns[7]),
	}
	_, component, colon := strings.Cut(p.holder(), ":")
	if !colon {
		component = p.holder()
	}
	switch hash, err := hex.DecodeString(p.sha256); {
	case err != nil || len(hash) != 32 || strings.ToLower(p.sha256) != p.sha256:
		return photo{}, fmt.Errorf("%q is no SHA-256", p.sha256)
	case p.split != calibrationHalf && p.split != testHalf:
		return photo{}, fmt.Errorf("split %q", p.split)
	case p.kind != binaryPackage && p.kind != sourcePackage:
		return photo{}, fmt.Errorf("kind %q", p.kind)
	case !isPlain(p.name) || !isPlain(p.version):
		return photo{}, fmt.Errorf("package %q of version %q", p.name, p.version)
	case !fs.ValidPath(component) || p.extension() == "":
		return photo{}, fmt.Errorf("path %q", p.path)
	case len(p.must) == 0:
		return photo{}, fmt.Errorf("no label has to be shown")
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
