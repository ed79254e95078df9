package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pam/internal/photos"
)

func TestLabelCommand(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bison, err := os.ReadFile("../../testdata/photos/bison.jpg")
	if err != nil {
		t.Fatal(err)
	}
	write("bison.jpg", bison)
	write("cut.jpg", bison[:len(bison)/2])
	write("note.txt", []byte("not a photo"))
	write("large.jpg", append(slices.Clone(bison), make([]byte, photos.MaxPhotoBytes)...))
	write("black.png", blackPNG(200, 100))
	write("line.png", blackPNG(1, 4000))

	for _, c := range []struct {
		name, reason string
		files        []string
		labels       []string // of the last file, some that must be there
		code         string   // of the last file's error
		exit         int
	}{
		{name: "photo", reason: "what the command is for", files: []string{"bison.jpg"}, labels: []string{"Bison", "Mammal", "Animal"}},
		{name: "nothing known", reason: "no label is an answer, not a failure", files: []string{"black.png"}},
		{name: "after a bad one", reason: "one bad file does not stop the others", files: []string{"cut.jpg", "bison.jpg"}, labels: []string{"Bison"}, exit: 1},
		{name: "cut off", reason: "refused as an upload would be", files: []string{"cut.jpg"}, code: "TRUNCATED", exit: 1},
		{name: "no image", reason: "the type is told by the bytes", files: []string{"note.txt"}, code: "NOT_AN_IMAGE", exit: 1},
		{name: "too large", reason: "the same limit as for uploads", files: []string{"large.jpg"}, code: "TOO_LARGE", exit: 1},
		{name: "a line of pixels", reason: "smaller than a photo may be", files: []string{"line.png"}, code: "TOO_SMALL", exit: 1},
		{name: "missing", reason: "the file system's word", files: []string{"none.jpg"}, code: "UNREADABLE", exit: 1},
		{name: "folder", reason: "files are asked for", files: []string{"."}, code: "UNREADABLE", exit: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, exit := runPam(t, folder, append([]string{"label", "--json"}, c.files...)...)
			if exit != c.exit {
				t.Fatalf("it exits with %d, want %d: %s\n%s", exit, c.exit, c.reason, errs)
			}
			var found []labelledFile
			if err := json.Unmarshal([]byte(out), &found); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			if len(found) != len(c.files) {
				t.Fatalf("%d elements for %d files", len(found), len(c.files))
			}
			last := found[len(found)-1]
			for _, want := range c.labels {
				if !slices.ContainsFunc(last.Labels, func(l fileLabel) bool { return l.Name == want && l.Confidence >= photos.DefaultConfidence }) {
					t.Errorf("no label %s among %v: %s", want, last.Labels, c.reason)
				}
			}
			code := ""
			if last.Error != nil {
				code = last.Error.Code
				if !strings.Contains(errs, last.File+": "+last.Error.Message) {
					t.Errorf("standard error does not say what is wrong: %s", errs)
				}
			}
			if code != c.code || last.File != c.files[len(c.files)-1] {
				t.Errorf("%s ends with %q, want %q: %s", last.File, code, c.code, c.reason)
			}
		})
	}
}

func TestLabelCommandTable(t *testing.T) {
	out, errs, exit := runPam(t, "../../testdata/photos", "label", "--min-confidence", "90", "bison.jpg", "macaw.jpg")
	if exit != 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"bison.jpg (1024 x 768)\n", "Bison", "Mammal, Wildlife, Animal\n", "\n\nmacaw.jpg (1024 x 768)\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

func TestLabelCommandRefusesThresholds(t *testing.T) {
	for _, c := range []struct{ value, reason string }{
		{"49", "nothing below 50 is kept"}, {"96", "above the highest threshold"}, {"57", "between two steps"},
	} {
		_, errs, exit := runPam(t, t.TempDir(), "label", "--min-confidence", c.value, "x.jpg")
		if exit != 1 || !strings.Contains(errs, "--min-confidence") {
			t.Errorf("%s exits with %d and says %q: %s", c.value, exit, errs, c.reason)
		}
	}
}
