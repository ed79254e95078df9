package neural

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
)

func embedded(t *testing.T) *taxonomy {
	t.Helper()
	taxonomy, err := parseTaxonomy(embeddedClasses, embeddedObjects, embeddedLabels)
	if err != nil {
		t.Fatal(err)
	}
	return taxonomy
}

func TestEmbeddedTablesAreWellFormed(t *testing.T) {
	taxonomy := embedded(t)
	byName := make(map[string]label)
	for _, l := range taxonomy.all {
		byName[l.name] = l
	}
	used := make(map[int]bool)
	for _, counted := range slices.Concat(taxonomy.classes, taxonomy.objects) {
		for _, i := range counted {
			used[i] = true
		}
	}
	scenes, err := parseTable(embeddedScenes)
	if err != nil {
		t.Fatal(err)
	}
	candidates := make(map[string]bool)
	for _, row := range scenes {
		candidates[row[sceneLabel]] = true
	}
	for i, l := range taxonomy.all {
		if !used[i] && !candidates[l.name] {
			t.Errorf("%q can never be given: no class leads to it, and the scene head was not tried for it", l.name)
		}
		if len(l.categories) == 0 {
			t.Errorf("%q has no category", l.name)
		}
		for _, name := range append([]string{l.name}, l.categories...) {
			checkName(t, name)
		}
		for _, parent := range l.parents {
			for _, grandparent := range byName[parent].parents {
				if !slices.Contains(l.parents, grandparent) {
					t.Errorf("%q has the parent %q but not its parent %q", l.name, parent, grandparent)
				}
			}
		}
	}
}

// checkName checks that a name is trimmed ASCII in title case; categories may hold a lower-case "and".
func checkName(t *testing.T, name string) {
	t.Helper()
	for _, word := range strings.Split(name, " ") {
		if word == "and" {
			continue
		}
		if word == "" || !unicode.IsUpper(rune(word[0])) {
			t.Errorf("%q is not in title case", name)
		}
	}
	for _, r := range name {
		if r < ' ' || r > '~' {
			t.Errorf("%q holds %q", name, r)
		}
	}
}

func TestEmbeddedTablesFollowRekognition(t *testing.T) {
	taxonomy := embedded(t)
	cases := []struct {
		classes  [][]int
		class    int
		label    string
		parents  []string
		category string
	}{
		{taxonomy.classes, 970, "Mountain", []string{"Nature", "Outdoors"}, "Nature and Outdoors"},
		{taxonomy.classes, 975, "Lake", []string{"Water", "Nature", "Outdoors"}, "Nature and Outdoors"},
		{taxonomy.classes, 277, "Fox", []string{"Canine", "Wildlife", "Mammal", "Animal"}, "Animals and Pets"},
		{taxonomy.classes, 207, "Golden Retriever", []string{"Retriever", "Dog", "Canine", "Pet", "Mammal", "Animal"}, "Animals and Pets"},
		{taxonomy.classes, 817, "Sports Car", []string{"Car", "Vehicle", "Transportation"}, "Vehicles and Automotive"},
		{taxonomy.classes, 985, "Daisy", []string{"Flower", "Plant"}, "Plants and Flowers"},
		{taxonomy.classes, 978, "Beach", []string{"Coast", "Sea", "Water", "Nature", "Outdoors"}, "Nature and Outdoors"},
		{taxonomy.objects, 0, "Person", nil, "Person Description"},
		{taxonomy.objects, 1, "Bicycle", []string{"Vehicle", "Transportation"}, "Vehicles and Automotive"},
		{taxonomy.objects, 15, "Cat", []string{"Feline", "Pet", "Mammal", "Animal"}, "Animals and Pets"},
		{taxonomy.objects, 19, "Cow", []string{"Cattle", "Mammal", "Livestock", "Animal"}, "Animals and Pets"},
		{taxonomy.objects, 58, "Potted Plant", []string{"Plant", "Pottery", "Home Decor"}, "Home and Indoors"},
		{taxonomy.objects, 79, "Toothbrush", nil, "Beauty and Personal Care"},
	}
	for _, c := range cases {
		t.Run(c.label, func(t *testing.T) {
			got := taxonomy.all[c.classes[c.class][0]]
			if got.name != c.label || !slices.Equal(got.parents, c.parents) || !slices.Equal(got.categories, []string{c.category}) {
				t.Errorf("class %d is %+v, want %s below %v in %s", c.class, got, c.label, c.parents, c.category)
			}
		})
	}
}

// TestObjectTableFollowsTheNetwork keeps the table's rows in the order of the network's outputs.
func TestObjectTableFollowsTheNetwork(t *testing.T) {
	rows, err := parseTable(embeddedObjects)
	if err != nil {
		t.Fatal(err)
	}
	for class, name := range centernet.ClassNames() {
		if rows[class][1] != name {
			t.Errorf("row %d is %q, the network's class is %q", class, rows[class][1], name)
		}
	}
}

func TestParseTaxonomyRefusesWrongTables(t *testing.T) {
	var classes strings.Builder
	for i := range efficientnet.Classes {
		fmt.Fprintf(&classes, "%d\tname\tThing\n", i)
	}
	var things strings.Builder
	for i := range centernet.Classes {
		fmt.Fprintf(&things, "%d\tname\tThing\n", i)
	}
	right, objects, labels := classes.String(), things.String(), "Thing\t\tEveryday Objects\n"
	if _, err := parseTaxonomy(right, objects, labels); err != nil {
		t.Fatalf("the tables that the cases change are wrong themselves: %v", err)
	}
	cases := []struct {
		name, reason             string
		classes, objects, labels string
	}{
		{"missing class", "999 classes", strings.Replace(right, "5\tname\tThing\n", "", 1), objects, labels},
		{"class twice", "an index where another was due", strings.Replace(right, "\n6\t", "\n5\t", 1), objects, labels},
		{"unknown label", "a class that leads nowhere", strings.Replace(right, "Thing", "Thong", 1), objects, labels},
		{"missing object", "79 classes", right, strings.Replace(objects, "5\tname\tThing\n", "", 1), labels},
		{"object without label", "a class that leads nowhere", right, strings.Replace(objects, "Thing", "Thong", 1), labels},
		{"columns", "a tab was lost", right, objects, "Thing\tEveryday Objects\n"},
		{"label twice", "two rows could disagree", right, objects, labels + labels},
		{"no name", "a label that nobody can ask for", right, objects, labels + "\t\tEveryday Objects\n"},
		{"unknown parent", "a misspelt parent", right, objects, "Thing\tNothing\tEveryday Objects\n"},
		{"own parent", "a label above itself", right, objects, "Thing\tThing\tEveryday Objects\n"},
		{"cycle", "a label above its own parent", right, objects, labels + "A\tB\tX\nB\tC\tX\nC\tA\tX\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parseTaxonomy(c.classes, c.objects, c.labels); err == nil {
				t.Errorf("no error; %s", c.reason)
			}
		})
	}
}
