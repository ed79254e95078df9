package dynamo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pam/internal/photos"
)

// sweepBatch is how many records are read by their keys at a time, after the shards have named them.
const sweepBatch = maxBatchGet

// earlier keeps items of which an attribute's time lies before another.
func earlier(attribute string, than time.Time) func(r *reader) bool {
	return func(r *reader) bool { return r.time(attribute).Before(than) }
}

// refs gives the next n references, fewer at the end.
func (r *shardReader) refs(ctx context.Context, n int) ([]photos.PhotoRef, error) {
	var refs []photos.PhotoRef
	for len(refs) < n {
		i, err := r.next(ctx)
		if err != nil {
			return nil, err
		}
		if i == nil {
			break
		}
		ref, err := readRef(i)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// PendingPhotos implements photos.SweepCatalog. Photos that have moved on since they were found are left out, and others
// found instead.
func (c *Catalog) PendingPhotos(ctx context.Context, before time.Time, after photos.PhotoRef, limit int) ([]photos.Photo, error) {
	const what = "find pending photos"
	from := element(after.Owner) + separator + after.ID
	found := c.readShards(what, pendingShards, from, lastKey, limit, earlier("uploadedAt", before))
	for _, s := range found.shards {
		s.pages.last = from // it is exclusive
	}
	var list []photos.Photo
	for len(list) < limit {
		want := min(limit-len(list), sweepBatch)
		refs, err := found.refs(ctx, want)
		if err != nil {
			return nil, err
		}
		keys := make([]key, len(refs))
		owners := make(map[key]photos.Owner, len(refs))
		for n, ref := range refs {
			keys[n] = photoKey(ref.Owner, ref.ID)
			owners[keys[n]] = ref.Owner
		}
		items, err := c.getAll(ctx, what, keys)
		if err != nil {
			return nil, err
		}
		byKey := make(map[key]photos.Photo, len(items))
		for _, i := range items {
			p, err := readPhotoItem(owners[keyOf(i)], i)
			if err != nil {
				return nil, err
			}
			byKey[keyOf(i)] = p.Photo
		}
		for _, k := range keys {
			if p, ok := byKey[k]; ok && p.Status == photos.Pending {
				list = append(list, p)
			}
		}
		if len(refs) < want {
			break
		}
	}
	return list, nil
}

// DeletedPhotos implements photos.SweepCatalog.
func (c *Catalog) DeletedPhotos(ctx context.Context, before time.Time, limit int) ([]photos.PhotoRef, error) {
	return c.readShards("find deleted photos", deletedShards, separator, lastKey, limit, earlier("deletedAt", before)).refs(ctx, limit)
}

// archivesOf reads archives by their references.
func (c *Catalog) archivesOf(ctx context.Context, what string, refs []photos.PhotoRef) ([]photos.Archive, error) {
	keys := make([]key, len(refs))
	owners := make(map[key]photos.Owner, len(refs))
	for n, ref := range refs {
		keys[n] = archiveKey(ref.Owner, ref.ID)
		owners[keys[n]] = ref.Owner
	}
	items, err := c.getAll(ctx, what, keys)
	if err != nil {
		return nil, err
	}
	list := make([]photos.Archive, len(items))
	for n, i := range items {
		a, err := readArchiveItem(owners[keyOf(i)], i)
		if err != nil {
			return nil, err
		}
		list[n] = a.Archive
	}
	return list, nil
}

// UnfinishedArchives implements photos.SweepCatalog. It reads all archives that are QUEUED or BUILDING, of which there are
// few at a time, and holds no more than the answer.
func (c *Catalog) UnfinishedArchives(ctx context.Context, before time.Time, limit int) ([]photos.Archive, error) {
	const what = "find archives that stand still"
	found := c.readShards(what, unfinishedShards, separator, lastKey, sweepBatch, nil)
	var oldest []photos.Archive
	for {
		refs, err := found.refs(ctx, sweepBatch)
		if err != nil {
			return nil, err
		}
		list, err := c.archivesOf(ctx, what, refs)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if !a.Status.Final() && a.UpdatedAt.Before(before) {
				oldest = append(oldest, a)
			}
		}
		slices.SortStableFunc(oldest, func(a, b photos.Archive) int {
			return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.ID, b.ID))
		})
		oldest = slices.Clip(oldest[:min(len(oldest), limit)])
		if len(refs) < sweepBatch {
			return oldest, nil
		}
	}
}

// ArchivesPastExpiry implements photos.SweepCatalog, those that are over longest first.
func (c *Catalog) ArchivesPastExpiry(ctx context.Context, at time.Time, limit int) ([]photos.Archive, error) {
	const what = "find archives whose time is over"
	found := c.readShards(what, readyShards, separator, sortable(at)+behind, limit, nil)
	var list []photos.Archive
	for len(list) < limit {
		want := min(limit-len(list), sweepBatch)
		refs, err := found.refs(ctx, want)
		if err != nil {
			return nil, err
		}
		batch, err := c.archivesOf(ctx, what, refs)
		if err != nil {
			return nil, err
		}
		for _, a := range batch {
			if a.Status == photos.ArchiveReady && over(a.ExpiresAt, at) {
				list = append(list, a)
			}
		}
		if len(refs) < want {
			break
		}
	}
	return list, nil
}

// Owners implements photos.SweepCatalog.
func (c *Catalog) Owners(ctx context.Context, after photos.Owner, limit int) ([]photos.Owner, error) {
	from := element(after)
	found := c.readShards("list owners", ownerShards, cmp.Or(from, separator), lastKey, limit, nil)
	for _, s := range found.shards {
		s.pages.last = from
	}
	var owners []photos.Owner
	for len(owners) < limit {
		i, err := found.next(ctx)
		if err != nil {
			return nil, err
		}
		if i == nil {
			break
		}
		r := reader{item: i}
		owners = append(owners, photos.Owner(r.text("owner")))
		if err := r.done(); err != nil {
			return nil, err
		}
	}
	return owners, nil
}
