package rekognition

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rekognition/types"

	"pam/internal/photos"
)

// photoLabels makes of an answer what photos.Labeler promises.
func photoLabels(found []types.Label) []photos.PhotoLabel {
	labels := make(map[string]*photos.PhotoLabel, len(found))
	for _, f := range found {
		name, confidence := aws.ToString(f.Name), float64(aws.ToFloat32(f.Confidence))
		if name == "" || !(confidence >= photos.LowestConfidence) { // also leaves out what is no number
			continue
		}
		confidence = min(confidence, 100)
		if known, twice := labels[name]; twice {
			known.Confidence = max(known.Confidence, confidence)
			continue
		}
		labels[name] = &photos.PhotoLabel{
			Name: name, Confidence: confidence,
			Parents:    names(f.Parents, func(p types.Parent) *string { return p.Name }, name),
			Categories: names(f.Categories, func(c types.LabelCategory) *string { return c.Name }, ""),
		}
	}
	raiseParents(labels)
	all := make([]photos.PhotoLabel, 0, len(labels))
	for _, l := range labels {
		all = append(all, *l)
	}
	return photos.RankLabels(all)
}

// names gives the names that are there, each once and in order, without one that means nothing: a label is not its own
// parent.
func names[T any](list []T, name func(T) *string, without string) []string {
	var out []string
	for _, item := range list {
		n := aws.ToString(name(item))
		if n != "" && n != without && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// raiseParents gives each parent at least the confidence of its child, and adds one that the answer lacks. Rekognition
// names all ancestors of a label and gives each as a label of its own, but not below MinConfidence.
func raiseParents(labels map[string]*photos.PhotoLabel) {
	raise := make([]*photos.PhotoLabel, 0, len(labels))
	for _, l := range labels {
		raise = append(raise, l)
	}
	for len(raise) > 0 {
		child := raise[len(raise)-1]
		raise = raise[:len(raise)-1]
		for _, name := range child.Parents {
			parent, known := labels[name]
			switch {
			case !known:
				labels[name] = &photos.PhotoLabel{Name: name, Confidence: child.Confidence}
			case parent.Confidence < child.Confidence:
				parent.Confidence = child.Confidence
				raise = append(raise, parent)
			}
		}
	}
}
