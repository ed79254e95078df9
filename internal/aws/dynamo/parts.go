package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pam/internal/photos"
)

// Parts are kept in a partition of their own for each plan, which the archive names: the planned parts in slices, and what
// was built of a part once it is. So a plan of 10,000 parts is 100 items, written before the archive leads to them, and
// changes hands in one write of the archive.
const (
	partsPerSlice = 100
	// planLife is how long the items of a plan are kept: many times longer than a plan is followed, since S3 drops
	// an upload that is not completed after a day.
	planLife = 7 * 24 * time.Hour
)

// storedPart is a planned part in the JSON of a slice.
type storedPart struct {
	Number int   `json:"n"`
	Photos int   `json:"p"`
	Bytes  int64 `json:"b"`
}

// sliceOf says which slice a part is in.
func sliceOf(number int) int { return number / partsPerSlice }

func (a archiveRecord) partition() string { return planPartition(a.Owner, a.ID, a.plan) }

func (a archiveRecord) sliceKey(number int) key {
	return key{a.partition(), fmt.Sprintf("%s%06d", slicePrefix, sliceOf(number))}
}

func (a archiveRecord) resultKey(number int) key {
	return key{a.partition(), fmt.Sprintf("%s%06d", resultPrefix, number)}
}

// StartBuilding implements photos.ArchiveCatalog: the parts first, under a plan that nobody knows, then the archive with
// that plan.
func (c *Catalog) StartBuilding(ctx context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	const what = "start building an archive"
	plan, planned := newRevision(), false
	_, err := c.changeArchive(ctx, what, a.Owner, a.ID, func(now archiveRecord) (archiveRecord, error) {
		if now.Status != photos.ArchiveQueued {
			return now, movedOn(now.Archive)
		}
		now.plan = plan
		if !planned {
			slices, err := now.slices(parts, a.UpdatedAt)
			if err != nil {
				return now, err
			}
			if err := c.putAll(ctx, what, slices); err != nil {
				return now, err
			}
			planned = true
		}
		now.Status, now.UploadID, now.Plans, now.UpdatedAt = photos.ArchiveBuilding, a.UploadID, a.Plans, a.UpdatedAt
		now.PhotoCount, now.TotalBytes, now.PartCount = a.PhotoCount, a.TotalBytes, a.PartCount
		now.PhotosDone, now.BytesDone, now.PartsDone, now.SkippedCount, now.Skipped = 0, 0, 0, 0, nil
		return now, nil
	}, nil)
	return err
}

// slices gives the items of a plan.
func (a archiveRecord) slices(parts []photos.ArchivePart, at time.Time) ([]item, error) {
	bySlice := make(map[key][]storedPart)
	for _, p := range parts {
		k := a.sliceKey(p.Number)
		bySlice[k] = append(bySlice[k], storedPart{p.Number, p.Photos, p.Bytes})
	}
	items := make([]item, 0, len(bySlice))
	for k, stored := range bySlice {
		packed, err := pack(stored)
		if err != nil {
			return nil, err
		}
		i := k.attributes()
		i["parts"], i[TTLAttribute] = packed, ends(at.Add(planLife))
		items = append(items, i)
	}
	return items, nil
}

// resultItem is what was built of a part.
func (a archiveRecord) resultItem(p photos.ArchivePart, at time.Time) (item, error) {
	result, err := packText(p.Result)
	if err != nil {
		return nil, err
	}
	i := a.resultKey(p.Number).attributes()
	i["state"], i["etag"], i["result"] = text(string(p.State)), text(p.ETag), result
	i["crc32"], i["partBytes"] = number(p.CRC32), number(p.Size)
	i[TTLAttribute] = ends(at.Add(planLife))
	return i, checkSize(i, "part")
}

// readSlice reads planned parts, all of them open.
func readSlice(i item) ([]photos.ArchivePart, error) {
	r := reader{item: i}
	stored := unpack[storedPart](&r, "parts")
	parts := make([]photos.ArchivePart, len(stored))
	for n, s := range stored {
		parts[n] = photos.ArchivePart{Number: s.Number, State: photos.PartOpen, Photos: s.Photos, Bytes: s.Bytes}
	}
	return parts, r.done()
}

// readResult adds what was built of a part.
func readResult(p *photos.ArchivePart, i item) error {
	r := reader{item: i}
	p.State, p.ETag, p.Size = photos.PartState(r.text("state")), r.text("etag"), r.int64("partBytes")
	p.CRC32 = uint32(r.int64("crc32")) //nolint:gosec // it was one
	var err error
	if p.Result, err = unpackText(i["result"]); err != nil {
		r.fail("result", err)
	}
	return r.done()
}

// part reads one part of an archive's plan, a NotFound error where there is none.
func (c *Catalog) part(ctx context.Context, a archiveRecord, number int) (photos.ArchivePart, error) {
	if a.plan == "" || number < 1 {
		return photos.ArchivePart{}, missing("part")
	}
	items, err := c.getAll(ctx, "read a part", []key{a.sliceKey(number), a.resultKey(number)})
	if err != nil {
		return photos.ArchivePart{}, err
	}
	var part *photos.ArchivePart
	for _, i := range items {
		if keyOf(i) != a.sliceKey(number) {
			continue
		}
		parts, err := readSlice(i)
		if err != nil {
			return photos.ArchivePart{}, err
		}
		if n := slices.IndexFunc(parts, func(p photos.ArchivePart) bool { return p.Number == number }); n >= 0 {
			part = &parts[n]
		}
	}
	if part == nil {
		return photos.ArchivePart{}, missing("part")
	}
	for _, i := range items {
		if keyOf(i) == a.resultKey(number) {
			err = readResult(part, i)
		}
	}
	return *part, err
}

