package photostest

import (
	"math"
	"testing"

	"pam/internal/photos"
)

func labelCases() []catalogCase {
	return []catalogCase{
		{"Buckets", "a confidence just below a threshold is below it, also by the smallest fraction", func(t *testing.T, c catalogTest) {
			confidences := []float64{50, 54.999, math.Nextafter(55, 0), 55, 59.99999999999999, 60, math.Nextafter(95, 0), 95, 99.9, 100}
			for n, confidence := range confidences {
				c.labelled(t, n, carries("Dog", confidence))
			}
			dog := c.counts(t)["Dog"]
			same(t, c, "buckets", dog, inBucket(confidences...))
			same(t, c, "buckets, written out", dog, photos.Buckets{0: 3, 1: 2, 2: 1, 8: 1, 9: 3})
			for threshold := photos.LowestConfidence; threshold <= photos.HighestThreshold; threshold += photos.ConfidenceStep {
				totals, err := c.CountPhotos(t.Context(), c.owner, photos.PhotoFilter{Match: &photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: threshold}})
				c.ok(t, "CountPhotos", err)
				same(t, c, "the count of the label and the photos of its match", dog.AtLeast(threshold), totals.Count)
			}
		}},
		{"Names", "names differ when a single byte does: case, accents, blanks and prefixes included", func(t *testing.T, c catalogTest) {
			names := []string{"Dog", "dog", "Dog ", "Dogs", "Dög", "犬", "a#b|c", "%", "O'Neill"}
			want := make(map[string]photos.Buckets)
			for n, name := range names {
				c.labelled(t, n, carries(name, 80))
				want[name] = inBucket(80)
			}
			same(t, c, "labels", c.counts(t), want)
			for _, unknown := range []string{"DOG", "Do", "", "_"} {
				_, err := c.LabelCount(t.Context(), c.owner, unknown)
				c.fails(t, "LabelCount of "+unknown, err, photos.NotFound)
			}
		}},
		{"LatestParents", "parents and categories are those of the photo that was committed last", func(t *testing.T, c catalogTest) {
			c.labelled(t, 2, photos.PhotoLabel{Name: "Dog", Confidence: 80, Parents: []string{"Animal", "Pet"}, Categories: []string{"Animals and Pets"}})
			got, err := c.LabelCount(t.Context(), c.owner, "Dog")
			c.ok(t, "LabelCount", err)
			same(t, c, "LabelCount", got, photos.LabelCount{Name: "Dog", Parents: []string{"Animal", "Pet"}, Categories: []string{"Animals and Pets"}, Buckets: inBucket(80)})
			c.labelled(t, 1, photos.PhotoLabel{Name: "Dog", Confidence: 81, Parents: []string{"Mammal"}})
			got, err = c.LabelCount(t.Context(), c.owner, "Dog")
			c.ok(t, "LabelCount", err)
			same(t, c, "LabelCount", got, photos.LabelCount{Name: "Dog", Parents: []string{"Mammal"}, Buckets: inBucket(80, 81)})
		}},
		{"ComesBack", "a label that vanished with its last photo begins anew with the next", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 60))
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(1), at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
			c.labelled(t, 2, carries("Dog", 99))
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(99)})
		}},
		{"ManyLabels", "an owner may have more labels than a page of any store holds", func(t *testing.T, c catalogTest) {
			want := make(map[string]photos.Buckets)
			for n := range 12 {
				var labels []photos.PhotoLabel
				for k := range photos.MaxLabelsPerPhoto {
					l := carries("Label "+id(100*n+k), 75, "A parent with a rather long name")
					labels, want[l.Name] = append(labels, l), inBucket(75)
				}
				c.labelled(t, n, labels...)
			}
			kept, err := c.LabelCounts(t.Context(), c.owner)
			c.ok(t, "LabelCounts", err)
			same(t, c, "labels", buckets(kept), want)
		}},
	}
}
