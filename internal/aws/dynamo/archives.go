package dynamo

import (
	"context"
	"slices"
	"time"

	"pam/internal/photos"
)

// Archive implements photos.ArchiveCatalog.
func (c *Catalog) Archive(ctx context.Context, owner photos.Owner, id string) (photos.Archive, error) {
	a, err := c.archive(ctx, owner, id)
	return a.Archive, err
}

// ListArchives implements photos.ArchiveCatalog.
func (c *Catalog) ListArchives(ctx context.Context, owner photos.Owner, after string, limit int) ([]photos.Archive, error) {
	p := c.below("list archives", ownerPartition(owner), archivePrefix, after, true, limit)
	var list []photos.Archive
	for len(list) < limit && !p.done {
		page, err := p.next(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page[:min(len(page), limit-len(list))] {
			a, err := readArchiveItem(owner, i)
			if err != nil {
				return nil, err
			}
			list = append(list, a.Archive)
		}
	}
	return list, nil
}

// CountArchives implements photos.ArchiveCatalog: it reads one record.
func (c *Catalog) CountArchives(ctx context.Context, owner photos.Owner) (int, error) {
	i, err := c.get(ctx, "count archives", archiveCountKey(owner))
	if err != nil {
		return 0, err
	}
	r := reader{item: i}
	return r.int("archives"), r.done()
}

// changeArchive reads an archive, lets decide make another of it, and writes that, again when the archive has changed
// meanwhile. It gives the archive as it was written. decide gives an error for an archive that it does not change.
func (c *Catalog) changeArchive(ctx context.Context, what string, owner photos.Owner, id string,
	decide func(now archiveRecord) (archiveRecord, error), more func(t *transaction) error) (photos.Archive, error) {
	var written []archiveRecord
	err := c.repeat(ctx, what, func() error {
		now, err := c.archive(ctx, owner, id)
		if err != nil {
			return err
		}
		// A write whose answer was lost may have been done all the same.
		if n := slices.IndexFunc(written, func(w archiveRecord) bool { return w.revision == now.revision }); n >= 0 {
			written = append(written, written[n])
			return nil
		}
		after, err := decide(now)
		if err != nil {
			return err
		}
		after.revision = newRevision()
		written = append(written, after)
		return c.write(ctx, what, now, after, more)
	})
	if err != nil {
		return photos.Archive{}, err
	}
	return written[len(written)-1].Archive, nil
}

// MoveArchive implements photos.ArchiveCatalog. Parts are not deleted: without the archive's plan nothing leads to them,
// and they expire.
func (c *Catalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	_, err := c.changeArchive(ctx, "move an archive", a.Owner, a.ID, func(now archiveRecord) (archiveRecord, error) {
		otherUpload := now.Status == photos.ArchiveBuilding && a.UploadID != "" && a.UploadID != now.UploadID
		if !slices.Contains(from, now.Status) || otherUpload {
			return now, movedOn(now.Archive)
		}
		now.Status, now.SkippedCount, now.Skipped, now.Failure = a.Status, a.SkippedCount, a.Skipped, a.Failure
		now.UploadID, now.Size, now.UpdatedAt, now.ReadyAt, now.ExpiresAt = a.UploadID, a.Size, a.UpdatedAt, a.ReadyAt, a.ExpiresAt
		switch a.Status {
		case photos.ArchiveBuilding:
			return now, nil
		case photos.ArchiveReady:
			now.PhotosDone, now.BytesDone, now.PartsDone = now.PhotoCount, now.TotalBytes, now.PartCount
		case photos.ArchiveQueued:
			now.UploadID = ""
			now.PhotoCount, now.TotalBytes, now.PartCount = 0, 0, 0
			now.PhotosDone, now.BytesDone, now.PartsDone = 0, 0, 0
		case photos.ArchiveFailed, photos.ArchiveCancelled, photos.ArchiveExpired:
		}
		now.plan = ""
		return now, nil
	}, nil)
	return err
}

// TouchArchive implements photos.ArchiveCatalog.
func (c *Catalog) TouchArchive(ctx context.Context, owner photos.Owner, id string, at time.Time) error {
	var e expression
	there := e.exists()
	e.setTo("updatedAt", millis(at))
	err := c.update(ctx, "touch an archive", archiveKey(owner, id), &e, there)
	if isStale(err) {
		return nil // there is none
	}
	return err
}