// ArchivePart implements photos.ArchiveCatalog.
func (c *Catalog) ArchivePart(ctx context.Context, owner photos.Owner, id string, number int) (photos.ArchivePart, error) {
	a, err := c.archive(ctx, owner, id)
	if err != nil {
		return photos.ArchivePart{}, err
	}
	return c.part(ctx, a, number)
}

// ArchiveParts implements photos.ArchiveCatalog. Each part is as it stands when its record is read. When all are done, they
// are those of one moment: a finisher goes by that.
func (c *Catalog) ArchiveParts(ctx context.Context, owner photos.Owner, id string) ([]photos.ArchivePart, error) {
	const what = "read the parts of an archive"
	var parts []photos.ArchivePart
	err := c.repeat(ctx, what, func() error {
		a, err := c.archive(ctx, owner, id)
		switch {
		case err != nil:
			return err
		case a.Status.Final():
			return movedOn(a.Archive)
		case a.plan == "":
			parts = nil
			return nil
		}
		if parts, err = c.planParts(ctx, what, a); err != nil {
			return err
		}
		now, err := c.archive(ctx, owner, id)
		if err != nil {
			return err
		}
		isOpen := func(p photos.ArchivePart) bool { return p.State == photos.PartOpen }
		if now.plan != a.plan || now.revision != a.revision && !slices.ContainsFunc(parts, isOpen) {
			return errStale
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// planParts reads all parts of an archive's plan, by number.
func (c *Catalog) planParts(ctx context.Context, what string, a archiveRecord) ([]photos.ArchivePart, error) {
	var parts []photos.ArchivePart
	err := c.below(what, a.partition(), slicePrefix, "", false, 0).all(ctx, func(i item) error {
		slice, err := readSlice(i)
		parts = append(parts, slice...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(parts) != a.PartCount {
		return nil, fmt.Errorf("dynamodb: %s: archive %s has %d parts on record instead of %d", what, a.ID, len(parts), a.PartCount)
	}
	places := make(map[key]int, len(parts))
	for n, p := range parts {
		places[a.resultKey(p.Number)] = n
	}
	err = c.below(what, a.partition(), resultPrefix, "", false, 0).all(ctx, func(i item) error {
		n, ok := places[keyOf(i)]
		if !ok {
			return fmt.Errorf("dynamodb: %s: archive %s has a result of a part that was not planned", what, a.ID)
		}
		return readResult(&parts[n], i)
	})
	return parts, err
}

// CompletePart implements photos.ArchiveCatalog.
func (c *Catalog) CompletePart(ctx context.Context, owner photos.Owner, id, uploadID string, part photos.ArchivePart, at time.Time) (photos.Archive, error) {
	var result item
	return c.changePart(ctx, "complete a part", owner, id, uploadID, part.Number, func(a *archiveRecord, planned photos.ArchivePart) (err error) {
		if planned.State != photos.PartOpen {
			return photos.Errorf(photos.Conflict, "the part is %s already", planned.State)
		}
		a.PartsDone++
		a.PhotosDone += planned.Photos
		a.BytesDone += planned.Bytes
		a.UpdatedAt = at
		result, err = a.resultItem(part, at)
		return err
	}, func(t *transaction) error {
		t.put(result, &expression{}, "")
		return nil
	})
}

// ReopenPart implements photos.ArchiveCatalog.
func (c *Catalog) ReopenPart(ctx context.Context, owner photos.Owner, id, uploadID string, number int, result string, at time.Time) error {
	var built key
	_, err := c.changePart(ctx, "reopen a part", owner, id, uploadID, number, func(a *archiveRecord, p photos.ArchivePart) error {
		if p.State == photos.PartOpen || p.Result != result {
			return photos.Errorf(photos.Conflict, "the part holds another result")
		}
		a.PartsDone--
		a.PhotosDone -= p.Photos
		a.BytesDone -= p.Bytes
		a.UpdatedAt = at
		built = a.resultKey(number)
		return nil
	}, func(t *transaction) error {
		t.remove(built, &expression{}, "")
		return nil
	})
	return err
}

// changePart changes a part together with its archive, which is BUILDING with the given upload. All changes of parts go
// through the archive's revision, so the part is as it was read.
func (c *Catalog) changePart(ctx context.Context, what string, owner photos.Owner, id, uploadID string, number int,
	decide func(a *archiveRecord, p photos.ArchivePart) error, write func(t *transaction) error) (photos.Archive, error) {
	return c.changeArchive(ctx, what, owner, id, func(now archiveRecord) (archiveRecord, error) {
		if now.Status != photos.ArchiveBuilding || now.UploadID != uploadID {
			return now, movedOn(now.Archive)
		}
		p, err := c.part(ctx, now, number)
		if err != nil {
			return now, err
		}
		return now, decide(&now, p)
	}, write)
}
