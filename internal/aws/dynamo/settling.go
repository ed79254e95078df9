package dynamo

import (
	"context"
	"maps"
	"slices"
	"time"

	"pam/internal/photos"
)

// CommitLabelled implements photos.PhotoCatalog: one transaction of four actions and two for each label, 94 at most.
func (c *Catalog) CommitLabelled(ctx context.Context, owner photos.Owner, id string) error {
	return c.settle(ctx, "commit a labelled photo", owner, id, func(t *transaction, p photoRecord, e *expression) error {
		if p.Inspection == nil {
			return photos.Errorf(photos.Conflict, "the photo is not inspected yet")
		}
		e.setTo("status", text(string(photos.Labelled)))
		var change ownerChange
		change.add(photos.Pending, -1, -p.Size)
		change.add(photos.Labelled, 1, p.Size)
		change.version = 1
		change.appendTo(t, owner, false)
		t.put(hashKey(owner, p.Inspection.SHA256, id).attributes(), &expression{}, "")
		for _, l := range p.Inspection.Labels {
			t.put(edgeItem(p.Photo, l), &expression{}, "")
			if err := raiseLabel(t, owner, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// CommitRejected implements photos.PhotoCatalog.
func (c *Catalog) CommitRejected(ctx context.Context, owner photos.Owner, id string, r photos.Rejection) error {
	return c.settle(ctx, "commit a rejected photo", owner, id, func(t *transaction, p photoRecord, e *expression) error {
		e.setTo("status", text(string(photos.Rejected)))
		e.setTo("rejectionCode", text(string(r.Code)))
		e.setTo("rejectionMessage", text(r.Message))
		var change ownerChange
		change.add(photos.Pending, -1, -p.Size)
		change.add(photos.Rejected, 1, p.Size)
		change.appendTo(t, owner, false)
		t.put(rejectedKey(owner, id).attributes(), &expression{}, "")
		return nil
	})
}

// settle moves a PENDING photo to where it stays. build adds what the move brings with it, and the photo's own changes
// to e. The photo's revision keeps the transaction from being about another inspection than the one that was read.
func (c *Catalog) settle(ctx context.Context, what string, owner photos.Owner, id string, build func(t *transaction, p photoRecord, e *expression) error) error {
	var own []string
	return c.repeat(ctx, what, func() error {
		p, done, err := c.pendingPhoto(ctx, owner, id, own)
		if err != nil || done {
			return err
		}
		t := c.begin()
		var e expression
		if err := build(t, p, &e); err != nil {
			return err
		}
		unchanged := e.equals("revision", text(p.revision))
		own = append(own, newRevision())
		e.setTo("revision", text(own[len(own)-1]))
		t.update(photoKey(owner, id), &e, unchanged)
		t.remove(pendingShards.key(owner, id), &expression{}, "")
		return c.commit(ctx, what, t)
	})
}

// DeletePhotos implements photos.PhotoCatalog: as many of them in one step as a transaction holds.
func (c *Catalog) DeletePhotos(ctx context.Context, owner photos.Owner, ids []string, at time.Time) ([]string, error) {
	var deleted []string
	labels := make(map[string]bool)
	for rest := ids; len(rest) > 0; {
		batch := rest[:min(len(rest), photosPerDelete)]
		rest = rest[len(batch):]
		gone, err := c.deleteBatch(ctx, owner, batch, at)
		if err != nil {
			return nil, err
		}
		for _, p := range gone {
			deleted = append(deleted, p.ID)
			if p.Status == photos.Labelled {
				for _, l := range p.Inspection.Labels {
					labels[l.Name] = true
				}
			}
		}
	}
	// The photos are deleted, whatever becomes of this: a label that counts nothing is never listed.
	_ = c.dropEmptyLabels(ctx, owner, slices.Sorted(maps.Keys(labels)))
	return deleted, nil
}

// photosPerDelete is how many photos at most one transaction deletes: three actions each, and the owner's summary once.
const photosPerDelete = (maxActions - 1) / 3

// deleteBatch deletes those of the photos that are there, in as many transactions as it takes.
func (c *Catalog) deleteBatch(ctx context.Context, owner photos.Owner, ids []string, at time.Time) ([]photos.Photo, error) {
	const what = "delete photos"
	var deleted []photos.Photo
	err := c.repeat(ctx, what, func() error {
		found, err := c.photosByID(ctx, owner, ids)
		if err != nil {
			return err
		}
		for len(found) > 0 {
			d := newDeletion(c.begin(), owner, at)
			for len(found) > 0 && d.take(found[0]) {
				found = found[1:]
			}
			if err := c.commit(ctx, what, d.finish()); err != nil {
				return err
			}
			deleted = append(deleted, d.photos...)
		}
		return nil
	})
	return deleted, err
}

// deletion is a transaction that deletes photos. Counters that several of them share are changed once.
type deletion struct {
	t      *transaction
	owner  photos.Owner
	at     time.Time
	photos []photos.Photo
	change ownerChange
	labels map[string]photos.Buckets // by how much each is lowered
}

func newDeletion(t *transaction, owner photos.Owner, at time.Time) *deletion {
	return &deletion{t: t, owner: owner, at: at, labels: make(map[string]photos.Buckets)}
}

// take adds a photo, if there is room for it.
func (d *deletion) take(p photoRecord) bool {
	added := 3 // the photo, its tombstone, and where it is listed by status or hash
	if p.Status == photos.Labelled {
		for _, l := range p.Inspection.Labels {
			added++
			if _, ok := d.labels[l.Name]; !ok {
				added++
			}
		}
	}
	if len(d.photos) > 0 && len(d.t.actions)+len(d.labels)+added+1 > maxActions {
		return false
	}
	d.photos = append(d.photos, p.Photo)
	d.change.add(p.Status, -1, -p.Size)
	var e expression
	d.t.remove(photoKey(d.owner, p.ID), &e, e.equals("revision", text(p.revision)))
	tombstone := deletedShards.key(d.owner, p.ID).attributes()
	tombstone["owner"], tombstone["id"], tombstone["deletedAt"] = text(string(d.owner)), text(p.ID), millis(d.at)
	d.t.put(tombstone, &expression{}, "")
	switch p.Status {
	case photos.Pending:
		d.t.remove(pendingShards.key(d.owner, p.ID), &expression{}, "")
	case photos.Rejected:
		d.t.remove(rejectedKey(d.owner, p.ID), &expression{}, "")
	case photos.Labelled:
		d.change.version++
		d.t.remove(hashKey(d.owner, p.Inspection.SHA256, p.ID), &expression{}, "")
		for _, l := range p.Inspection.Labels {
			d.t.remove(edgeKey(d.owner, l.Name, p.ID), &expression{}, "")
			lowered := d.labels[l.Name]
			lowered[photos.BucketOf(l.Confidence)]++
			d.labels[l.Name] = lowered
		}
	}
	return true
}

// finish gives the transaction with the counters.
func (d *deletion) finish() *transaction {
	for _, name := range slices.Sorted(maps.Keys(d.labels)) {
		lowerLabel(d.t, d.owner, name, d.labels[name])
	}
	d.change.appendTo(d.t, d.owner, false)
	return d.t
}

// ForgetPhoto implements photos.PhotoCatalog.
func (c *Catalog) ForgetPhoto(ctx context.Context, owner photos.Owner, id string) error {
	return c.remove(ctx, "forget a photo", deletedShards.key(owner, id), &expression{}, "")
}
