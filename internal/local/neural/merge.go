package neural

import (
	"slices"

	"pam/internal/photos"
)

// sumClasses writes how sure the classifier is of each label, 0 to 1: the sum of the probabilities of its classes and of
// all its descendants' classes. A photo that is one of four breeds, which one remains open, is a Dog. A parent's sum runs
// over its child's classes and more, in the same order, so that not even rounding puts it below.
func (t *taxonomy) sumClasses(scores, probabilities []float64) {
	clear(scores)
	for class, p := range probabilities {
		for _, i := range t.classes[class] {
			scores[i] += p
		}
	}
	for i, s := range scores {
		scores[i] = min(1, s)
	}
}

// bestObjects writes how sure the detector is of each label, 0 to 1: the greatest score of its objects and of all its
// descendants' objects. Its scores do not exclude each other, as the classifier's do: a cat and a dog can be in one photo,
// and one cat is often found as both. Neither the sum nor the chance that not all are wrong (one minus the product of
// one minus each) would hold for a parent, since the second needs findings that are independent. The greatest is what
// is sure in either case.
func (t *taxonomy) bestObjects(scores, objects []float64) {
	clear(scores)
	for class, score := range objects {
		for _, i := range t.objects[class] {
			scores[i] = max(scores[i], score)
		}
	}
}

// merge gives what photos.Labeler promises, out of what several networks say of each label, 0 to 1. The highest
// confidence wins: the networks were trained for different things, so that one that says nothing of a label does not
// speak against it. Within each network's scores a parent is nowhere below its child, and so it is in the end.
func (t *taxonomy) merge(sources ...[]float64) []photos.PhotoLabel {
	var found []photos.PhotoLabel
	for i, l := range t.all {
		var confidence float64
		for _, scores := range sources {
			confidence = max(confidence, 100*scores[i])
		}
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
	return photos.RankLabels(found)
}

// named gives the scores above 0 by their labels' names.
func (t *taxonomy) named(scores []float64) map[string]float64 {
	all := make(map[string]float64)
	for i, s := range scores {
		if s > 0 {
			all[t.all[i].name] = s
		}
	}
	return all
}
