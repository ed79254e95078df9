package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"pam/internal/photos"
)

// PhotoSet implements photos.PhotoCatalog: one walk over the edges of the match.
func (c *Catalog) PhotoSet(ctx context.Context, owner photos.Owner, match photos.LabelMatch) (photos.PhotoSet, error) {
	var set photos.PhotoSet
	ids := sha256.New()
	err := c.db.read(ctx, "read which photos match", func(t tx) error {
		o, err := readOwner(ctx, t, owner)
		if err != nil {
			return err
		}
		set.Version = o.version
		plan, err := planMatch(ctx, t, owner, match)
		if err != nil || plan.empty {
			return err
		}
		q := setOfMatch(owner, plan)
		var id sql.RawBytes
		var size int64
		return t.rows(ctx, q.String(), q.args, func(row *sql.Rows) error {
			if err := row.Scan(&id, &size); err != nil {
				return err
			}
			set.Count++
			set.Bytes += size
			ids.Write(id)
			ids.Write([]byte{'\n'})
			return nil
		})
	})
	if err != nil {
		return photos.PhotoSet{}, err
	}
	set.Digest = hex.EncodeToString(ids.Sum(nil))
	return set, nil
}

// setOfMatch is the query for the photos of a match in ascending order.
func setOfMatch(owner photos.Owner, plan matchPlan) *query {
	q := newQuery(owner)
	q.addEdges(plan, "photo_id, size", photos.UploadedAsc, "")
	q.add(" ORDER BY photo_id")
	return q
}

// readServing reads the last archive of an equal selection, and says whether it serves this one.
func readServing(ctx context.Context, t tx, owner photos.Owner, now photos.Selection, at time.Time) (photos.Archive, bool, error) {
	var id string
	var then photos.PhotoSet
	err := t.row(ctx, "SELECT archive_id, photo_count, photo_bytes, digest, version FROM selections WHERE owner = ? AND hash = ?",
		[]any{string(owner), now.Hash}, &id, &then.Count, &then.Bytes, &then.Digest, &then.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return photos.Archive{}, false, nil
	}
	if err != nil {
		return photos.Archive{}, false, err
	}
	a, err := readArchive(ctx, t, owner, id)
	if err != nil {
		return photos.Archive{}, false, err
	}
	expired := a.Status == photos.ArchiveReady && !at.Before(a.ExpiresAt)
	return a, !expired && a.Serves(then, now.Photos), nil
}

// recordSelection lets a selection, where there is one, lead to a new archive.
func recordSelection(ctx context.Context, t tx, a photos.Archive, s *photos.Selection) error {
	if s == nil {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO selections (owner, hash, archive_id, photo_count, photo_bytes, digest, version)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, hash) DO UPDATE SET archive_id = excluded.archive_id,
		photo_count = excluded.photo_count, photo_bytes = excluded.photo_bytes, digest = excluded.digest, version = excluded.version`,
		string(a.Owner), s.Hash, a.ID, s.Photos.Count, s.Photos.Bytes, s.Photos.Digest, s.Photos.Version)
	return err
}
