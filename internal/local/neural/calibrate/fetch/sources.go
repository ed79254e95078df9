package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// copySources copies the machine's apt sources to a folder, and has each offer source packages as well: most machines
// leave those out.
func copySources(configuration, to string) error {
	names := []string{filepath.Join(configuration, "sources.list")}
	for _, pattern := range []string{"*.list", "*.sources"} {
		more, err := filepath.Glob(filepath.Join(configuration, "sources.list.d", pattern))
		if err != nil {
			return err
		}
		names = append(names, more...)
	}
	copied := 0
	for i, name := range names {
		content, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // newer machines have no sources.list
		}
		if err != nil {
			return err
		}
		text := offerSources(string(content), filepath.Ext(name) == ".sources")
		// Numbered: sources.list and a file in sources.list.d may share their name.
		target := filepath.Join(to, fmt.Sprintf("%d%s", i, filepath.Ext(name)))
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			return err
		}
		copied++
	}
	if copied == 0 {
		return fmt.Errorf("%s names none", configuration)
	}
	return nil
}

// offerSources asks for source packages wherever binary ones are asked for, in both of apt's formats (sources.list(5)):
// one line a source, or stanzas.
func offerSources(text string, stanzas bool) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		field, _, _ := strings.Cut(line, ":")
		switch rest, isBinary := strings.CutPrefix(strings.TrimSpace(line), "deb "); {
		case stanzas && strings.EqualFold(field, "Types"):
			line = "Types: deb deb-src"
		case !stanzas && isBinary:
			line += "\ndeb-src " + strings.TrimSpace(rest)
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}
