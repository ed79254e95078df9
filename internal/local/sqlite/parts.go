package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"pam/internal/photos"
)

// ArchivePart implements photos.ArchiveCatalog.
func (c *Catalog) ArchivePart(ctx context.Context, owner photos.Owner, id string, number int) (photos.ArchivePart, error) {
	var p photos.ArchivePart
	err := c.db.readOnce(ctx, "read a part", func(t tx) (err error) {
		p, err = readPart(ctx, t, owner, id, number)
		return err
	})
	return p, err
}

// ArchiveParts implements photos.ArchiveCatalog.
func (c *Catalog) ArchiveParts(ctx context.Context, owner photos.Owner, id string) ([]photos.ArchivePart, error) {
	var parts []photos.ArchivePart
	err := c.db.read(ctx, "read the parts of an archive", func(t tx) error {
		a, err := readArchive(ctx, t, owner, id)
		switch {
		case err != nil:
			return err
		case a.Status.Final():
			return movedOn(a)
		}
		parts, err = readParts(ctx, t, selectPart+"WHERE owner = ? AND archive_id = ? ORDER BY number", string(owner), id)
		return err
	})
	return parts, err
}

// CompletePart implements photos.ArchiveCatalog. It does not wait for the disk: a power cut that takes the record also takes
// everything written after it, the end of the part's job among that, so that the part is built again. Making the archive
// READY waits for the disk, and with it for all that was written before.
func (c *Catalog) CompletePart(ctx context.Context, owner photos.Owner, id, uploadID string, part photos.ArchivePart, at time.Time) (photos.Archive, error) {
	var a photos.Archive
	err := c.db.writeSoon(ctx, "complete a part", func(t tx) (err error) {
		a, err = completePart(ctx, t.shortly(), owner, id, uploadID, part, at)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNotOpen(ctx, t, owner, id, uploadID, part.Number)
		}
		return err
	})
	if err != nil {
		return photos.Archive{}, err
	}
	return a, nil
}

// completePart records an open part of an archive that is BUILDING with the given upload, and gives the archive as it is
// then; sql.ErrNoRows where one of both is not so. Whoever gets an error must roll back.
func completePart(ctx context.Context, t tx, owner photos.Owner, id, uploadID string, part photos.ArchivePart, at time.Time) (photos.Archive, error) {
	var count int
	var bytes int64
	if err := t.row(ctx, `UPDATE archive_parts SET state = ?, etag = ?, crc32 = ?, size = ?, result = ?
		WHERE owner = ? AND archive_id = ? AND number = ? AND state = 'OPEN' RETURNING photos, bytes`,
		[]any{string(part.State), part.ETag, part.CRC32, part.Size, part.Result, string(owner), id, part.Number}, &count, &bytes); err != nil {
		return photos.Archive{}, err
	}
	found, err := readArchives(ctx, t, `UPDATE archives SET parts_done = parts_done + 1, photos_done = photos_done + ?, bytes_done = bytes_done + ?,
		updated_at = ? WHERE owner = ? AND id = ? AND status = 'BUILDING' AND upload_id = ? RETURNING `+archiveColumns,
		count, bytes, millis(at), string(owner), id, uploadID)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return photos.Archive{}, err
	}
	return found[0], nil
}

// whyNotOpen says why a part could not be completed.
func whyNotOpen(ctx context.Context, t tx, owner photos.Owner, id, uploadID string, number int) error {
	planned, err := readPartOfUpload(ctx, t, owner, id, uploadID, number)
	if err != nil {
		return err
	}
	return photos.Errorf(photos.Conflict, "the part is %s already", planned.State)
}

// ReopenPart implements photos.ArchiveCatalog.
func (c *Catalog) ReopenPart(ctx context.Context, owner photos.Owner, id, uploadID string, number int, result string, at time.Time) error {
	return c.db.write(ctx, "reopen a part", func(t tx) error {
		built, err := readPartOfUpload(ctx, t, owner, id, uploadID, number)
		if err != nil {
			return err
		}
		if built.State == photos.PartOpen || built.Result != result {
			return photos.Errorf(photos.Conflict, "the part holds another result")
		}
		if _, err := t.exec(ctx, `UPDATE archive_parts SET state = 'OPEN', etag = '', crc32 = 0, size = 0, result = ''
			WHERE owner = ? AND archive_id = ? AND number = ?`, string(owner), id, number); err != nil {
			return err
		}
		return addProgress(ctx, t, owner, id, -1, -built.Photos, -built.Bytes, at)
	})
}

// readPartOfUpload reads a part of an archive that is BUILDING with the given upload, a Conflict error where it is not.
func readPartOfUpload(ctx context.Context, t tx, owner photos.Owner, id, uploadID string, number int) (photos.ArchivePart, error) {
	a, err := readArchive(ctx, t, owner, id)
	if err != nil {
		return photos.ArchivePart{}, err
	}
	if a.Status != photos.ArchiveBuilding || a.UploadID != uploadID {
		return photos.ArchivePart{}, movedOn(a)
	}
	return readPart(ctx, t, owner, id, number)
}

func addProgress(ctx context.Context, t tx, owner photos.Owner, id string, parts, count int, bytes int64, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE archives SET parts_done = parts_done + ?, photos_done = photos_done + ?, bytes_done = bytes_done + ?,
		updated_at = ? WHERE owner = ? AND id = ?`, parts, count, bytes, millis(at), string(owner), id)
	return err
}

// dropParts deletes the parts of a plan that is no longer followed.
func dropParts(ctx context.Context, t tx, owner photos.Owner, id string) error {
	_, err := t.exec(ctx, "DELETE FROM archive_parts WHERE owner = ? AND archive_id = ?", string(owner), id)
	return err
}

// selectPart begins every query for parts; readParts reads its rows.
const selectPart = "SELECT number, state, etag, crc32, size, photos, bytes, result FROM archive_parts "

func readParts(ctx context.Context, t tx, query string, args ...any) ([]photos.ArchivePart, error) {
	var parts []photos.ArchivePart
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		var p photos.ArchivePart
		err := row.Scan(&p.Number, &p.State, &p.ETag, &p.CRC32, &p.Size, &p.Photos, &p.Bytes, &p.Result)
		parts = append(parts, p)
		return err
	})
	return parts, err
}

// readPart reads one part, a NotFound error where there is none.
func readPart(ctx context.Context, t tx, owner photos.Owner, id string, number int) (photos.ArchivePart, error) {
	parts, err := readParts(ctx, t, selectPart+"WHERE owner = ? AND archive_id = ? AND number = ?", string(owner), id, number)
	if err != nil {
		return photos.ArchivePart{}, err
	}
	if len(parts) == 0 {
		return photos.ArchivePart{}, missing(sql.ErrNoRows, "part")
	}
	return parts[0], nil
}
