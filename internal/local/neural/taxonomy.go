package neural

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pam/internal/local/neural/efficientnet"
	"pam/internal/photos"
)

// label is a row of labels.tsv.
type label struct {
	name       string
	parents    []string // all ancestors, nearest first
	categories []string
}

// taxonomy turns probabilities of classes into labels.
type taxonomy struct {
	all     []label
	classes [][]int // for each class its label and that label's ancestors, as indices into all
}

// labels gives what photos.Labeler promises. A label's confidence is the sum of the probabilities of its classes and of
// all its descendants' classes, in percent: a photo that is one of four breeds, which one remains open, is a Dog. A
// parent's sum runs over its child's classes and more, in the same order, so that not even rounding puts it below.
func (t *taxonomy) labels(probabilities []float64) []photos.PhotoLabel {
	mass := make([]float64, len(t.all))
	for class, p := range probabilities {
		for _, i := range t.classes[class] {
			mass[i] += p
		}
	}
	var found []photos.PhotoLabel
	for i, l := range t.all {
		confidence := min(100, 100*mass[i])
		if confidence < photos.LowestConfidence {
			continue
		}
		found = append(found, photos.PhotoLabel{
			Name:       l.name,
			Confidence: confidence,
			Parents:    slices.Clone(l.parents),
			Categories: slices.Clone(l.categories),
		})
	}
	slices.SortFunc(found, func(a, b photos.PhotoLabel) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name))
	})
	return dropLeaves(found, photos.MaxLabelsPerPhoto)
}

// dropLeaves takes away the last label that is nobody's parent until no more than limit are left.
func dropLeaves(sorted []photos.PhotoLabel, limit int) []photos.PhotoLabel {
	children := make(map[string]int)
	for _, l := range sorted {
		for _, parent := range l.Parents {
			children[parent]++
		}
	}
	for len(sorted) > limit {
		last := len(sorted) - 1
		for last > 0 && children[sorted[last].Name] > 0 {
			last--
		}
		for _, parent := range sorted[last].Parents {
			children[parent]--
		}
		sorted = slices.Delete(sorted, last, last+1)
	}
	return sorted
}

// parseTaxonomy reads the two tables. It gives an error when a row is malformed, a name comes twice or is unknown, a
// class is missing, or a label is its own ancestor.
func parseTaxonomy(classTable, labelTable string) (*taxonomy, error) {
	rows, err := parseTable(labelTable)
	if err != nil {
		return nil, fmt.Errorf("label table: %w", err)
	}
	t := &taxonomy{}
	index := make(map[string]int)
	direct := make(map[string][]string)
	for _, row := range rows {
		name := row[0]
		if _, twice := index[name]; twice || name == "" {
			return nil, fmt.Errorf("label table: label %q is empty or comes twice", name)
		}
		index[name] = len(t.all)
		direct[name] = parseList(row[1])
		t.all = append(t.all, label{name: name, categories: parseList(row[2])})
	}
	for i, l := range t.all {
		if t.all[i].parents, err = ancestors(direct, l.name); err != nil {
			return nil, fmt.Errorf("label table: %w", err)
		}
	}
	if rows, err = parseTable(classTable); err != nil {
		return nil, fmt.Errorf("class table: %w", err)
	}
	if len(rows) != efficientnet.Classes {
		return nil, fmt.Errorf("class table: %d classes, not %d", len(rows), efficientnet.Classes)
	}
	for class, row := range rows {
		if row[0] != strconv.Itoa(class) {
			return nil, fmt.Errorf("class table: class %q where %d was due", row[0], class)
		}
		own, known := index[row[2]]
		if !known {
			return nil, fmt.Errorf("class table: class %d has the unknown label %q", class, row[2])
		}
		counted := []int{own}
		for _, parent := range t.all[own].parents {
			counted = append(counted, index[parent])
		}
		t.classes = append(t.classes, counted)
	}
	return t, nil
}

// ancestors gives a label's parents, their parents and so on, nearest first.
func ancestors(direct map[string][]string, name string) ([]string, error) {
	found := slices.Clone(direct[name])
	for i := 0; i < len(found); i++ {
		parents, known := direct[found[i]]
		if !known {
			return nil, fmt.Errorf("%q has the unknown ancestor %q", name, found[i])
		}
		if found[i] == name {
			return nil, fmt.Errorf("%q is its own ancestor", name)
		}
		for _, parent := range parents {
			if !slices.Contains(found, parent) {
				found = append(found, parent)
			}
		}
	}
	return found, nil
}

// parseTable gives the rows of a table of three columns with tabs between. Lines that begin with # are comments.
func parseTable(text string) ([][]string, error) {
	var rows [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != 3 {
			return nil, fmt.Errorf("row %q has %d columns, not 3", line, len(row))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func parseList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ", ")
}
