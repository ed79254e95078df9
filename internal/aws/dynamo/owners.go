package dynamo

import (
	"context"
	"maps"

	"pam/internal/photos"
)

// The attributes of an owner's summary, by status.
func countAttribute(s photos.PhotoStatus) string {
	switch s {
	case photos.Pending:
		return "pending"
	case photos.Labelled:
		return "labelled"
	case photos.Rejected:
		return "rejected"
	}
	return ""
}

func bytesAttribute(s photos.PhotoStatus) string { return countAttribute(s) + "Bytes" }

// statuses lists the statuses of a photo.
func statuses() []photos.PhotoStatus {
	return []photos.PhotoStatus{photos.Pending, photos.Labelled, photos.Rejected}
}

// ownerChange is what a transaction changes in an owner's summary.
type ownerChange struct {
	totals  map[photos.PhotoStatus]photos.PhotoTotals
	version int
}

// add moves so many photos into a status, or out of it when negative.
func (o *ownerChange) add(status photos.PhotoStatus, count int, bytes int64) {
	if o.totals == nil {
		o.totals = make(map[photos.PhotoStatus]photos.PhotoTotals)
	}
	now := o.totals[status]
	o.totals[status] = photos.PhotoTotals{Count: now.Count + count, Bytes: now.Bytes + bytes}
}

// appendTo adds the change to a transaction. An owner that may be new is required to be there already (ensureOwner), since
// the transaction would make the summary alone.
func (o *ownerChange) appendTo(t *transaction, owner photos.Owner, mayBeNew bool) {
	var e expression
	for _, status := range statuses() {
		e.addTo(countAttribute(status), int64(o.totals[status].Count))
		e.addTo(bytesAttribute(status), o.totals[status].Bytes)
	}
	e.addTo("version", int64(o.version))
	known := ""
	if mayBeNew {
		known = e.exists()
	}
	t.update(statsKey(owner), &e, known)
}

// ensureOwner makes the owner's summary, and the record by which Owners finds the owner, where they are missing. An owner
// is known from then on, whatever becomes of its first record.
func (c *Catalog) ensureOwner(ctx context.Context, owner photos.Owner) error {
	const what = "make an owner known"
	return c.repeat(ctx, what, func() error {
		i, err := c.get(ctx, what, statsKey(owner))
		if err != nil || i != nil {
			return err
		}
		t := c.begin()
		known := ownerKey(owner).attributes()
		known["owner"] = text(string(owner))
		t.put(known, &expression{}, "")
		var e expression
		unknown := e.missing()
		e.setTo("version", number(0))
		t.update(statsKey(owner), &e, unknown)
		return c.commit(ctx, what, t)
	})
}

// ownerTotals is an owner's summary.
type ownerTotals struct {
	totals  map[photos.PhotoStatus]photos.PhotoTotals
	version int64
}

// ownerTotals reads an owner's summary, zero for an owner never seen.
func (c *Catalog) ownerTotals(ctx context.Context, owner photos.Owner) (ownerTotals, error) {
	i, err := c.get(ctx, "read an owner's summary", statsKey(owner))
	if err != nil {
		return ownerTotals{}, err
	}
	r := reader{item: i}
	o := ownerTotals{totals: make(map[photos.PhotoStatus]photos.PhotoTotals, len(statuses())), version: r.int64("version")}
	for _, status := range statuses() {
		o.totals[status] = photos.PhotoTotals{Count: r.int(countAttribute(status)), Bytes: r.int64(bytesAttribute(status))}
	}
	return o, r.done()
}

func (o ownerTotals) stats() photos.OwnerStats {
	return photos.OwnerStats{
		Labelled: o.totals[photos.Labelled].Count, Pending: o.totals[photos.Pending].Count, Rejected: o.totals[photos.Rejected].Count,
		StoredBytes: o.totals[photos.Labelled].Bytes, Version: o.version,
	}
}

// of sums up the photos of a status, "" for all.
func (o ownerTotals) of(status photos.PhotoStatus) photos.PhotoTotals {
	if status != "" {
		return o.totals[status]
	}
	var all photos.PhotoTotals
	for _, t := range o.totals {
		all.Count += t.Count
		all.Bytes += t.Bytes
	}
	return all
}

// Stats implements photos.PhotoCatalog.
func (c *Catalog) Stats(ctx context.Context, owner photos.Owner) (photos.OwnerStats, error) {
	o, err := c.ownerTotals(ctx, owner)
	if err != nil {
		return photos.OwnerStats{}, err
	}
	return o.stats(), nil
}

// sameLabels says whether no photo was labelled or deleted between two readings of a summary.
func sameLabels(a, b ownerTotals) bool { return a.version == b.version }

// sameSummary says whether nothing at all was counted between two readings of a summary.
func sameSummary(a, b ownerTotals) bool {
	return a.version == b.version && maps.Equal(a.totals, b.totals)
}
