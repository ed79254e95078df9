package neural

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pam/internal/local/neural/efficientnet"
	"pam/internal/photos"
)

func embedded(t *testing.T) *taxonomy {
	t.Helper()
	taxonomy, err := parseTaxonomy(embeddedClasses, embeddedLabels)
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
	for _, counted := range taxonomy.classes {
		for _, i := range counted {
			used[i] = true
		}
	}
	for i, l := range taxonomy.all {
		if !used[i] {
			t.Errorf("%q can never be given: no class leads to it", l.name)
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
	cases := []struct {
		class    int
		label    string
		parents  []string
		category string
	}{
		{970, "Mountain", []string{"Outdoors", "Nature"}, "Nature and Outdoors"},
		{975, "Lake", []string{"Water", "Outdoors", "Nature"}, "Nature and Outdoors"},
		{277, "Fox", []string{"Canine", "Wildlife", "Mammal", "Animal"}, "Animals and Pets"},
		{207, "Golden Retriever", []string{"Retriever", "Dog", "Canine", "Pet", "Mammal", "Animal"}, "Animals and Pets"},
		{817, "Sports Car", []string{"Car", "Vehicle", "Transportation"}, "Vehicles and Automotive"},
		{985, "Daisy", []string{"Flower", "Plant"}, "Plants and Flowers"},
		{978, "Beach", []string{"Coast", "Sea", "Water", "Outdoors", "Nature"}, "Nature and Outdoors"},
	}
	taxonomy := embedded(t)
	for _, c := range cases {
		t.Run(c.label, func(t *testing.T) {
			got := taxonomy.all[taxonomy.classes[c.class][0]]
			if got.name != c.label || !slices.Equal(got.parents, c.parents) || !slices.Equal(got.categories, []string{c.category}) {
				t.Errorf("class %d is %+v, want %+v", c.class, got, c)
			}
		})
	}
}

func TestLabelsAddUpClasses(t *testing.T) {
	cases := []struct {
		name, reason  string
		probabilities map[int]float64
		want          map[string]float64
	}{
		{
			"breeds", "spread over four breeds, none likely: still a dog",
			map[int]float64{151: 0.2, 207: 0.2, 235: 0.2, 267: 0.2, 281: 0.2},
			map[string]float64{"Dog": 80, "Canine": 80, "Pet": 100, "Mammal": 100, "Animal": 100},
		},
		{
			"one label, several classes", "two classes of salamander",
			map[int]float64{25: 0.3, 28: 0.3, 999: 0.4},
			map[string]float64{"Salamander": 60, "Amphibian": 60, "Wildlife": 60, "Animal": 60},
		},
		{"at the floor", "50 counts", map[int]float64{970: 0.5}, map[string]float64{"Mountain": 50, "Outdoors": 50, "Nature": 50}},
		{"below the floor", "49.9 does not", map[int]float64{970: 0.499}, nil},
		{"rounding", "sums a little above 1 stay at 100", map[int]float64{970: 1 + 1e-12}, map[string]float64{"Mountain": 100, "Outdoors": 100, "Nature": 100}},
	}
	taxonomy := embedded(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			probabilities := make([]float64, efficientnet.Classes)
			for class, p := range c.probabilities {
				probabilities[class] = p
			}
			got := taxonomy.labels(probabilities)
			for _, l := range got {
				if want, ok := c.want[l.Name]; !ok || math.Abs(l.Confidence-want) > 1e-6 || l.Confidence > 100 {
					t.Errorf("%s has %v; %s", l.Name, l.Confidence, c.reason)
				}
			}
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestDropLeaves(t *testing.T) {
	sorted := []photos.PhotoLabel{
		{Name: "Animal", Confidence: 90},
		{Name: "Cat", Confidence: 80, Parents: []string{"Feline", "Animal"}},
		{Name: "Feline", Confidence: 80, Parents: []string{"Animal"}},
		{Name: "Lake", Confidence: 60},
		{Name: "Water", Confidence: 60},
	}
	cases := []struct {
		name, reason string
		limit        int
		want         []string
	}{
		{"room for all", "nothing is dropped at the limit", 5, []string{"Animal", "Cat", "Feline", "Lake", "Water"}},
		{"least confident", "the last of them goes first", 3, []string{"Animal", "Cat", "Feline"}},
		{"leaf before parent", "Feline stands last but Cat needs it", 2, []string{"Animal", "Feline"}},
		{"parent", "without children left a parent is a leaf", 1, []string{"Animal"}},
		{"none", "a limit of nothing", 0, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var names []string
			for _, l := range dropLeaves(slices.Clone(sorted), c.limit) {
				names = append(names, l.Name)
			}
			if !slices.Equal(names, c.want) {
				t.Errorf("got %v, want %v; %s", names, c.want, c.reason)
			}
		})
	}
}

func TestParseTaxonomyRefusesWrongTables(t *testing.T) {
	var classes strings.Builder
	for i := range efficientnet.Classes {
		fmt.Fprintf(&classes, "%d\tname\tThing\n", i)
	}
	right, labels := classes.String(), "Thing\t\tEveryday Objects\n"
	if _, err := parseTaxonomy(right, labels); err != nil {
		t.Fatalf("the tables that the cases change are wrong themselves: %v", err)
	}
	cases := []struct {
		name, reason    string
		classes, labels string
	}{
		{"missing class", "999 classes", strings.Replace(right, "5\tname\tThing\n", "", 1), labels},
		{"class twice", "an index where another was due", strings.Replace(right, "\n6\t", "\n5\t", 1), labels},
		{"unknown label", "a class that leads nowhere", strings.Replace(right, "Thing", "Thong", 1), labels},
		{"columns", "a tab was lost", right, "Thing\tEveryday Objects\n"},
		{"label twice", "two rows could disagree", right, labels + labels},
		{"no name", "a label that nobody can ask for", right, labels + "\t\tEveryday Objects\n"},
		{"unknown parent", "a misspelt parent", right, "Thing\tNothing\tEveryday Objects\n"},
		{"own parent", "a label above itself", right, "Thing\tThing\tEveryday Objects\n"},
		{"cycle", "a label above its own parent", right, labels + "A\tB\tX\nB\tC\tX\nC\tA\tX\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parseTaxonomy(c.classes, c.labels); err == nil {
				t.Errorf("no error; %s", c.reason)
			}
		})
	}
}
