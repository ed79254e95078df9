package main

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The tests here read the tables as they are committed: what is measured on the photographs is worth what these are.

func committed(t *testing.T) []photo {
	t.Helper()
	all, err := readTables("..")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSplit proves that the halves were drawn by the photos' hashes, before anybody looked at what the labeller says of
// them, except that photos of one scene follow the first of theirs, which is at most one in twenty.
func TestSplit(t *testing.T) {
	all := committed(t)
	drawn := func(p photo) string {
		first, err := strconv.ParseUint(p.sha256[:2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if first%2 == 1 {
			return testHalf
		}
		return calibrationHalf
	}
	halves := make(map[string]int)
	moved := 0
	for _, p := range all {
		halves[p.split]++
		if p.split != drawn(p) {
			moved++
		}
	}
	if moved*20 > len(all) {
		t.Errorf("%d of %d photos are in the half that their hash did not draw", moved, len(all))
	}
	for _, half := range []string{calibrationHalf, testHalf} {
		if halves[half] < enough {
			t.Errorf("the half %s has %d photos; percentages of fewer than %d are chance", half, halves[half], enough)
		}
	}
	t.Logf("%v, of them %d that follow another photo of their scene", halves, moved)
}

// TestLabelNames finds misspellings: a label that the labeller can show has to be written as labels.tsv writes it, and
// others in the same manner.
func TestLabelNames(t *testing.T) {
	table, err := os.ReadFile("../../labels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lower := make(map[string]string)
	for line := range strings.Lines(string(table)) {
		name, _, isRow := strings.Cut(line, "\t")
		if isRow && !strings.HasPrefix(name, "#") {
			lower[strings.ToLower(name)] = name
		}
	}
	manner := regexp.MustCompile(`^[A-Z][A-Za-z']*([ -][A-Z0-9][A-Za-z']*)*$`)
	for _, p := range committed(t) {
		all := slices.Concat(p.must, p.may)
		for i, label := range all {
			if !manner.MatchString(label) {
				t.Errorf("%.12s: label %q is not written as Rekognition writes labels", p.sha256, label)
			}
			if known, ok := lower[strings.ToLower(label)]; ok && known != label {
				t.Errorf("%.12s: label %q is spelled %q in labels.tsv", p.sha256, label, known)
			}
			if slices.Index(all, label) != i {
				t.Errorf("%.12s: label %q comes twice", p.sha256, label)
			}
		}
	}
}

// TestShortNamesDiffer: photos lie in the folder under the first twelve digits of their hashes.
func TestShortNamesDiffer(t *testing.T) {
	seen := make(map[string]string)
	for _, p := range committed(t) {
		if other, twice := seen[p.sha256[:12]]; twice {
			t.Errorf("%s and %s would lie in one file", p.path, other)
		}
		seen[p.sha256[:12]] = p.path
	}
}
