package sqlite

import (
	"context"
	"database/sql"

	"pam/internal/photos"
)

// AddNotice implements photos.NoticeCatalog.
func (c *Catalog) AddNotice(ctx context.Context, n photos.Notice) error {
	return c.db.write(ctx, "add a notice", func(t tx) error {
		if err := ensureOwner(ctx, t, n.Owner); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO notices (owner, id, kind, at, archive_id) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (owner, id) DO NOTHING`, string(n.Owner), n.ID, string(n.Kind), millis(n.At), n.ArchiveID)
		return err
	})
}

// ListNotices implements photos.NoticeCatalog.
func (c *Catalog) ListNotices(ctx context.Context, owner photos.Owner, after *photos.Notice, limit int) ([]photos.Notice, error) {
	q := newQuery(owner)
	q.add("SELECT id, kind, at, archive_id FROM notices WHERE owner = ?1")
	if after != nil {
		q.add(" AND (at, id) < (", q.arg(millis(after.At)), ", ", q.arg(after.ID), ")")
	}
	q.add(" ORDER BY at DESC, id DESC LIMIT ", q.arg(limit))
	var list []photos.Notice
	err := c.db.read(ctx, "list notices", func(t tx) error {
		return t.rows(ctx, q.String(), q.args, func(row *sql.Rows) error {
			n := photos.Notice{Owner: owner}
			var at int64
			if err := row.Scan(&n.ID, &n.Kind, &at, &n.ArchiveID); err != nil {
				return err
			}
			n.At = fromMillis(at)
			list = append(list, n)
			return nil
		})
	})
	return list, err
}

// CountNotices implements photos.NoticeCatalog.
func (c *Catalog) CountNotices(ctx context.Context, owner photos.Owner) (int, error) {
	var n int
	err := c.db.read(ctx, "count notices", func(t tx) error {
		return t.row(ctx, "SELECT count(*) FROM notices WHERE owner = ?", []any{string(owner)}, &n)
	})
	return n, err
}
