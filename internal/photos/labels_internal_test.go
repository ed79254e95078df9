package photos

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangedLabels(t *testing.T) {
	var seen *labelView
	step := func(name string, counts []LabelCount, want map[string]int) {
		t.Helper()
		now := newLabelList(counts).view(DefaultConfidence, NameAsc)
		got := map[string]int{}
		for _, label := range changedLabels(seen, now) {
			got[label.Name] = label.Count
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
		seen = &now
	}
	label := func(name string, n int) LabelCount { return LabelCount{Name: name, Buckets: Buckets{7, n}} }
	step("at first everything is news", []LabelCount{label("Dog", 2), label("Cat", 1)}, map[string]int{"Dog": 2, "Cat": 1})
	step("nothing has changed", []LabelCount{label("Dog", 2), label("Cat", 1)}, map[string]int{})
	step("only what has changed", []LabelCount{label("Dog", 3), label("Cat", 1)}, map[string]int{"Dog": 3})
	step("what is gone counts nothing", []LabelCount{label("Dog", 3)}, map[string]int{"Cat": 0})
	step("what is gone stays gone", []LabelCount{label("Dog", 3)}, map[string]int{})
	step("what comes back is news", []LabelCount{label("Dog", 3), label("Cat", 1)}, map[string]int{"Cat": 1})
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
