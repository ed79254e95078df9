package photostest

import (
	"fmt"
	"testing"
	"time"

	"pam/internal/photos"
)

// newArchive describes the nth archive of a test, which is not recorded yet.
func (c catalogTest) newArchive(n int) photos.Archive {
	return photos.Archive{
		Owner: c.owner, ID: id(n), Name: fmt.Sprintf("Dogs \"%d\" — Ünïcode", n), Status: photos.ArchiveQueued,
		Match:     photos.LabelMatch{Any: []string{"Dog", "犬"}, All: []string{"Animal"}, None: []string{"Cat"}, MinConfidence: 55},
		CreatedAt: at(n), UpdatedAt: at(n),
	}
}

// queued records the nth archive.
func (c catalogTest) queued(t *testing.T, n int) photos.Archive {
	t.Helper()
	a, created, err := c.CreateArchive(t.Context(), c.newArchive(n), nil, nil)
	c.ok(t, "CreateArchive", err)
	same(t, c, "created", created, true)
	return a
}

// building records the nth archive and its plan: parts of 10, 20, ... photos.
func (c catalogTest) building(t *testing.T, n, partCount int) (photos.Archive, []photos.ArchivePart) {
	t.Helper()
	a := c.queued(t, n)
	a.UploadID, a.Plans, a.PartCount, a.UpdatedAt = fmt.Sprintf("upload-%d", n), 1, partCount, at(100)
	var parts []photos.ArchivePart
	for k := 1; k <= partCount; k++ {
		p := photos.ArchivePart{Number: k, State: photos.PartOpen, Photos: 10 * k, Bytes: 5_000_000_000 * int64(k)}
		parts = append(parts, p)
		a.PhotoCount += p.Photos
		a.TotalBytes += p.Bytes
	}
	c.ok(t, "StartBuilding", c.StartBuilding(t.Context(), a, parts))
	a.Status = photos.ArchiveBuilding
	return a, parts
}

// built is what a builder makes of a part.
func built(p photos.ArchivePart) photos.ArchivePart {
	p.State, p.ETag, p.CRC32, p.Size, p.Result = photos.PartUploaded, fmt.Sprintf(`"part-%d"`, p.Number), ^uint32(p.Number), p.Bytes+77, fmt.Sprintf("result/%d/", p.Number)
	return p
}

// archive reads one archive.
func (c catalogTest) archive(t *testing.T, id string) photos.Archive {
	t.Helper()
	a, err := c.Archive(t.Context(), c.owner, id)
	c.ok(t, "Archive", err)
	return a
}

// parts reads the parts of an archive, all at once and one by one.
func (c catalogTest) parts(t *testing.T, id string) []photos.ArchivePart {
	t.Helper()
	parts, err := c.ArchiveParts(t.Context(), c.owner, id)
	c.ok(t, "ArchiveParts", err)
	for _, p := range parts {
		one, err := c.ArchivePart(t.Context(), c.owner, id, p.Number)
		c.ok(t, "ArchivePart", err)
		same(t, c, "ArchivePart against ArchiveParts", one, p)
	}
	return parts
}

func archiveIDs(list []photos.Archive) []string {
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	return ids
}

