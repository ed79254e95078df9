package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"pam/internal/photos"
)

// ownerChange is what a commit changes in an owner's summary.
type ownerChange struct {
	pending, labelled, rejected                int
	pendingBytes, labelledBytes, rejectedBytes int64
	version                                    int
}

// apply adds the change to the owner's record, which it makes where it is missing.
func (d ownerChange) apply(ctx context.Context, t tx, owner photos.Owner) error {
	if err := ensureOwner(ctx, t, owner); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE owners SET pending = pending + ?, pending_bytes = pending_bytes + ?,
		labelled = labelled + ?, labelled_bytes = labelled_bytes + ?,
		rejected = rejected + ?, rejected_bytes = rejected_bytes + ?, version = version + ? WHERE owner = ?`,
		d.pending, d.pendingBytes, d.labelled, d.labelledBytes, d.rejected, d.rejectedBytes, d.version, string(owner))
	return err
}

// ensureOwner makes the owner's record where it is missing: other records refer to it.
func ensureOwner(ctx context.Context, t tx, owner photos.Owner) error {
	_, err := t.exec(ctx, "INSERT INTO owners (owner) VALUES (?) ON CONFLICT DO NOTHING", string(owner))
	return err
}

// ownerTotals is an owner's summary with the bytes of each status.
type ownerTotals struct {
	pending, labelled, rejected photos.PhotoTotals
	version                     int64
}

// readOwner reads an owner's summary, zero for an owner never seen.
func readOwner(ctx context.Context, t tx, owner photos.Owner) (ownerTotals, error) {
	var o ownerTotals
	err := t.row(ctx, `SELECT pending, pending_bytes, labelled, labelled_bytes, rejected, rejected_bytes, version
		FROM owners WHERE owner = ?`, []any{string(owner)}, &o.pending.Count, &o.pending.Bytes,
		&o.labelled.Count, &o.labelled.Bytes, &o.rejected.Count, &o.rejected.Bytes, &o.version)
	if errors.Is(err, sql.ErrNoRows) {
		return ownerTotals{}, nil
	}
	return o, err
}

func (o ownerTotals) stats() photos.OwnerStats {
	return photos.OwnerStats{
		Labelled: o.labelled.Count, Pending: o.pending.Count, Rejected: o.rejected.Count,
		StoredBytes: o.labelled.Bytes, Version: o.version,
	}
}

// of sums up the photos of a status, "" for all.
func (o ownerTotals) of(status photos.PhotoStatus) photos.PhotoTotals {
	switch status {
	case photos.Pending:
		return o.pending
	case photos.Labelled:
		return o.labelled
	case photos.Rejected:
		return o.rejected
	case "":
		return photos.PhotoTotals{
			Count: o.pending.Count + o.labelled.Count + o.rejected.Count,
			Bytes: o.pending.Bytes + o.labelled.Bytes + o.rejected.Bytes,
		}
	}
	return photos.PhotoTotals{}
}

// Stats implements photos.PhotoCatalog.
func (c *Catalog) Stats(ctx context.Context, owner photos.Owner) (photos.OwnerStats, error) {
	var o ownerTotals
	err := c.db.read(ctx, "read an owner's summary", func(t tx) (err error) {
		o, err = readOwner(ctx, t, owner)
		return err
	})
	return o.stats(), err
}
