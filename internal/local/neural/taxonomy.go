package neural

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
)

// label is a row of labels.tsv.
type label struct {
	name       string
	parents    []string // all ancestors, nearest first
	categories []string
}

// taxonomy says which labels follow from what the networks tell apart.
type taxonomy struct {
	all     []label
	index   map[string]int // into all, by name
	classes [][]int        // for each of ImageNet's classes its label and that label's ancestors, as indices into all
	objects [][]int        // the same for each of COCO's classes
	scenes  [][]int        // the same for each of the scene head's labels
}

// parseTaxonomy reads the three tables. It gives an error when a row is malformed, a name comes twice or is unknown, a
// class is missing, or a label is its own ancestor.
func parseTaxonomy(classTable, objectTable, labelTable string) (*taxonomy, error) {
	rows, err := parseTable(labelTable)
	if err != nil {
		return nil, fmt.Errorf("label table: %w", err)
	}
	t := &taxonomy{index: make(map[string]int)}
	direct := make(map[string][]string)
	for _, row := range rows {
		name := row[0]
		if _, twice := t.index[name]; twice || name == "" {
			return nil, fmt.Errorf("label table: label %q is empty or comes twice", name)
		}
		t.index[name] = len(t.all)
		direct[name] = parseList(row[1])
		t.all = append(t.all, label{name: name, categories: parseList(row[2])})
	}
	for i, l := range t.all {
		if t.all[i].parents, err = ancestors(direct, l.name); err != nil {
			return nil, fmt.Errorf("label table: %w", err)
		}
	}
	if t.classes, err = t.parseClasses(classTable, efficientnet.Classes); err != nil {
		return nil, fmt.Errorf("class table: %w", err)
	}
	if t.objects, err = t.parseClasses(objectTable, centernet.Classes); err != nil {
		return nil, fmt.Errorf("object table: %w", err)
	}
	return t, nil
}

// parseClasses reads the table of the classes that a network tells apart: for each its label and that label's ancestors.
func (t *taxonomy) parseClasses(table string, classes int) ([][]int, error) {
	rows, err := parseTable(table)
	if err != nil {
		return nil, err
	}
	if len(rows) != classes {
		return nil, fmt.Errorf("%d classes, not %d", len(rows), classes)
	}
	var all [][]int
	for class, row := range rows {
		if row[0] != strconv.Itoa(class) {
			return nil, fmt.Errorf("class %q where %d was due", row[0], class)
		}
		counted, known := t.withAncestors(row[2])
		if !known {
			return nil, fmt.Errorf("class %d has the unknown label %q", class, row[2])
		}
		all = append(all, counted)
	}
	return all, nil
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

// addScenes says which labels the scene head gives, in its order.
func (t *taxonomy) addScenes(labels []string) error {
	for _, name := range labels {
		counted, known := t.withAncestors(name)
		if !known {
			return fmt.Errorf("the label %q is unknown", name)
		}
		t.scenes = append(t.scenes, counted)
	}
	return nil
}

// withAncestors gives a label and its ancestors as indices into all; false when there is no such label.
func (t *taxonomy) withAncestors(name string) ([]int, bool) {
	own, known := t.index[name]
	if !known {
		return nil, false
	}
	indices := []int{own}
	for _, parent := range t.all[own].parents {
		indices = append(indices, t.index[parent])
	}
	return indices, true
}
