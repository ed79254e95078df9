package photos

import (
	"cmp"
	"slices"
)

// RankLabels gives what a labeller found as Labeler promises it: highest confidence first and then by name, and no more than
// MaxLabelsPerPhoto, where leaves are dropped before parents, least confident first. Names must be unique. It works in
// place.
func RankLabels(labels []PhotoLabel) []PhotoLabel {
	slices.SortFunc(labels, func(a, b PhotoLabel) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name))
	})
	return dropLeaves(labels, MaxLabelsPerPhoto)
}

// dropLeaves takes away the last label that is nobody's parent until no more than limit are left.
func dropLeaves(sorted []PhotoLabel, limit int) []PhotoLabel {
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
