package sqlite

import (
	"context"
	"database/sql"
	"time"

	"pam/internal/photos"
)

// PendingPhotos implements photos.SweepCatalog.
func (c *Catalog) PendingPhotos(ctx context.Context, before time.Time, after photos.PhotoRef, limit int) ([]photos.Photo, error) {
	return c.photos(ctx, "find pending photos",
		selectFromPhotos+`WHERE p.status = 'PENDING' AND p.uploaded_at < ? AND (p.owner, p.id) > (?, ?) ORDER BY p.owner, p.id LIMIT ?`,
		millis(before), string(after.Owner), after.ID, limit)
}

// DeletedPhotos implements photos.SweepCatalog, the oldest first.
func (c *Catalog) DeletedPhotos(ctx context.Context, before time.Time, limit int) ([]photos.PhotoRef, error) {
	var refs []photos.PhotoRef
	err := c.db.read(ctx, "find deleted photos", func(t tx) error {
		return t.rows(ctx, "SELECT owner, id FROM deleted_photos WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?",
			[]any{millis(before), limit}, func(row *sql.Rows) error {
				var r photos.PhotoRef
				err := row.Scan(&r.Owner, &r.ID)
				refs = append(refs, r)
				return err
			})
	})
	return refs, err
}

// UnfinishedArchives implements photos.SweepCatalog.
func (c *Catalog) UnfinishedArchives(ctx context.Context, before time.Time, limit int) ([]photos.Archive, error) {
	return c.archives(ctx, "find archives that stand still",
		selectArchive+"WHERE status IN ('QUEUED', 'BUILDING') AND updated_at < ? ORDER BY updated_at LIMIT ?", millis(before), limit)
}

// ArchivesPastExpiry implements photos.SweepCatalog, those that are over longest first.
func (c *Catalog) ArchivesPastExpiry(ctx context.Context, at time.Time, limit int) ([]photos.Archive, error) {
	return c.archives(ctx, "find archives whose time is over",
		selectArchive+"WHERE status = 'READY' AND expires_at <= ? ORDER BY expires_at LIMIT ?", millis(at), limit)
}

// Owners implements photos.SweepCatalog.
func (c *Catalog) Owners(ctx context.Context, after photos.Owner, limit int) ([]photos.Owner, error) {
	var owners []photos.Owner
	err := c.db.read(ctx, "list owners", func(t tx) error {
		return t.rows(ctx, "SELECT owner FROM owners WHERE owner > ? ORDER BY owner LIMIT ?", []any{string(after), limit}, func(row *sql.Rows) error {
			var o photos.Owner
			err := row.Scan(&o)
			owners = append(owners, o)
			return err
		})
	})
	return owners, err
}
