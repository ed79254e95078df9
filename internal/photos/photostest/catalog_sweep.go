package photostest

import (
	"slices"
	"testing"
	"time"

	"pam/internal/photos"
)

func sweepCases() []catalogCase {
	return []catalogCase{
		{"Pending", "the sweeper walks through the PENDING photos of all owners, by owner and id, that began before a time", func(t *testing.T, c catalogTest) {
			b := c.as("owner-2")
			p1, p3, q2 := c.pending(t, 1), c.pending(t, 3), b.pending(t, 2)
			c.labelled(t, 0, carries("Dog", 90))
			b.rejected(t, 4)
			c.pending(t, 50) // too young
			want := []photos.Photo{p1, p3, q2}
			for size := 1; size <= 4; size++ {
				var got []photos.Photo
				for after := (photos.PhotoRef{}); ; {
					page, err := c.PendingPhotos(t.Context(), at(50), after, size)
					c.ok(t, "PendingPhotos", err)
					got = append(got, page...)
					if len(page) < size {
						break
					}
					after = photos.PhotoRef{Owner: page[size-1].Owner, ID: page[size-1].ID}
				}
				same(t, c, "PendingPhotos", got, want)
			}
			got, err := c.PendingPhotos(t.Context(), at(1), photos.PhotoRef{}, 10)
			c.ok(t, "PendingPhotos", err)
			same(t, c, "PendingPhotos that began before the first", got, nil)
		}},
		{"Deleted", "a deleted photo leaves a tombstone until its objects are deleted too", func(t *testing.T, c catalogTest) {
			b := c.as("owner-2")
			c.labelled(t, 1, carries("Dog", 90))
			c.pending(t, 2)
			b.rejected(t, 1)
			for _, d := range []struct {
				c  catalogTest
				id int
				at time.Time
			}{{c, 1, at(10)}, {c, 2, at(20)}, {b, 1, at(10)}} {
				_, err := d.c.DeletePhotos(t.Context(), d.c.owner, ids(d.id), d.at)
				c.ok(t, "DeletePhotos", err)
			}
			tombstones := func(before time.Time) []photos.PhotoRef {
				refs, err := c.DeletedPhotos(t.Context(), before, 1000)
				c.ok(t, "DeletedPhotos", err)
				slices.SortFunc(refs, func(x, y photos.PhotoRef) int {
					return slices.Compare([]string{string(x.Owner), x.ID}, []string{string(y.Owner), y.ID})
				})
				return refs
			}
			same(t, c, "before all", tombstones(at(10)), nil)
			same(t, c, "before the last", tombstones(at(20)), []photos.PhotoRef{{Owner: c.owner, ID: id(1)}, {Owner: b.owner, ID: id(1)}})
			limited, err := c.DeletedPhotos(t.Context(), at(99), 2)
			c.ok(t, "DeletedPhotos", err)
			same(t, c, "as many as asked for", len(limited), 2)
			c.ok(t, "ForgetPhoto", c.ForgetPhoto(t.Context(), c.owner, id(1)))
			c.ok(t, "ForgetPhoto again", c.ForgetPhoto(t.Context(), c.owner, id(1)))
			same(t, c, "after one is forgotten", tombstones(at(99)), []photos.PhotoRef{{Owner: c.owner, ID: id(2)}, {Owner: b.owner, ID: id(1)}})
		}},
		{"ForgetLiving", "forgetting is about tombstones: a photo that is there stays", func(t *testing.T, c catalogTest) {
			p := c.labelled(t, 1, carries("Dog", 90))
			c.ok(t, "ForgetPhoto", c.ForgetPhoto(t.Context(), c.owner, p.ID))
			same(t, c, "Photo", c.photo(t, p.ID), p)
			c.counts(t)
		}},
		{"Unfinished", "archives that stand still are found, oldest step first, whoever owns them", func(t *testing.T, c catalogTest) {
			b := c.as("owner-2")
			c.queued(t, 3)
			b.queued(t, 1)
			building, _ := c.building(t, 2, 1) // its last step is at 100
			over, _ := b.building(t, 4, 1)
			over.Status = photos.ArchiveFailed
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), over, photos.ArchiveBuilding))
			find := func(before time.Time, limit int) []string {
				list, err := c.UnfinishedArchives(t.Context(), before, limit)
				c.ok(t, "UnfinishedArchives", err)
				return archiveIDs(list)
			}
			same(t, c, "before the first", find(at(1), 10), nil)
			same(t, c, "before the one that is BUILDING", find(at(100), 10), ids(1, 3))
			same(t, c, "all", find(at(101), 10), ids(1, 3, 2))
			same(t, c, "as many as asked for", find(at(101), 2), ids(1, 3))
			c.ok(t, "TouchArchive", c.TouchArchive(t.Context(), b.owner, id(1), at(500)))
			same(t, c, "after one was taken up", find(at(101), 10), ids(3, 2))
			list, err := c.UnfinishedArchives(t.Context(), at(101), 10)
			c.ok(t, "UnfinishedArchives", err)
			same(t, c, "the whole archive", list[1], building)
		}},
		{"PastExpiry", "READY archives are found from the very millisecond of their end", func(t *testing.T, c catalogTest) {
			for n, owner := range []photos.Owner{"owner-1", "owner-2"} {
				a, _ := c.as(owner).building(t, n, 1)
				a.Status, a.ReadyAt, a.ExpiresAt = photos.ArchiveReady, at(100), at(200+n)
				c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveBuilding))
			}
			c.queued(t, 9)
			find := func(when time.Time) []string {
				list, err := c.ArchivesPastExpiry(t.Context(), when, 10)
				c.ok(t, "ArchivesPastExpiry", err)
				return sorted(archiveIDs(list))
			}
			same(t, c, "just before", find(at(200).Add(-time.Millisecond)), nil)
			same(t, c, "at the end of the first", find(at(200)), ids(0))
			same(t, c, "after both", find(at(999)), ids(0, 1))
			a := c.archive(t, id(0))
			a.Status = photos.ArchiveExpired
			c.ok(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveReady))
			same(t, c, "after one is EXPIRED", find(at(999)), ids(1))
		}},
		{"Owners", "every owner with a record of any kind is found once, in ascending order, in pages", func(t *testing.T, c catalogTest) {
			c.as("b").pending(t, 1)
			c.as("b").labelled(t, 2, carries("Dog", 90))
			c.as("a").queued(t, 1)
			c.ok(t, "AddNotice", c.AddNotice(t.Context(), c.as("c").notice(1, at(1))))
			c.as("B").rejected(t, 1)
			want := []photos.Owner{"B", "a", "b", "c"}
			for size := 1; size <= 5; size++ {
				var got []photos.Owner
				for after := photos.Owner(""); ; {
					page, err := c.Owners(t.Context(), after, size)
					c.ok(t, "Owners", err)
					got = append(got, page...)
					if len(page) < size {
						break
					}
					after = page[size-1]
				}
				same(t, c, "Owners", got, want)
			}
		}},
	}
}
