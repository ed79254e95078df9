package photostest

import (
	"testing"

	"pam/internal/photos"
)

// isolationCases checks that no method crosses from one owner to another, even when both use the same ids.
func isolationCases() []catalogCase {
	return []catalogCase{
		{"Photos", "another owner's photo is answered as one that never was, and cannot be changed", func(t *testing.T, c catalogTest) {
			b := c.as(c.owner + "-other")
			p := c.labelled(t, 1, carries("Dog", 90))
			q := c.pending(t, 2)
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, q.ID, inspection(2, carries("Cat", 90))))
			_, err := b.Photo(t.Context(), b.owner, p.ID)
			c.fails(t, "Photo", err, photos.NotFound)
			labels, err := b.PhotoLabels(t.Context(), b.owner, ids(1, 2))
			c.ok(t, "PhotoLabels", err)
			if len(labels) != 0 {
				t.Errorf("%s: PhotoLabels: %v", c.reason, labels)
			}
			_, err = b.LabelledPhotoBySHA256(t.Context(), b.owner, inspection(1).SHA256)
			c.fails(t, "LabelledPhotoBySHA256", err, photos.NotFound)
			c.fails(t, "SaveInspection", b.SaveInspection(t.Context(), b.owner, q.ID, inspection(9)), photos.NotFound)
			c.fails(t, "CommitLabelled", b.CommitLabelled(t.Context(), b.owner, q.ID), photos.NotFound)
			c.fails(t, "CommitRejected", b.CommitRejected(t.Context(), b.owner, q.ID, photos.Rejection{Code: photos.TooLarge}), photos.NotFound)
			gone, err := b.DeletePhotos(t.Context(), b.owner, ids(1, 2), at(1))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "deleted", gone, nil)
			b.lists(t, photos.PhotoFilter{}, nil)
			b.lists(t, photos.PhotoFilter{Match: &photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 50}}, nil)
			same(t, c, "labels of the other", b.counts(t), map[string]photos.Buckets{})
			same(t, c, "Photo", c.photo(t, p.ID), p)
			same(t, c, "status", c.photo(t, q.ID).Status, photos.Pending)
		}},
		{"SameIDs", "equal ids, labels and bytes of two owners are two", func(t *testing.T, c catalogTest) {
			b := c.as(c.owner + "-other")
			p := c.labelled(t, 1, carries("Dog", 90))
			q := b.labelled(t, 1, carries("Dog", 60), carries("Cat", 70))
			same(t, c, "Photo", c.photo(t, id(1)), p)
			same(t, c, "Photo of the other", b.photo(t, id(1)), q)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(90)})
			same(t, c, "labels of the other", b.counts(t), map[string]photos.Buckets{"Dog": inBucket(60), "Cat": inBucket(70)})
			_, err := b.DeletePhotos(t.Context(), b.owner, ids(1), at(1))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{"Dog": inBucket(90)})
			found, err := c.LabelledPhotoBySHA256(t.Context(), c.owner, inspection(1).SHA256)
			c.ok(t, "LabelledPhotoBySHA256", err)
			same(t, c, "LabelledPhotoBySHA256", found, p)
		}},
		{"Archives", "another owner's archive, parts and key are answered as if they never were, and cannot be changed", func(t *testing.T, c catalogTest) {
			b := c.as(c.owner + "-other")
			a, parts := c.building(t, 1, 1)
			_, _, err := c.CreateArchive(t.Context(), c.newArchive(2), nil, &photos.IdempotencyKey{Key: "k", InputHash: "h", ExpiresAt: at(1000)})
			c.ok(t, "CreateArchive", err)
			_, err = b.Archive(t.Context(), b.owner, a.ID)
			c.fails(t, "Archive", err, photos.NotFound)
			_, err = b.ArchiveParts(t.Context(), b.owner, a.ID)
			c.fails(t, "ArchiveParts", err, photos.NotFound)
			_, err = b.ArchivePart(t.Context(), b.owner, a.ID, 1)
			c.fails(t, "ArchivePart", err, photos.NotFound)
			_, err = b.CompletePart(t.Context(), b.owner, a.ID, a.UploadID, built(parts[0]), at(200))
			c.fails(t, "CompletePart", err, photos.NotFound)
			c.fails(t, "ReopenPart", b.ReopenPart(t.Context(), b.owner, a.ID, a.UploadID, 1, "", at(200)), photos.NotFound)
			stolen := a
			stolen.Owner, stolen.Status = b.owner, photos.ArchiveCancelled
			c.fails(t, "MoveArchive", b.MoveArchive(t.Context(), stolen, photos.ArchiveBuilding), photos.NotFound)
			c.fails(t, "StartBuilding", b.StartBuilding(t.Context(), stolen, parts), photos.NotFound)
			c.ok(t, "TouchArchive", b.TouchArchive(t.Context(), b.owner, a.ID, at(999)))
			_, _, err = b.ArchiveByKey(t.Context(), b.owner, "k", at(1))
			c.fails(t, "ArchiveByKey", err, photos.NotFound)
			_, created, err := b.CreateArchive(t.Context(), b.newArchive(2), nil, &photos.IdempotencyKey{Key: "k", InputHash: "other", ExpiresAt: at(1000)})
			c.ok(t, "CreateArchive with an equal key and id", err)
			same(t, c, "created", created, true)
			list, err := b.ListArchives(t.Context(), b.owner, "", 10)
			c.ok(t, "ListArchives", err)
			same(t, c, "ListArchives", archiveIDs(list), ids(2))
			n, err := b.CountArchives(t.Context(), b.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives", n, 1)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), parts)
		}},
		{"Selections", "an equal selection of another owner is another, also when the ids of its photos are equal", func(t *testing.T, c catalogTest) {
			b := c.as(c.owner + "-other")
			c.labelled(t, 1, carries("Dog", 90))
			same(t, c, "PhotoSet of the other", b.set(t).Count, 0)
			b.labelled(t, 1, carries("Dog", 90))
			same(t, c, "PhotoSet of the other", b.set(t), c.set(t))
			a, _ := c.requested(t, 1)
			got, created := b.requested(t, 2)
			same(t, c, "created", created, true)
			same(t, c, "owner", got.Owner, b.owner)
			got, _ = c.requested(t, 3)
			same(t, c, "archive", got, a)
		}},
		{"Notices", "equal notices of two owners are two", func(t *testing.T, c catalogTest) {
			b := c.as(c.owner + "-other")
			c.ok(t, "AddNotice", c.AddNotice(t.Context(), c.notice(1, at(1))))
			c.ok(t, "AddNotice", b.AddNotice(t.Context(), b.notice(1, at(2))))
			for _, o := range []struct {
				c    catalogTest
				want photos.Notice
			}{{c, c.notice(1, at(1))}, {b, b.notice(1, at(2))}} {
				got, err := o.c.ListNotices(t.Context(), o.c.owner, nil, 10)
				c.ok(t, "ListNotices", err)
				same(t, c, "ListNotices", got, []photos.Notice{o.want})
				n, err := o.c.CountNotices(t.Context(), o.c.owner)
				c.ok(t, "CountNotices", err)
				same(t, c, "CountNotices", n, 1)
			}
		}},
	}
}