func archiveCases() []catalogCase {
	return []catalogCase{
		{"CreateAndRead", "an archive comes back as it was recorded", func(t *testing.T, c catalogTest) {
			a := c.queued(t, 1)
			same(t, c, "CreateArchive", a, c.newArchive(1))
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "parts of an archive that is not planned", c.parts(t, a.ID), nil)
		}},
		{"Missing", "an id that never was is NotFound", func(t *testing.T, c catalogTest) {
			a := c.newArchive(1)
			_, err := c.Archive(t.Context(), c.owner, a.ID)
			c.fails(t, "Archive", err, photos.NotFound)
			_, err = c.ArchiveParts(t.Context(), c.owner, a.ID)
			c.fails(t, "ArchiveParts", err, photos.NotFound)
			_, err = c.ArchivePart(t.Context(), c.owner, a.ID, 1)
			c.fails(t, "ArchivePart", err, photos.NotFound)
			c.fails(t, "StartBuilding", c.StartBuilding(t.Context(), a, nil), photos.NotFound)
			_, err = c.CompletePart(t.Context(), c.owner, a.ID, "u", photos.ArchivePart{Number: 1, State: photos.PartShort}, at(1))
			c.fails(t, "CompletePart", err, photos.NotFound)
			c.fails(t, "ReopenPart", c.ReopenPart(t.Context(), c.owner, a.ID, "u", 1, "r", at(1)), photos.NotFound)
			c.fails(t, "MoveArchive", c.MoveArchive(t.Context(), a, photos.ArchiveQueued), photos.NotFound)
			c.ok(t, "TouchArchive", c.TouchArchive(t.Context(), c.owner, a.ID, at(1)))
			_, err = c.Archive(t.Context(), c.owner, a.ID)
			c.fails(t, "Archive after TouchArchive", err, photos.NotFound)
		}},
		{"CreateTwice", "an id is given once", func(t *testing.T, c catalogTest) {
			a := c.queued(t, 1)
			again := c.newArchive(1)
			again.Name = "other"
			_, _, err := c.CreateArchive(t.Context(), again, nil, nil)
			c.fails(t, "CreateArchive", err, photos.Conflict)
			same(t, c, "Archive", c.archive(t, a.ID), a)
		}},
		{"List", "archives are listed newest first, in pages, and counted", func(t *testing.T, c catalogTest) {
			n, err := c.CountArchives(t.Context(), c.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives of none", n, 0)
			for _, n := range []int{2, 5, 1, 3, 4} {
				c.queued(t, n)
			}
			n, err = c.CountArchives(t.Context(), c.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives", n, 5)
			for after, want := range map[string][]string{"": ids(5, 4), id(4): ids(3, 2), id(2): ids(1), id(1): nil, id(9): ids(5, 4)} {
				page, err := c.ListArchives(t.Context(), c.owner, after, 2)
				c.ok(t, "ListArchives", err)
				same(t, c, "ListArchives after "+after, archiveIDs(page), want)
			}
			all, err := c.ListArchives(t.Context(), c.owner, "", 1000)
			c.ok(t, "ListArchives", err)
			same(t, c, "the last of ListArchives", all[4], c.newArchive(1))
		}},
		{"Touch", "touching sets the time of the last step alone", func(t *testing.T, c catalogTest) {
			a, parts := c.building(t, 1, 2)
			c.ok(t, "TouchArchive", c.TouchArchive(t.Context(), c.owner, a.ID, at(500)))
			a.UpdatedAt = at(500)
			same(t, c, "Archive", c.archive(t, a.ID), a)
			same(t, c, "ArchiveParts", c.parts(t, a.ID), parts)
		}},
	}
}

func idempotencyCases() []catalogCase {
	key := func(hash string, expires int) *photos.IdempotencyKey {
		return &photos.IdempotencyKey{Key: "key-1", InputHash: hash, ExpiresAt: at(expires)}
	}
	return []catalogCase{
		{"Same", "a client that asks again with its key gets the archive of then, as it stands now", func(t *testing.T, c catalogTest) {
			_, created, err := c.CreateArchive(t.Context(), c.newArchive(1), nil, key("h1", 1000))
			c.ok(t, "CreateArchive", err)
			same(t, c, "created", created, true)
			c.ok(t, "TouchArchive", c.TouchArchive(t.Context(), c.owner, id(1), at(50)))
			got, created, err := c.CreateArchive(t.Context(), c.newArchive(2), nil, key("h1", 2000))
			c.ok(t, "CreateArchive", err)
			same(t, c, "created", created, false)
			same(t, c, "CreateArchive", got, c.archive(t, id(1)))
			n, err := c.CountArchives(t.Context(), c.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives", n, 1)
			_, err = c.Archive(t.Context(), c.owner, id(2))
			c.fails(t, "Archive", err, photos.NotFound)
		}},
		{"OtherInput", "a key that is used for another request is a Conflict and records nothing", func(t *testing.T, c catalogTest) {
			_, _, err := c.CreateArchive(t.Context(), c.newArchive(1), nil, key("h1", 1000))
			c.ok(t, "CreateArchive", err)
			_, _, err = c.CreateArchive(t.Context(), c.newArchive(2), nil, key("h2", 2000))
			c.fails(t, "CreateArchive", err, photos.Conflict)
			_, err = c.Archive(t.Context(), c.owner, id(2))
			c.fails(t, "Archive", err, photos.NotFound)
			_, hash, err := c.ArchiveByKey(t.Context(), c.owner, "key-1", at(2))
			c.ok(t, "ArchiveByKey", err)
			same(t, c, "hash", hash, "h1")
		}},
		{"Expired", "a key is forgotten at the very millisecond of its end, also when the store deletes it later", func(t *testing.T, c catalogTest) {
			_, _, err := c.CreateArchive(t.Context(), c.newArchive(1), nil, key("h1", 10))
			c.ok(t, "CreateArchive", err)
			before := c.newArchive(2)
			before.CreatedAt = at(10).Add(-time.Millisecond)
			_, created, err := c.CreateArchive(t.Context(), before, nil, key("h1", 99))
			c.ok(t, "CreateArchive", err)
			same(t, c, "created just before the end", created, false)
			after := c.newArchive(3)
			after.CreatedAt = at(10)
			got, created, err := c.CreateArchive(t.Context(), after, nil, key("h3", 99))
			c.ok(t, "CreateArchive", err)
			same(t, c, "created at the end", created, true)
			same(t, c, "CreateArchive", got, after)
			found, hash, err := c.ArchiveByKey(t.Context(), c.owner, "key-1", at(98))
			c.ok(t, "ArchiveByKey", err)
			same(t, c, "ArchiveByKey", found, after)
			same(t, c, "hash", hash, "h3")
		}},
		{"ByKey", "a key leads to its archive until it ends", func(t *testing.T, c catalogTest) {
			_, _, err := c.ArchiveByKey(t.Context(), c.owner, "key-1", at(1))
			c.fails(t, "ArchiveByKey", err, photos.NotFound)
			a, _, err := c.CreateArchive(t.Context(), c.newArchive(1), nil, key("h1", 10))
			c.ok(t, "CreateArchive", err)
			found, hash, err := c.ArchiveByKey(t.Context(), c.owner, "key-1", at(10).Add(-time.Millisecond))
			c.ok(t, "ArchiveByKey", err)
			same(t, c, "ArchiveByKey", found, a)
			same(t, c, "hash", hash, "h1")
			_, _, err = c.ArchiveByKey(t.Context(), c.owner, "key-1", at(10))
			c.fails(t, "ArchiveByKey at the end", err, photos.NotFound)
			_, _, err = c.ArchiveByKey(t.Context(), c.owner, "KEY-1", at(1))
			c.fails(t, "ArchiveByKey of another case", err, photos.NotFound)
		}},
	}
}
