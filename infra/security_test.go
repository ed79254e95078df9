package infra

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryControlNamesATestThatThereIs reads docs/security.md: what it says is proven has to be.
func TestEveryControlNamesATestThatThereIs(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "## Which control stops what")
	table, _, ended := strings.Cut(table, "## What remains")
	if !found || !ended {
		t.Fatal("docs/security.md has no table of controls")
	}
	item := regexp.MustCompile("`([^`]+)` (?:`(Test\\w+)`|\"([^\"]+)\")")
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 3 || strings.HasPrefix(cells[0], "---") || strings.TrimSpace(cells[0]) == "threat" {
			continue
		}
		rows++
		items := item.FindAllStringSubmatch(cells[2], -1)
		if rest := strings.Trim(item.ReplaceAllString(cells[2], ""), " ,"); len(items) == 0 || rest != "" {
			t.Errorf("%q is proven by %q, of which %q is no test", cells[0], cells[2], rest)
		}
		for _, i := range items {
			pattern, name := filepath.Join("..", i[1], "*_test.go"), "func "+i[2]+"("
			if i[3] != "" {
				pattern, name = filepath.Join("test", i[1]), "\""+i[3]+"\""
			}
			if !contains(t, pattern, name) {
				t.Errorf("%q: there is no %s in %s", cells[0], name, pattern)
			}
		}
	}
	if rows < 20 {
		t.Errorf("found %d controls: the table is no longer read right", rows)
	}
}

// contains says whether one of the files has the text.
func contains(t *testing.T, pattern, text string) bool {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), text) {
			return true
		}
	}
	return false
}
