package photos

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangedLabels(t *testing.T) {
	seen := map[string]Label{}
	step := func(name string, now []Label, want map[string]int) {
		t.Helper()
		got := map[string]int{}
		for _, label := range changedLabels(seen, now) {
			got[label.Name] = label.Count
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
	step("at first everything is news", []Label{{Name: "Dog", Count: 2}, {Name: "Cat", Count: 1}}, map[string]int{"Dog": 2, "Cat": 1})
	step("nothing has changed", []Label{{Name: "Dog", Count: 2}, {Name: "Cat", Count: 1}}, map[string]int{})
	step("only what has changed", []Label{{Name: "Dog", Count: 3}, {Name: "Cat", Count: 1}}, map[string]int{"Dog": 3})
	step("what is gone counts nothing", []Label{{Name: "Dog", Count: 3}}, map[string]int{"Cat": 0})
	step("what is gone stays gone", []Label{{Name: "Dog", Count: 3}}, map[string]int{})
	step("what comes back is news", []Label{{Name: "Dog", Count: 3}, {Name: "Cat", Count: 1}}, map[string]int{"Cat": 1})
}

func TestLabelPositions(t *testing.T) {
	for _, label := range []Label{{Name: "Dog", Count: 12}, {Name: "Golden Retriever", Count: 1}, {Name: " odd ", Count: 0}} {
		got, err := parseLabelPosition(labelPosition(label))
		if err != nil || got.Name != label.Name || got.Count != label.Count {
			t.Errorf("%+v leads back to %+v, %v", label, got, err)
		}
	}
	for _, bad := range []string{"", "Dog", "x Dog", "1", "1 \xff"} {
		if _, err := parseLabelPosition(bad); CodeOf(err) != BadUserInput {
			t.Errorf("position %q: %v", bad, err)
		}
	}
}
