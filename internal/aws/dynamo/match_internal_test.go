package dynamo

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pam/internal/photos"
)

// given is a list of edges that is at hand. It fails when it is read backwards.
type given struct {
	ids      []string // in the direction of reading
	backward bool
	at       position
	moved    bool
}

func (g *given) seek(_ context.Context, p position) (edge, bool, error) {
	if g.moved && !(position{g.at.id, false}).reached(p.id, g.backward) {
		return edge{}, false, fmt.Errorf("sought %v after %v", p, g.at)
	}
	g.at, g.moved = p, true
	for _, id := range g.ids {
		if p.reached(id, g.backward) {
			return edge{id: id}, true, nil
		}
	}
	return edge{}, false, nil
}

// Lists of edges are merged to what the words of a match say of each id by itself.
func TestMatchAgainstSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		backward := rapid.Bool().Draw(t, "backward")
		universe := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		if backward {
			slices.Reverse(universe)
		}
		draw := func(name string, least, most int) [][]string {
			var lists [][]string
			for range rapid.IntRange(least, most).Draw(t, "lists of "+name) {
				var list []string
				for _, id := range universe {
					if rapid.IntRange(0, 2).Draw(t, "take") > 0 {
						list = append(list, id)
					}
				}
				lists = append(lists, list)
			}
			return lists
		}
		anyOf, allOf, noneOf := draw("any", 0, 3), draw("all", 0, 3), draw("none", 0, 2)
		if len(anyOf)+len(allOf) == 0 {
			t.Skip("a match names something")
		}
		after := rapid.SampledFrom(append([]string{""}, universe...)).Draw(t, "after")
		open := func(lists [][]string) []sorted {
			var out []sorted
			for _, ids := range lists {
				out = append(out, &given{ids: ids, backward: backward})
			}
			return out
		}
		m := &match{all: open(allOf), none: open(noneOf)}
		if len(anyOf) > 0 {
			m.all = append(m.all, union{open(anyOf), backward})
		}
		switch {
		case after != "":
			m.at = position{after, true}
		case backward:
			m.at = position{lastID, false}
		}
		var want []string
		has := func(id string) func([]string) bool {
			return func(list []string) bool { return slices.Contains(list, id) }
		}
		lacks := func(id string) func([]string) bool {
			return func(list []string) bool { return !slices.Contains(list, id) }
		}
		for n, id := range universe {
			if after != "" && n <= slices.Index(universe, after) {
				continue
			}
			if (len(anyOf) == 0 || slices.ContainsFunc(anyOf, has(id))) && !slices.ContainsFunc(allOf, lacks(id)) && !slices.ContainsFunc(noneOf, has(id)) {
				want = append(want, id)
			}
		}
		got, err := m.ids(t.Context(), len(universe)+1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("any %v, all %v, none %v after %q: got %v, want %v", anyOf, allOf, noneOf, after, got, want)
		}
	})
}

// Elements of keys sort as owners do, are never mistaken for each other, and hold no separator.
func TestElements(t *testing.T) {
	owners := rapid.StringOfN(rapid.RuneFrom([]rune("\x01 !#$%-09AZaz~é")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := owners.Draw(t, "a"), owners.Draw(t, "b")
		x, y := element(photos.Owner(a))+separator, element(photos.Owner(b))+separator
		if (a < b) != (x < y) || (a == b) != (x == y) {
			t.Fatalf("%q and %q become %q and %q", a, b, x, y)
		}
	})
}

func TestPackedTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringN(0, -1, 3*packFrom).Draw(t, "text")
		v, err := packText(plain)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := unpackText(v); err != nil || back != plain {
			t.Fatalf("%q came back as %q, %v", plain, back, err)
		}
		if n := valueBytes(v); n > len(plain) {
			t.Fatalf("%d bytes were packed into %d", len(plain), n)
		}
	})
}
