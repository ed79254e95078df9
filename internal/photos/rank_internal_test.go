package photos

import (
	"slices"
	"testing"
)

func TestDropLeaves(t *testing.T) {
	sorted := []PhotoLabel{
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
