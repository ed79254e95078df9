package photostest

import (
	"maps"
	"slices"
	"testing"

	"pam/internal/photos"
)

func photoCases() []catalogCase {
	return []catalogCase{
		{"AddAndRead", "a photo comes back as it was recorded, odd characters, large sizes and full checksums included", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			same(t, c, "Photo", c.photo(t, p.ID), p)
		}},
		{"Missing", "an id that never was is NotFound", func(t *testing.T, c catalogTest) {
			_, err := c.Photo(t.Context(), c.owner, id(1))
			c.fails(t, "Photo", err, photos.NotFound)
			_, err = c.LabelledPhotoBySHA256(t.Context(), c.owner, inspection(1).SHA256)
			c.fails(t, "LabelledPhotoBySHA256", err, photos.NotFound)
			c.fails(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, id(1), inspection(1)), photos.NotFound)
			c.fails(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, id(1)), photos.NotFound)
			c.fails(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, id(1), photos.Rejection{Code: photos.TooLarge}), photos.NotFound)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
		}},
		{"AddHundred", "a batch of the largest size is recorded whole", func(t *testing.T, c catalogTest) {
			var batch []photos.Photo
			for n := range 100 {
				batch = append(batch, c.newPhoto(n))
			}
			c.ok(t, "AddPhotos", c.AddPhotos(t.Context(), batch))
			list, err := c.ListPhotos(t.Context(), c.owner, photos.PhotoFilter{}, photos.UploadedAsc, "", 1000)
			c.ok(t, "ListPhotos", err)
			same(t, c, "ListPhotos", list, batch)
			c.counts(t)
		}},
		{"AddTwice", "an id is given once, and a photo that has moved on is not thrown back", func(t *testing.T, c catalogTest) {
			p := c.labelled(t, 1, carries("Dog", 90))
			again := c.newPhoto(1)
			again.FileName = "other.jpg"
			c.fails(t, "AddPhotos", c.AddPhotos(t.Context(), []photos.Photo{again}), photos.Conflict)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(90)})
		}},
		{"LabelsByID", "labels of photos are read by id in one call; ids that do not exist are left out, and a photo without labels is there", func(t *testing.T, c catalogTest) {
			p1, p2 := c.labelled(t, 1, carries("Dog", 90), carries("Cat", 12.5)), c.pending(t, 2)
			got, err := c.PhotoLabels(t.Context(), c.owner, []string{p2.ID, id(9), p1.ID, p2.ID})
			c.ok(t, "PhotoLabels", err)
			same(t, c, "PhotoLabels", got, map[string][]photos.PhotoLabel{p1.ID: p1.Inspection.Labels, p2.ID: nil})
			got, err = c.PhotoLabels(t.Context(), c.owner, nil)
			c.ok(t, "PhotoLabels of nothing", err)
			if len(got) != 0 {
				t.Errorf("%s: PhotoLabels of nothing: %v", c.reason, got)
			}
		}},
		{"LabelsByManyIDs", "the builder of a part asks for up to 1,000 photos at once", func(t *testing.T, c catalogTest) {
			for n := range 3 {
				c.pending(t, n)
			}
			many := make([]string, 1000)
			for n := range many {
				many[n] = id(n)
			}
			got, err := c.PhotoLabels(t.Context(), c.owner, many)
			c.ok(t, "PhotoLabels", err)
			same(t, c, "ids", slices.Sorted(maps.Keys(got)), ids(0, 1, 2))
		}},
		{"BySHA256", "a second upload of the same bytes finds the first photo, once that is LABELLED and as long as it is there", func(t *testing.T, c catalogTest) {
			hash := inspection(1).SHA256
			find := func() (photos.Photo, error) { return c.LabelledPhotoBySHA256(t.Context(), c.owner, hash) }
			p := c.pending(t, 1)
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1)))
			_, err := find()
			c.fails(t, "LabelledPhotoBySHA256 of a PENDING photo", err, photos.NotFound)
			c.ok(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID))
			got, err := find()
			c.ok(t, "LabelledPhotoBySHA256", err)
			same(t, c, "LabelledPhotoBySHA256", got, c.photo(t, p.ID))
			_, err = c.DeletePhotos(t.Context(), c.owner, ids(1), at(5))
			c.ok(t, "DeletePhotos", err)
			_, err = find()
			c.fails(t, "LabelledPhotoBySHA256 of a deleted photo", err, photos.NotFound)
		}},
		{"TwinsBySHA256", "of two photos with the same bytes the other one is found when one is deleted", func(t *testing.T, c catalogTest) {
			for n := 1; n <= 2; n++ {
				p := c.pending(t, n)
				c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(7)))
				c.ok(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID))
			}
			first, err := c.LabelledPhotoBySHA256(t.Context(), c.owner, inspection(7).SHA256)
			c.ok(t, "LabelledPhotoBySHA256", err)
			_, err = c.DeletePhotos(t.Context(), c.owner, []string{first.ID}, at(5))
			c.ok(t, "DeletePhotos", err)
			second, err := c.LabelledPhotoBySHA256(t.Context(), c.owner, inspection(7).SHA256)
			c.ok(t, "LabelledPhotoBySHA256", err)
			same(t, c, "ids", sorted([]string{first.ID, second.ID}), ids(1, 2))
		}},
	}
}

