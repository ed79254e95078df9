package photoset

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The tests here read the tables as they are committed: what is measured on the photographs is worth what these are.

func committed(t *testing.T) []Photo {
	t.Helper()
	all, err := ReadTables("..")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSplit proves that the halves were drawn by the photos' hashes, before anybody looked at what the labeller says of
// them, except that photos of one scene follow the first of theirs, which is at most one in twenty.
func TestSplit(t *testing.T) {
	all := committed(t)
	drawn := func(p Photo) string {
		first, err := strconv.ParseUint(p.SHA256[:2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if first%2 == 1 {
			return TestHalf
		}
		return CalibrationHalf
	}
	halves := make(map[string]int)
	moved := 0
	for _, p := range all {
		halves[p.Split]++
		if p.Split != drawn(p) {
			moved++
		}
	}
	if moved*20 > len(all) {
		t.Errorf("%d of %d photos are in the half that their hash did not draw", moved, len(all))
	}
	for _, half := range []string{CalibrationHalf, TestHalf} {
		if halves[half] < 80 {
			t.Errorf("the half %s has %d photos; percentages of fewer than %d are chance", half, halves[half], 80)
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
		all := slices.Concat(p.Must, p.May)
		for i, label := range all {
			if !manner.MatchString(label) {
				t.Errorf("%.12s: label %q is not written as Rekognition writes labels", p.SHA256, label)
			}
			if known, ok := lower[strings.ToLower(label)]; ok && known != label {
				t.Errorf("%.12s: label %q is spelled %q in labels.tsv", p.SHA256, label, known)
			}
			if slices.Index(all, label) != i {
				t.Errorf("%.12s: label %q comes twice", p.SHA256, label)
			}
		}
	}
}

// TestShortNamesDiffer: photos lie in the folder under the first twelve digits of their hashes.
func TestShortNamesDiffer(t *testing.T) {
	seen := make(map[string]string)
	for _, p := range committed(t) {
		if other, twice := seen[p.SHA256[:12]]; twice {
			t.Errorf("%s and %s would lie in one file", p.Path, other)
		}
		seen[p.SHA256[:12]] = p.Path
	}
}
