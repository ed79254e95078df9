package photostest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pam/internal/photos"
)

// dogs is the match of these tests.
func dogs() photos.LabelMatch { return photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 55} }

// set reads the photos of the dogs.
func (c catalogTest) set(t failer) photos.PhotoSet {
	t.Helper()
	s, err := c.PhotoSet(t.Context(), c.owner, dogs())
	c.ok(t, "PhotoSet", err)
	return s
}

// requested records the nth archive for the dogs as they are, or gives the one that serves.
func (c catalogTest) requested(t failer, n int) (photos.Archive, bool) {
	t.Helper()
	a, created, err := c.CreateArchive(t.Context(), c.newArchive(n), &photos.Selection{Hash: "dogs", Photos: c.set(t)}, nil)
	c.ok(t, "CreateArchive", err)
	return a, created
}

// planned makes a QUEUED archive BUILDING with so many photos.
func (c catalogTest) planned(t failer, a photos.Archive, count int) photos.Archive {
	t.Helper()
	a.UploadID, a.Plans, a.PartCount, a.PhotoCount, a.UpdatedAt = "upload of "+a.ID, 1, 1, count, at(100)
	c.ok(t, "StartBuilding", c.StartBuilding(t.Context(), a, []photos.ArchivePart{{Number: 1, State: photos.PartOpen, Photos: count}}))
	a.Status = photos.ArchiveBuilding
	return a
}