func labellingCases() []catalogCase {
	return []catalogCase{
		{"Inspection", "what the detector found comes back bit by bit, and a later inspection replaces it", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			first := inspection(1, carries("Dog", 97.31234567891234, "Animal", "Pet"), carries("Ünïcode \"<&>\" 犬", 50))
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, first))
			p.Inspection = &first
			same(t, c, "Photo", c.photo(t, p.ID), p)
			second := photos.Inspection{SHA256: "ab", Labels: []photos.PhotoLabel{{Name: "Cat", Confidence: 1e2}}}
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, second))
			p.Inspection = &second
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "labels of a PENDING photo", c.counts(t), map[string]photos.Buckets{})
		}},
		{"InspectionWithoutLabels", "a photo of nothing is inspected all the same", func(t *testing.T, c catalogTest) {
			p := c.labelled(t, 1)
			got := c.photo(t, p.ID)
			if got.Inspection == nil {
				t.Fatalf("%s: the inspection is lost", c.reason)
			}
			same(t, c, "Photo", got, p)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
		}},
		{"CommitLabelled", "a commit makes the photo LABELLED, ends its expiry, and counts it once in each label", func(t *testing.T, c catalogTest) {
			p := c.labelled(t, 1, carries("Dog", 97.3, "Animal"), carries("Animal", 98), carries("Grass", 50))
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(97.3), "Animal": inBucket(98), "Grass": inBucket(50)})
		}},
		{"CommitTwice", "every event may come twice: the second commit is a Conflict and counts nothing", func(t *testing.T, c catalogTest) {
			p := c.labelled(t, 1, carries("Dog", 97.3))
			before, err := c.Stats(t.Context(), c.owner)
			c.ok(t, "Stats", err)
			c.fails(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID), photos.Conflict)
			c.fails(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1, carries("Cat", 80))), photos.Conflict)
			c.fails(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, p.ID, photos.Rejection{Code: photos.Unsupported}), photos.Conflict)
			after, err := c.Stats(t.Context(), c.owner)
			c.ok(t, "Stats", err)
			same(t, c, "Stats", after, before)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(97.3)})
		}},
		{"CommitWithoutInspection", "there is nothing to count before the detector has looked", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			c.fails(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID), photos.Conflict)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			c.counts(t)
		}},
		{"CommitRejected", "a refusal is recorded with its reason and ends the photo's way", func(t *testing.T, c catalogTest) {
			p := c.rejected(t, 1)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			c.fails(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, p.ID, photos.Rejection{Code: photos.Unsupported}), photos.Conflict)
			c.fails(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1)), photos.Conflict)
			c.fails(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID), photos.Conflict)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			c.counts(t)
		}},
		{"RejectedAfterInspection", "a photo that was inspected but could not be counted is refused without being counted", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1, carries("Dog", 90))))
			c.ok(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, p.ID, photos.Rejection{Code: photos.LabellingFailed, Message: "Sorry."}))
			got := c.photo(t, p.ID)
			same(t, c, "status", got.Status, photos.Rejected)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
			_, err := c.LabelledPhotoBySHA256(t.Context(), c.owner, inspection(1).SHA256)
			c.fails(t, "LabelledPhotoBySHA256", err, photos.NotFound)
		}},
		{"MostLabels", "the largest number of labels a photo may carry fits into one commit", func(t *testing.T, c catalogTest) {
			var labels []photos.PhotoLabel
			want := make(map[string]photos.Buckets)
			for n := range photos.MaxLabelsPerPhoto {
				l := carries("Label "+id(n), 100-float64(n), "Parent A", "Parent B")
				labels, want[l.Name] = append(labels, l), inBucket(l.Confidence)
			}
			p := c.labelled(t, 1, labels...)
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "labels", c.counts(t), want)
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(1), at(1))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
		}},
		{"Stats", "the summary follows each photo on its way", func(t *testing.T, c catalogTest) {
			stats := func() photos.OwnerStats {
				s, err := c.Stats(t.Context(), c.owner)
				c.ok(t, "Stats", err)
				s.Version = 0
				return s
			}
			same(t, c, "Stats of an owner never seen", stats(), photos.OwnerStats{})
			p1, p2, p3 := c.newPhoto(1), c.newPhoto(2), c.newPhoto(3)
			c.ok(t, "AddPhotos", c.AddPhotos(t.Context(), []photos.Photo{p1, p2, p3}))
			same(t, c, "Stats after adding", stats(), photos.OwnerStats{Pending: 3})
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p1.ID, inspection(1, carries("Dog", 90))))
			same(t, c, "Stats after inspecting", stats(), photos.OwnerStats{Pending: 3})
			c.ok(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p1.ID))
			same(t, c, "Stats after labelling", stats(), photos.OwnerStats{Pending: 2, Labelled: 1, StoredBytes: p1.Size})
			c.ok(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, p2.ID, photos.Rejection{Code: photos.NotAnImage}))
			same(t, c, "Stats after refusing", stats(), photos.OwnerStats{Pending: 1, Labelled: 1, Rejected: 1, StoredBytes: p1.Size})
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(1, 2, 3), at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "Stats after deleting", stats(), photos.OwnerStats{})
		}},
		{"Version", "whoever watches labels sees a new version after each change of a count", func(t *testing.T, c catalogTest) {
			version := func() int64 {
				s, err := c.Stats(t.Context(), c.owner)
				c.ok(t, "Stats", err)
				return s.Version
			}
			before := version()
			c.labelled(t, 1, carries("Dog", 90))
			labelled := version()
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(1), at(9))
			c.ok(t, "DeletePhotos", err)
			if deleted := version(); labelled <= before || deleted <= labelled {
				t.Fatalf("%s: versions %d, %d, %d do not rise", c.reason, before, labelled, deleted)
			}
		}},
	}
}

