package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pam/internal/photos"
)

// CreateArchive implements photos.ArchiveCatalog.
func (c *Catalog) CreateArchive(ctx context.Context, a photos.Archive, selection *photos.Selection, key *photos.IdempotencyKey) (photos.Archive, bool, error) {
	match, err := json.Marshal(storedMatch(a.Match))
	if err != nil {
		return photos.Archive{}, false, fmt.Errorf("write a match: %w", err)
	}
	var recorded photos.Archive
	created := false
	err = c.db.write(ctx, "create an archive", func(t tx) error {
		if key != nil {
			earlier, hash, err := readArchiveByKey(ctx, t, a.Owner, key.Key, a.CreatedAt)
			switch {
			case err == nil && hash == key.InputHash:
				recorded = earlier
				return nil
			case err == nil:
				return photos.Errorf(photos.Conflict, "the idempotency key was used for another request")
			case photos.CodeOf(err) != photos.NotFound:
				return err
			}
		}
		if selection != nil {
			living, serves, err := readServing(ctx, t, a.Owner, *selection, a.CreatedAt)
			if err != nil {
				return err
			}
			if serves {
				recorded = living
				return recordKey(ctx, t, recorded, key, a.CreatedAt)
			}
		}
		if err := ensureOwner(ctx, t, a.Owner); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO archives (owner, id, name, label_match, status, created_at, updated_at)
			VALUES (?, ?, ?, ?, 'QUEUED', ?, ?)`, string(a.Owner), a.ID, a.Name, string(match), millis(a.CreatedAt), millis(a.UpdatedAt))
		if isDuplicate(err) {
			return photos.Errorf(photos.Conflict, "there is an archive with this id already")
		}
		if err != nil {
			return err
		}
		if err := recordSelection(ctx, t, a, selection); err != nil {
			return err
		}
		if err := recordKey(ctx, t, a, key, a.CreatedAt); err != nil {
			return err
		}
		created = true
		recorded, err = readArchive(ctx, t, a.Owner, a.ID)
		return err
	})
	if err != nil {
		return photos.Archive{}, false, err
	}
	return recorded, created, nil
}

// recordKey lets a client's key, where there is one, lead to an archive.
func recordKey(ctx context.Context, t tx, a photos.Archive, key *photos.IdempotencyKey, now time.Time) error {
	if key == nil {
		return nil
	}
	// Whoever uses keys sweeps up the own ones that are over.
	if _, err := t.exec(ctx, "DELETE FROM idempotency_keys WHERE owner = ? AND expires_at <= ?", string(a.Owner), millis(now)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO idempotency_keys (owner, key, archive_id, input_hash, expires_at) VALUES (?, ?, ?, ?, ?)`,
		string(a.Owner), key.Key, a.ID, key.InputHash, millis(key.ExpiresAt))
	return err
}

// ArchiveByKey implements photos.ArchiveCatalog.
func (c *Catalog) ArchiveByKey(ctx context.Context, owner photos.Owner, key string, at time.Time) (photos.Archive, string, error) {
	var a photos.Archive
	var hash string
	err := c.db.read(ctx, "look up an idempotency key", func(t tx) (err error) {
		a, hash, err = readArchiveByKey(ctx, t, owner, key, at)
		return err
	})
	return a, hash, err
}

func readArchiveByKey(ctx context.Context, t tx, owner photos.Owner, key string, at time.Time) (photos.Archive, string, error) {
	var id, hash string
	if err := t.row(ctx, "SELECT archive_id, input_hash FROM idempotency_keys WHERE owner = ? AND key = ? AND expires_at > ?",
		[]any{string(owner), key, millis(at)}, &id, &hash); err != nil {
		return photos.Archive{}, "", missing(err, "idempotency key")
	}
	a, err := readArchive(ctx, t, owner, id)
	return a, hash, err
}

// Archive implements photos.ArchiveCatalog.
func (c *Catalog) Archive(ctx context.Context, owner photos.Owner, id string) (photos.Archive, error) {
	var a photos.Archive
	err := c.db.readOnce(ctx, "read an archive", func(t tx) (err error) {
		a, err = readArchive(ctx, t, owner, id)
		return err
	})
	return a, err
}

// ListArchives implements photos.ArchiveCatalog.
func (c *Catalog) ListArchives(ctx context.Context, owner photos.Owner, after string, limit int) ([]photos.Archive, error) {
	q := newQuery(owner)
	q.add(selectArchive, "WHERE owner = ?1")
	q.addPage("id", photos.UploadedDesc, after, limit)
	return c.archives(ctx, "list archives", q.String(), q.args...)
}

// CountArchives implements photos.ArchiveCatalog.
func (c *Catalog) CountArchives(ctx context.Context, owner photos.Owner) (int, error) {
	var n int
	err := c.db.read(ctx, "count archives", func(t tx) error {
		return t.row(ctx, "SELECT count(*) FROM archives WHERE owner = ?", []any{string(owner)}, &n)
	})
	return n, err
}

// StartBuilding implements photos.ArchiveCatalog.
func (c *Catalog) StartBuilding(ctx context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	return c.db.write(ctx, "start building an archive", func(t tx) error {
		now, err := readArchive(ctx, t, a.Owner, a.ID)
		if err != nil {
			return err
		}
		if now.Status != photos.ArchiveQueued {
			return movedOn(now)
		}
		if err := dropParts(ctx, t, a.Owner, a.ID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE archives SET status = 'BUILDING', upload_id = ?, photo_count = ?, total_bytes = ?, part_count = ?,
			plans = ?, updated_at = ?, photos_done = 0, bytes_done = 0, parts_done = 0, skipped_count = 0, skipped = '[]'
			WHERE owner = ? AND id = ?`,
			a.UploadID, a.PhotoCount, a.TotalBytes, a.PartCount, a.Plans, millis(a.UpdatedAt), string(a.Owner), a.ID); err != nil {
			return err
		}
		for _, p := range parts {
			if _, err := t.exec(ctx, `INSERT INTO archive_parts (owner, archive_id, number, state, photos, bytes) VALUES (?, ?, ?, 'OPEN', ?, ?)`,
				string(a.Owner), a.ID, p.Number, p.Photos, p.Bytes); err != nil {
				return fmt.Errorf("record part %d: %w", p.Number, err)
			}
		}
		return nil
	})
}

// MoveArchive implements photos.ArchiveCatalog.
func (c *Catalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	skipped, err := writeSkipped(a.Skipped)
	if err != nil {
		return err
	}
	var failure photos.ArchiveFailure
	if a.Failure != nil {
		failure = *a.Failure
	}
	return c.db.write(ctx, "move an archive", func(t tx) error {
		now, err := readArchive(ctx, t, a.Owner, a.ID)
		if err != nil {
			return err
		}
		otherUpload := now.Status == photos.ArchiveBuilding && a.UploadID != "" && a.UploadID != now.UploadID
		if !slices.Contains(from, now.Status) || otherUpload {
			return movedOn(now)
		}
		if _, err := t.exec(ctx, `UPDATE archives SET status = ?, skipped_count = ?, skipped = ?, failure_code = ?, failure_message = ?,
			upload_id = ?, size = ?, updated_at = ?, ready_at = ?, expires_at = ? WHERE owner = ? AND id = ?`,
			string(a.Status), a.SkippedCount, skipped, sql.NullString{String: failure.Code, Valid: a.Failure != nil}, failure.Message,
			a.UploadID, a.Size, millis(a.UpdatedAt), optionalMillis(a.ReadyAt), optionalMillis(a.ExpiresAt), string(a.Owner), a.ID); err != nil {
			return err
		}
		if a.Status != photos.ArchiveBuilding {
			if err := dropParts(ctx, t, a.Owner, a.ID); err != nil {
				return err
			}
		}
		switch a.Status {
		case photos.ArchiveReady:
			_, err = t.exec(ctx, `UPDATE archives SET photos_done = photo_count, bytes_done = total_bytes, parts_done = part_count
				WHERE owner = ? AND id = ?`, string(a.Owner), a.ID)
		case photos.ArchiveQueued:
			_, err = t.exec(ctx, `UPDATE archives SET upload_id = '', photo_count = 0, total_bytes = 0, part_count = 0,
				photos_done = 0, bytes_done = 0, parts_done = 0 WHERE owner = ? AND id = ?`, string(a.Owner), a.ID)
		case photos.ArchiveFailed, photos.ArchiveCancelled, photos.ArchiveExpired:
			_, err = t.exec(ctx, "DELETE FROM selections WHERE owner = ? AND archive_id = ?", string(a.Owner), a.ID)
		}
		return err
	})
}

// TouchArchive implements photos.ArchiveCatalog.
func (c *Catalog) TouchArchive(ctx context.Context, owner photos.Owner, id string, at time.Time) error {
	return c.db.write(ctx, "touch an archive", func(t tx) error {
		_, err := t.exec(ctx, "UPDATE archives SET updated_at = ? WHERE owner = ? AND id = ?", millis(at), string(owner), id)
		return err
	})
}

func movedOn(a photos.Archive) error {
	return photos.Errorf(photos.Conflict, "the archive has moved on: it is %s", a.Status)
}

// selectArchive begins every query for archives; scanArchive reads its rows, which have these columns.
const (
	archiveColumns = `owner, id, name, label_match, status, photo_count, photos_done, total_bytes, bytes_done,
	skipped_count, skipped, failure_code, failure_message, upload_id, part_count, parts_done, plans, size,
	created_at, updated_at, ready_at, expires_at`
	selectArchive = "SELECT " + archiveColumns + " FROM archives "
)

func scanArchive(row *sql.Rows) (photos.Archive, error) {
	var (
		a                           photos.Archive
		match, skipped              []byte
		failureCode, failureMessage sql.NullString
		createdAt, updatedAt        int64
		readyAt, expiresAt          sql.NullInt64
	)
	if err := row.Scan(&a.Owner, &a.ID, &a.Name, &match, &a.Status, &a.PhotoCount, &a.PhotosDone, &a.TotalBytes, &a.BytesDone,
		&a.SkippedCount, &skipped, &failureCode, &failureMessage, &a.UploadID, &a.PartCount, &a.PartsDone, &a.Plans, &a.Size,
		&createdAt, &updatedAt, &readyAt, &expiresAt); err != nil {
		return photos.Archive{}, err
	}
	a.CreatedAt, a.UpdatedAt = fromMillis(createdAt), fromMillis(updatedAt)
	a.ReadyAt, a.ExpiresAt = fromOptionalMillis(readyAt), fromOptionalMillis(expiresAt)
	if failureCode.Valid {
		a.Failure = &photos.ArchiveFailure{Code: failureCode.String, Message: failureMessage.String}
	}
	var stored storedMatch
	if err := json.Unmarshal(match, &stored); err != nil {
		return photos.Archive{}, fmt.Errorf("archive %s: read its match: %w", a.ID, err)
	}
	a.Match = photos.LabelMatch(stored)
	var err error
	if a.Skipped, err = readSkipped(skipped); err != nil {
		return photos.Archive{}, fmt.Errorf("archive %s: %w", a.ID, err)
	}
	return a, nil
}

// archives reads the archives of one query.
func (c *Catalog) archives(ctx context.Context, what, query string, args ...any) ([]photos.Archive, error) {
	var list []photos.Archive
	err := c.db.read(ctx, what, func(t tx) (err error) {
		list, err = readArchives(ctx, t, query, args...)
		return err
	})
	return list, err
}

func readArchives(ctx context.Context, t tx, query string, args ...any) ([]photos.Archive, error) {
	var list []photos.Archive
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		a, err := scanArchive(row)
		list = append(list, a)
		return err
	})
	return list, err
}

// readArchive reads one archive, a NotFound error where there is none.
func readArchive(ctx context.Context, t tx, owner photos.Owner, id string) (photos.Archive, error) {
	list, err := readArchives(ctx, t, selectArchive+"WHERE owner = ? AND id = ?", string(owner), id)
	if err != nil {
		return photos.Archive{}, err
	}
	if len(list) == 0 {
		return photos.Archive{}, missing(sql.ErrNoRows, "archive")
	}
	return list[0], nil
}

// storedMatch is a match in the JSON of an archive.
type storedMatch struct {
	Any           []string `json:"any,omitempty"`
	All           []string `json:"all,omitempty"`
	None          []string `json:"none,omitempty"`
	MinConfidence int      `json:"minConfidence"`
}

// storedSkipped is a skipped photo in the JSON of an archive.
type storedSkipped struct {
	PhotoID  string `json:"photoId"`
	FileName string `json:"fileName"`
	Reason   string `json:"reason"`
}

func writeSkipped(skipped []photos.SkippedPhoto) (string, error) {
	stored := make([]storedSkipped, len(skipped))
	for i, s := range skipped {
		stored[i] = storedSkipped(s)
	}
	return toJSON(stored)
}

func readSkipped(text []byte) ([]photos.SkippedPhoto, error) {
	stored, err := fromJSON[storedSkipped](text)
	if err != nil {
		return nil, err
	}
	skipped := make([]photos.SkippedPhoto, len(stored))
	for i, s := range stored {
		skipped[i] = photos.SkippedPhoto(s)
	}
	return skipped, nil
}