func selectionCases() []catalogCase {
	return []catalogCase{
		{"Set", "a set is its photos: how many, their bytes, and their ids in order", func(t *testing.T, c catalogTest) {
			digest := func(ids ...string) string {
				var text string
				for _, id := range ids {
					text += id + "\n"
				}
				return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
			}
			same(t, c, "PhotoSet of an owner never seen", c.set(t), photos.PhotoSet{Digest: digest()})
			p3, p1 := c.labelled(t, 3, carries("Dog", 90)), c.labelled(t, 1, carries("Dog", 55), carries("Animal", 60))
			c.labelled(t, 2, carries("Dog", 54.9))
			c.pending(t, 4)
			stats, err := c.Stats(t.Context(), c.owner)
			c.ok(t, "Stats", err)
			same(t, c, "PhotoSet", c.set(t), photos.PhotoSet{
				PhotoTotals: photos.PhotoTotals{Count: 2, Bytes: p1.Size + p3.Size}, Digest: digest(p1.ID, p3.ID), Version: stats.Version,
			})
			either, err := c.PhotoSet(t.Context(), c.owner, photos.LabelMatch{Any: []string{"Animal", "Dog"}, MinConfidence: 50})
			c.ok(t, "PhotoSet", err)
			same(t, c, "a photo that carries both is there once", either.Digest, digest(ids(1, 2, 3)...))
			_, err = c.DeletePhotos(t.Context(), c.owner, ids(1), at(1))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "PhotoSet after deleting", c.set(t).Digest, digest(p3.ID))
		}},
		{"Same", "an equal selection of the same photos is given the living archive, wherever it stands", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			first, created := c.requested(t, 1)
			same(t, c, "created", created, true)
			again := func(what string, want photos.Archive) {
				t.Helper()
				got, created := c.requested(t, 9)
				same(t, c, what+": created", created, false)
				same(t, c, what, got, want)
			}
			again("QUEUED", first)
			building := c.planned(t, first, 1)
			again("BUILDING", building)
			building.Status, building.ReadyAt, building.ExpiresAt = photos.ArchiveReady, at(200), at(300)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), building, photos.ArchiveBuilding))
			again("READY", whole(building))
			n, err := c.CountArchives(t.Context(), c.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives", n, 1)
		}},
		{"Different", "another selection, and none, make an archive of their own", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			c.requested(t, 1)
			for n, selection := range []*photos.Selection{nil, {Hash: "Dogs", Photos: c.set(t)}} {
				_, created, err := c.CreateArchive(t.Context(), c.newArchive(2+n), selection, nil)
				c.ok(t, "CreateArchive", err)
				same(t, c, "created", created, true)
			}
			got, created := c.requested(t, 4)
			same(t, c, "created", created, false)
			same(t, c, "archive of the first selection", got.ID, id(1))
		}},
		{"Over", "an archive that is over serves nobody, from the very millisecond of its end", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			for n, status := range []photos.ArchiveStatus{photos.ArchiveFailed, photos.ArchiveCancelled, photos.ArchiveExpired} {
				a, created := c.requested(t, n)
				same(t, c, "created", created, true)
				a = c.planned(t, a, 1)
				a.Status = status
				c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			}
			a, created := c.requested(t, 4)
			same(t, c, "created", created, true)
			a = c.planned(t, a, 1)
			a.Status, a.ExpiresAt = photos.ArchiveReady, at(500)
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			late := c.newArchive(5)
			for _, request := range []struct {
				at   time.Time
				want string
			}{{at(500).Add(-time.Millisecond), id(4)}, {at(500), id(5)}} {
				late.CreatedAt = request.at
				got, _, err := c.CreateArchive(t.Context(), late, &photos.Selection{Hash: "dogs", Photos: c.set(t)}, nil)
				c.ok(t, "CreateArchive", err)
				same(t, c, "archive", got.ID, request.want)
			}
		}},
		{"Changed", "other photos make another archive; photos that are none of the selection's do not, once it is planned", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			c.labelled(t, 2, carries("Cat", 90))
			a, _ := c.requested(t, 1)
			c.planned(t, a, 1)
			c.labelled(t, 3, carries("Cat", 90), carries("Dog", 54))
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(2), at(1))
			c.ok(t, "DeletePhotos", err)
			got, created := c.requested(t, 2)
			same(t, c, "created after changes elsewhere", created, false)
			same(t, c, "archive", got.ID, a.ID)
			c.labelled(t, 4, carries("Dog", 90))
			more, created := c.requested(t, 3)
			same(t, c, "created with one photo more", created, true)
			c.planned(t, more, 2)
			_, err = c.DeletePhotos(t.Context(), c.owner, ids(1), at(1))
			c.ok(t, "DeletePhotos", err)
			_, created = c.requested(t, 4)
			same(t, c, "created with one photo less", created, true)
			swapped := c.labelled(t, 5, carries("Dog", 90))
			_, err = c.DeletePhotos(t.Context(), c.owner, ids(4), at(1))
			c.ok(t, "DeletePhotos", err)
			last, created := c.requested(t, 5)
			same(t, c, "created with another photo", created, true)
			same(t, c, "count of as many photos", c.set(t).Count, 1)
			c.planned(t, last, 1)
			_, err = c.DeletePhotos(t.Context(), c.owner, []string{swapped.ID}, at(1))
			c.ok(t, "DeletePhotos", err)
			same(t, c, "count of none", c.set(t).Count, 0)
		}},
		{"CameAndWent", "a plan that took a photo which came after the request is not that of the request, although the photo is gone again", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			a, _ := c.requested(t, 1)
			c.labelled(t, 2, carries("Dog", 90))
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(2), at(1))
			c.ok(t, "DeletePhotos", err)
			_, created := c.requested(t, 2)
			same(t, c, "created while it is unknown what the plan of the first takes", created, true)
			b := c.archive(t, id(2))
			c.planned(t, b, 2) // it read the photos when there were two
			_, created = c.requested(t, 3)
			same(t, c, "created beside a plan of two photos", created, true)
			same(t, c, "the first archive", c.archive(t, a.ID).Status, photos.ArchiveQueued)
		}},
		{"Skipped", "an archive that had to leave out a photo is not handed on", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			a, _ := c.requested(t, 1)
			a = c.planned(t, a, 1)
			a.Status, a.ExpiresAt, a.SkippedCount = photos.ArchiveReady, at(900), 1
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			_, created := c.requested(t, 2)
			same(t, c, "created", created, true)
		}},
		{"Key", "a key under which an archive was given leads to it from then on, and says so for this input alone", func(t *testing.T, c catalogTest) {
			c.labelled(t, 1, carries("Dog", 90))
			first, _ := c.requested(t, 1)
			request := func(n int, hash string) (photos.Archive, bool, error) {
				return c.CreateArchive(t.Context(), c.newArchive(n), &photos.Selection{Hash: "dogs", Photos: c.set(t)},
					&photos.IdempotencyKey{Key: "k", InputHash: hash, ExpiresAt: at(1000)})
			}
			got, created, err := request(2, "h")
			c.ok(t, "CreateArchive", err)
			same(t, c, "created", created, false)
			same(t, c, "CreateArchive", got, first)
			found, hash, err := c.ArchiveByKey(t.Context(), c.owner, "k", at(3))
			c.ok(t, "ArchiveByKey", err)
			same(t, c, "ArchiveByKey", found, first)
			same(t, c, "hash", hash, "h")
			first.Status = photos.ArchiveCancelled
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), first, photos.ArchiveQueued))
			got, created, err = request(3, "h")
			c.ok(t, "CreateArchive with the key again", err)
			same(t, c, "created", created, false)
			same(t, c, "the key still leads to it", got.ID, first.ID)
			_, _, err = request(4, "other")
			c.fails(t, "CreateArchive with the key and another input", err, photos.Conflict)
		}},
	}
}