func deletingCases() []catalogCase {
	return []catalogCase{
		{"EveryStatus", "a photo can be deleted at any point of its way, and is out of everything then", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90), carries("Animal", 90))
			c.pending(t, 2)
			c.rejected(t, 3)
			c.labelled(t, 4, carries("Animal", 70))
			gone, err := c.DeletePhotos(t.Context(), c.owner, ids(1, 2, 3), at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "deleted", sorted(gone), ids(1, 2, 3))
			for n := 1; n <= 3; n++ {
				_, err := c.Photo(t.Context(), c.owner, id(n))
				c.fails(t, "Photo", err, photos.NotFound)
			}
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Animal": inBucket(70)})
			_, err = c.LabelCount(t.Context(), c.owner, "Dog")
			c.fails(t, "LabelCount of a label that nothing carries", err, photos.NotFound)
			list, err := c.ListPhotos(t.Context(), c.owner, photos.PhotoFilter{}, photos.UploadedAsc, "", 10)
			c.ok(t, "ListPhotos", err)
			same(t, c, "ids", photoIDs(list), ids(4))
		}},
		{"Repeats", "ids that are repeated, deleted already or unknown are no error and count once", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			c.labelled(t, 2, carries("Dog", 90))
			gone, err := c.DeletePhotos(t.Context(), c.owner, []string{id(1), id(9), id(1)}, at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "deleted", gone, ids(1))
			gone, err = c.DeletePhotos(t.Context(), c.owner, ids(1), at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "deleted again", gone, nil)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(90)})
		}},
		{"LateCommit", "a detector that comes too late for a deleted photo counts nothing", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1, carries("Dog", 90))))
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(1), at(9))
			c.ok(t, "DeletePhotos", err)
			c.fails(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID), photos.NotFound)
			c.fails(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1)), photos.NotFound)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
		}},
		{"Hundred", "a batch of the largest size is deleted whole", func(t *testing.T, c catalogTest) {
			var batch []photos.Photo
			for n := range 100 {
				batch = append(batch, c.newPhoto(n))
			}
			c.ok(t, "AddPhotos", c.AddPhotos(t.Context(), batch))
			gone, err := c.DeletePhotos(t.Context(), c.owner, photoIDs(batch), at(9))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "deleted", sorted(gone), photoIDs(batch))
			c.counts(t)
		}},
	}
}
