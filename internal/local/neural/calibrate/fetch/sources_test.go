package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOfferSources(t *testing.T) {
	for _, c := range []struct {
		name    string
		text    string
		stanzas bool
		want    string
		reason  string
	}{
		{
			"a line", "deb http://mirror.example/debian stable main\n", false,
			"deb http://mirror.example/debian stable main\ndeb-src http://mirror.example/debian stable main\n",
			"most machines list binary packages only",
		},
		{
			"options", "deb [signed-by=/k.gpg] http://mirror.example/debian stable main\n", false,
			"deb [signed-by=/k.gpg] http://mirror.example/debian stable main\ndeb-src [signed-by=/k.gpg] http://mirror.example/debian stable main\n",
			"the key that signs one signs the other",
		},
		{"a comment", "# deb http://mirror.example stable main\n", false, "# deb http://mirror.example stable main\n", "what is switched off stays so"},
		{"source line", "deb-src http://mirror.example stable main\n", false, "deb-src http://mirror.example stable main\n", "it offers them already"},
		{
			"a stanza", "Types: deb\nURIs: http://mirror.example/debian\nSuites: stable\n", true,
			"Types: deb deb-src\nURIs: http://mirror.example/debian\nSuites: stable\n",
			"the newer format names both kinds in one field",
		},
		{"a stanza's comment", "# Types: deb\n", true, "# Types: deb\n", "comments stay"},
		{"line breaks of Windows", "types: deb\r\nSuites: stable", true, "Types: deb deb-src\nSuites: stable\n", "field names have no case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := offerSources(c.text, c.stanzas); got != c.want {
				t.Errorf("got %q, not %q: %s", got, c.want, c.reason)
			}
		})
	}
}

func TestCopySources(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := copySources(from, to); err == nil {
		t.Error("a machine without sources has no packages, and says nothing of it")
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(from, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("sources.list.d/a.list", "deb http://a.example stable main\n")
	write("sources.list.d/a.sources", "Types: deb\n")
	write("sources.list.d/a.list.save", "deb http://old.example stable main\n")
	if err := copySources(from, to); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("copied %v, not the list and the stanzas alone", entries)
	}
}