// testSelectionProperties requests archives of the dogs while dogs come and go, also while a plan reads them.
func testSelectionProperties(t *testing.T, c catalogTest) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		c := c.as(photos.Owner(fmt.Sprintf("selection-run-%d", run)))
		ctx := t.Context()
		n := 0                    // of the latest photo or archive
		var now []string          // the dogs
		var last photos.Archive   // of the last request that made one
		took := map[string]bool{} // what its plan took
		var requestedAt int64     // the owner's version then
		version := func(t *rapid.T) int64 {
			s, err := c.Stats(ctx, c.owner)
			c.ok(t, "Stats", err)
			return s.Version
		}
		add := func(t *rapid.T, name string) string {
			n++
			p := c.newPhoto(n)
			c.ok(t, "AddPhotos", c.AddPhotos(ctx, []photos.Photo{p}))
			c.ok(t, "SaveInspection", c.SaveInspection(ctx, c.owner, p.ID, inspection(n, carries(name, 90))))
			c.ok(t, "CommitLabelled", c.CommitLabelled(ctx, c.owner, p.ID))
			return p.ID
		}
		t.Repeat(map[string]func(*rapid.T){
			"AddDog": func(t *rapid.T) { now = append(now, add(t, "Dog")) },
			"AddCat": func(t *rapid.T) { add(t, "Cat") },
			"DeleteDog": func(t *rapid.T) {
				if len(now) == 0 {
					t.Skip("there is none")
				}
				i := rapid.IntRange(0, len(now)-1).Draw(t, "dog")
				_, err := c.DeletePhotos(ctx, c.owner, []string{now[i]}, at(1))
				c.ok(t, "DeletePhotos", err)
				now = slices.Delete(now, i, i+1)
			},
			"ReadPlan": func(t *rapid.T) { // a page of it: pages are read one after the other
				if last.Status != photos.ArchiveQueued {
					t.Skip("nothing is to be planned")
				}
				from := rapid.IntRange(0, len(now)).Draw(t, "from")
				for _, id := range now[from:] {
					took[id] = true
				}
			},
			"StartBuilding": func(t *rapid.T) {
				if last.Status != photos.ArchiveQueued {
					t.Skip("nothing is to be planned")
				}
				for _, id := range now { // the last page, so that none of those that were there all the time is missed
					took[id] = true
				}
				last = c.planned(t, last, len(took))
			},
			"End": func(t *rapid.T) {
				if last.ID == "" || last.Status.Final() {
					t.Skip("nothing is to be ended")
				}
				from := last.Status
				last.Status = rapid.SampledFrom([]photos.ArchiveStatus{photos.ArchiveReady, photos.ArchiveReady, photos.ArchiveCancelled}).Draw(t, "end")
				if from == photos.ArchiveQueued {
					last.Status = photos.ArchiveCancelled
				}
				last.ExpiresAt = at(1_000_000)
				c.ok(t, "MoveArchive", c.MoveArchive(ctx, last, from))
			},
			"Request": func(t *rapid.T) {
				n++
				got, created := c.requested(t, n)
				right := false // the last one holds the photos of now
				switch last.Status {
				case photos.ArchiveQueued:
					right = requestedAt == version(t)
				case photos.ArchiveBuilding, photos.ArchiveReady:
					right = len(took) == len(now)
					for _, id := range now {
						right = right && took[id]
					}
				}
				// A plan may by chance take other photos than those of its request and the same as those of now. That such an
				// archive is not handed on costs work and harms nobody.
				if !created && !right {
					t.Fatalf("%s: the %s archive %s was handed on, which took %v, for %v", c.reason, last.Status, got.ID, took, now)
				}
				if created && right && requestedAt == version(t) {
					t.Fatalf("%s: the %s archive %s was not handed on, although nothing has changed", c.reason, last.Status, last.ID)
				}
				if !created {
					same(t, c, "archive", got.ID, last.ID)
					return
				}
				last, took, requestedAt = got, map[string]bool{}, version(t)
			},
		})
	})
}
