package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pam/internal/photos"
)

// AddPhotos implements photos.PhotoCatalog: all of them in one step.
func (c *Catalog) AddPhotos(ctx context.Context, list []photos.Photo) error {
	return c.db.write(ctx, "add photos", func(t tx) error {
		for _, p := range list {
			if err := (ownerChange{pending: 1, pendingBytes: p.Size}).apply(ctx, t, p.Owner); err != nil {
				return err
			}
			_, err := t.exec(ctx, `INSERT INTO photos (owner, id, file_name, content_type, size, crc32, status, uploaded_at, expires_at)
				VALUES (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?)`,
				string(p.Owner), p.ID, p.FileName, p.ContentType, p.Size, p.CRC32, millis(p.UploadedAt), optionalMillis(p.ExpiresAt))
			if isDuplicate(err) {
				return photos.Errorf(photos.Conflict, "there is a photo with this id already")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Photo implements photos.PhotoCatalog.
func (c *Catalog) Photo(ctx context.Context, owner photos.Owner, id string) (photos.Photo, error) {
	var p photos.Photo
	err := c.db.read(ctx, "read a photo", func(t tx) (err error) {
		p, err = readPhoto(ctx, t, owner, id)
		return err
	})
	return p, err
}

// PhotoLabels implements photos.PhotoCatalog.
func (c *Catalog) PhotoLabels(ctx context.Context, owner photos.Owner, ids []string) (map[string][]photos.PhotoLabel, error) {
	list, err := toJSON(ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]photos.PhotoLabel, len(ids))
	var reader labelReader
	err = c.db.readOnce(ctx, "read labels of photos", func(t tx) error {
		var id string
		var text sql.RawBytes
		columns := []any{&id, &text} // one for all rows
		return t.rows(ctx, "SELECT id, labels FROM photos WHERE owner = ? AND id IN (SELECT value FROM json_each(?))",
			[]any{string(owner), list}, func(row *sql.Rows) error {
				if err := row.Scan(columns...); err != nil {
					return err
				}
				found[id] = nil
				if text == nil {
					return nil
				}
				labels, err := reader.read(text)
				if err != nil {
					return fmt.Errorf("photo %s: %w", id, err)
				}
				found[id] = labels
				return nil
			})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// LabelledPhotoBySHA256 implements photos.PhotoCatalog. Of several it gives the earliest.
func (c *Catalog) LabelledPhotoBySHA256(ctx context.Context, owner photos.Owner, sha256 string) (photos.Photo, error) {
	found, err := c.photos(ctx, "look for a photo's bytes",
		selectFromPhotos+"WHERE p.owner = ? AND p.sha256 = ? AND p.status = 'LABELLED' ORDER BY p.id LIMIT 1", string(owner), sha256)
	if err != nil {
		return photos.Photo{}, err
	}
	if len(found) == 0 {
		return photos.Photo{}, photos.Errorf(photos.NotFound, "there is no such photo")
	}
	return found[0], nil
}

// SaveInspection implements photos.PhotoCatalog.
func (c *Catalog) SaveInspection(ctx context.Context, owner photos.Owner, id string, in photos.Inspection) error {
	labels, err := writeLabels(in.Labels)
	if err != nil {
		return err
	}
	return c.db.write(ctx, "save an inspection", func(t tx) error {
		if _, err := readPending(ctx, t, owner, id); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE photos SET sha256 = ?, etag = ?, width = ?, height = ?, taken_at = ?, labels = ?
			WHERE owner = ? AND id = ?`, in.SHA256, in.ETag, in.Width, in.Height, in.TakenAt, labels, string(owner), id)
		return err
	})
}

// CommitLabelled implements photos.PhotoCatalog.
func (c *Catalog) CommitLabelled(ctx context.Context, owner photos.Owner, id string) error {
	return c.db.write(ctx, "commit a labelled photo", func(t tx) error {
		p, err := readPending(ctx, t, owner, id)
		if err != nil {
			return err
		}
		if p.Inspection == nil {
			return photos.Errorf(photos.Conflict, "the photo is not inspected yet")
		}
		if _, err := t.exec(ctx, "UPDATE photos SET status = 'LABELLED', expires_at = NULL WHERE owner = ? AND id = ?", string(owner), id); err != nil {
			return err
		}
		if err := countLabels(ctx, t, p); err != nil {
			return err
		}
		return ownerChange{pending: -1, pendingBytes: -p.Size, labelled: 1, labelledBytes: p.Size, version: 1}.apply(ctx, t, owner)
	})
}

// CommitRejected implements photos.PhotoCatalog.
func (c *Catalog) CommitRejected(ctx context.Context, owner photos.Owner, id string, r photos.Rejection) error {
	return c.db.write(ctx, "commit a rejected photo", func(t tx) error {
		p, err := readPending(ctx, t, owner, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE photos SET status = 'REJECTED', expires_at = NULL, rejection_code = ?, rejection_message = ?
			WHERE owner = ? AND id = ?`, string(r.Code), r.Message, string(owner), id); err != nil {
			return err
		}
		return ownerChange{pending: -1, pendingBytes: -p.Size, rejected: 1, rejectedBytes: p.Size}.apply(ctx, t, owner)
	})
}

// DeletePhotos implements photos.PhotoCatalog: all of them in one step.
func (c *Catalog) DeletePhotos(ctx context.Context, owner photos.Owner, ids []string, at time.Time) ([]string, error) {
	var deleted []string
	err := c.db.write(ctx, "delete photos", func(t tx) error {
		deleted = nil
		for _, id := range ids {
			p, err := readPhoto(ctx, t, owner, id)
			if photos.CodeOf(err) == photos.NotFound {
				continue // it never was, or is deleted, perhaps a moment ago
			}
			if err != nil {
				return err
			}
			if err := deletePhoto(ctx, t, p, at); err != nil {
				return err
			}
			deleted = append(deleted, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return deleted, nil
}

func deletePhoto(ctx context.Context, t tx, p photos.Photo, at time.Time) error {
	var change ownerChange
	switch p.Status {
	case photos.Pending:
		change = ownerChange{pending: -1, pendingBytes: -p.Size}
	case photos.Rejected:
		change = ownerChange{rejected: -1, rejectedBytes: -p.Size}
	case photos.Labelled:
		change = ownerChange{labelled: -1, labelledBytes: -p.Size, version: 1}
		if err := uncountLabels(ctx, t, p); err != nil {
			return err
		}
	}
	if _, err := t.exec(ctx, "DELETE FROM photos WHERE owner = ? AND id = ?", string(p.Owner), p.ID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `INSERT INTO deleted_photos (owner, id, deleted_at) VALUES (?, ?, ?)
		ON CONFLICT (owner, id) DO UPDATE SET deleted_at = excluded.deleted_at`, string(p.Owner), p.ID, millis(at)); err != nil {
		return err
	}
	return change.apply(ctx, t, p.Owner)
}

// ForgetPhoto implements photos.PhotoCatalog.
func (c *Catalog) ForgetPhoto(ctx context.Context, owner photos.Owner, id string) error {
	return c.db.write(ctx, "forget a photo", func(t tx) error {
		_, err := t.exec(ctx, "DELETE FROM deleted_photos WHERE owner = ? AND id = ?", string(owner), id)
		return err
	})
}

// selectPhoto begins every query for photos, with p for the table; photoRow reads its rows.
const (
	selectPhoto = `SELECT p.owner, p.id, p.file_name, p.content_type, p.size, p.crc32, p.status, p.uploaded_at, p.expires_at,
	p.sha256, p.etag, p.width, p.height, p.taken_at, p.labels, p.rejection_code, p.rejection_message FROM `
	selectFromPhotos = selectPhoto + "photos p "
)

// photoRow takes the columns of one row after the other, so that a query needs one for all its rows.
type photoRow struct {
	photo                     photos.Photo
	uploadedAt                int64
	expiresAt                 sql.NullInt64
	sha256, etag, takenAt     sql.NullString
	width, height             sql.NullInt64
	labels                    sql.RawBytes
	rejectionCode, rejectText sql.NullString
	columns                   []any // where each goes
	reader                    labelReader
}

func newPhotoRow() *photoRow {
	r := new(photoRow)
	r.columns = []any{
		(*string)(&r.photo.Owner), &r.photo.ID, &r.photo.FileName, &r.photo.ContentType, &r.photo.Size, &r.photo.CRC32,
		(*string)(&r.photo.Status), &r.uploadedAt, &r.expiresAt, &r.sha256, &r.etag, &r.width, &r.height, &r.takenAt, &r.labels,
		&r.rejectionCode, &r.rejectText,
	}
	return r
}

// scan gives the photo of a row.
func (r *photoRow) scan(row *sql.Rows) (photos.Photo, error) {
	if err := row.Scan(r.columns...); err != nil {
		return photos.Photo{}, err
	}
	p := r.photo // whose other fields are never set
	p.UploadedAt, p.ExpiresAt = fromMillis(r.uploadedAt), fromOptionalMillis(r.expiresAt)
	if r.labels != nil {
		p.Inspection = &photos.Inspection{
			SHA256: r.sha256.String, ETag: r.etag.String, Width: int(r.width.Int64), Height: int(r.height.Int64), TakenAt: r.takenAt.String,
		}
		var err error
		if p.Inspection.Labels, err = r.reader.read(r.labels); err != nil {
			return photos.Photo{}, fmt.Errorf("photo %s: %w", p.ID, err)
		}
	}
	if r.rejectionCode.Valid {
		p.Rejection = &photos.Rejection{Code: photos.RejectionCode(r.rejectionCode.String), Message: r.rejectText.String}
	}
	return p, nil
}

// photos reads the photos of one query.
func (c *Catalog) photos(ctx context.Context, what, query string, args ...any) ([]photos.Photo, error) {
	var list []photos.Photo
	err := c.db.read(ctx, what, func(t tx) (err error) {
		list, err = readPhotos(ctx, t, query, args...)
		return err
	})
	return list, err
}

func readPhotos(ctx context.Context, t tx, query string, args ...any) ([]photos.Photo, error) {
	var list []photos.Photo
	reading := newPhotoRow()
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		p, err := reading.scan(row)
		list = append(list, p)
		return err
	})
	return list, err
}

// selectPhotoFile begins the query for photos as files; readPhotoFiles reads its rows.
const selectPhotoFile = "SELECT p.id, p.file_name, p.size, p.crc32, p.uploaded_at, p.etag, p.taken_at FROM "

func readPhotoFiles(ctx context.Context, t tx, query string, args ...any) ([]photos.PhotoFile, error) {
	var list []photos.PhotoFile
	var f photos.PhotoFile
	var uploadedAt int64
	columns := []any{&f.ID, &f.FileName, &f.Size, &f.CRC32, &uploadedAt, &f.ETag, &f.TakenAt}
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		if err := row.Scan(columns...); err != nil {
			return err
		}
		f.UploadedAt = fromMillis(uploadedAt)
		list = append(list, f)
		return nil
	})
	return list, err
}

// readPhoto reads one photo, a NotFound error where there is none.
func readPhoto(ctx context.Context, t tx, owner photos.Owner, id string) (photos.Photo, error) {
	list, err := readPhotos(ctx, t, selectFromPhotos+"WHERE p.owner = ? AND p.id = ?", string(owner), id)
	if err != nil {
		return photos.Photo{}, err
	}
	if len(list) == 0 {
		return photos.Photo{}, photos.Errorf(photos.NotFound, "there is no such photo")
	}
	return list[0], nil
}

// readPending reads one photo that is to be moved on, a Conflict error where it has been.
func readPending(ctx context.Context, t tx, owner photos.Owner, id string) (photos.Photo, error) {
	p, err := readPhoto(ctx, t, owner, id)
	if err == nil && p.Status != photos.Pending {
		err = photos.Errorf(photos.Conflict, "the photo is %s already", p.Status)
	}
	return p, err
}
