package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"pam/internal/photos"
)

// walkPage is how many edges a page has when all of a match are read: about 500 KB on the wire, and a few hundred kilobytes
// in memory for each label.
const walkPage = 5000

// ListPhotos implements photos.PhotoCatalog.
func (c *Catalog) ListPhotos(ctx context.Context, owner photos.Owner, filter photos.PhotoFilter, order photos.PhotoOrder, after string, limit int) ([]photos.Photo, error) {
	backward := order != photos.UploadedAsc
	switch {
	case filter.Match != nil:
		// The edges of one label are the page itself; of several some are not in all of them.
		w := walk{after: after, backward: backward, page: limit}
		if m := filter.Match; len(m.All) != 1 || len(m.Any)+len(m.None) > 0 {
			w.page = min(4*limit, walkPage)
		}
		m, err := c.newMatch(ctx, owner, *filter.Match, w)
		if err != nil {
			return nil, err
		}
		return c.fill(ctx, owner, photos.Labelled, backward, limit, func(n int) ([]string, error) { return m.ids(ctx, n) })
	case filter.Status == photos.Pending:
		prefix := element(owner) + separator
		return c.listRefs(ctx, owner, filter.Status, prefix, c.below("list photos", pendingShards.of(owner), prefix, after, backward, limit), limit)
	case filter.Status == photos.Rejected:
		return c.listRefs(ctx, owner, filter.Status, photoPrefix, c.below("list photos", rejectedPartition(owner), photoPrefix, after, backward, limit), limit)
	}
	return c.listRecords(ctx, owner, filter.Status, c.below("list photos", ownerPartition(owner), photoPrefix, after, backward, limit), limit)
}

// PhotoFiles implements photos.PhotoCatalog. It costs what ListPhotos does: DynamoDB charges for whole records.
func (c *Catalog) PhotoFiles(ctx context.Context, owner photos.Owner, match photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	list, err := c.ListPhotos(ctx, owner, photos.PhotoFilter{Match: &match}, photos.UploadedAsc, after, limit)
	if err != nil {
		return nil, err
	}
	files := make([]photos.PhotoFile, len(list))
	for n, p := range list {
		files[n] = p.File()
	}
	return files, nil
}

// ids gives the next n ids of a match, fewer at its end.
func (m *match) ids(ctx context.Context, n int) ([]string, error) {
	var ids []string
	for len(ids) < n {
		e, ok, err := m.next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		ids = append(ids, e.id)
	}
	return ids, nil
}

// listRecords lists photos from their own records: all of them, or those of a status that nearly all have in the end.
func (c *Catalog) listRecords(ctx context.Context, owner photos.Owner, status photos.PhotoStatus, p *pages, limit int) ([]photos.Photo, error) {
	if status != "" {
		p.keep = func(r *reader) bool { return r.text("status") == string(status) }
	}
	var list []photos.Photo
	for len(list) < limit && !p.done {
		page, err := p.next(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page[:min(len(page), limit-len(list))] {
			r, err := readPhotoItem(owner, i)
			if err != nil {
				return nil, err
			}
			list = append(list, r.Photo)
		}
	}
	return list, nil
}

// listRefs lists photos from records that name them.
func (c *Catalog) listRefs(ctx context.Context, owner photos.Owner, status photos.PhotoStatus, prefix string, p *pages, limit int) ([]photos.Photo, error) {
	var left []string
	return c.fill(ctx, owner, status, p.backward, limit, func(n int) ([]string, error) {
		for len(left) < n && !p.done {
			page, err := p.next(ctx)
			if err != nil {
				return nil, err
			}
			for _, i := range page {
				left = append(left, idOf(i, prefix))
			}
		}
		ids := left[:min(n, len(left))]
		left = left[len(ids):]
		return ids, nil
	})
}

// fill reads the photos of ids until limit are found or there are no more ids. Photos that have moved on since their ids
// were read are left out, so there may have to be more; a short page would be taken for the last one.
func (c *Catalog) fill(ctx context.Context, owner photos.Owner, status photos.PhotoStatus, backward bool, limit int, next func(n int) ([]string, error)) ([]photos.Photo, error) {
	var list []photos.Photo
	for len(list) < limit {
		want := limit - len(list)
		ids, err := next(want)
		if err != nil {
			return nil, err
		}
		found, err := c.photosByID(ctx, owner, ids)
		if err != nil {
			return nil, err
		}
		byID := make(map[string]photos.Photo, len(found))
		for _, p := range found {
			if p.Status == status {
				byID[p.ID] = p.Photo
			}
		}
		order := slices.Sorted(maps.Keys(byID))
		if backward {
			slices.Reverse(order)
		}
		for _, id := range order {
			list = append(list, byID[id])
		}
		if len(ids) < want {
			break
		}
	}
	return list, nil
}

// CountPhotos implements photos.PhotoCatalog: of a match from its edges, else from the owner's summary.
func (c *Catalog) CountPhotos(ctx context.Context, owner photos.Owner, filter photos.PhotoFilter) (photos.PhotoTotals, error) {
	if filter.Match == nil {
		o, err := c.ownerTotals(ctx, owner)
		return o.of(filter.Status), err
	}
	var totals photos.PhotoTotals
	err := c.walk(ctx, owner, *filter.Match, func(e edge) {
		totals.Count++
		totals.Bytes += e.size
	})
	if err != nil {
		return photos.PhotoTotals{}, err
	}
	return totals, nil
}

// walk reads all edges of a match in ascending order.
func (c *Catalog) walk(ctx context.Context, owner photos.Owner, match photos.LabelMatch, f func(edge)) error {
	m, err := c.newMatch(ctx, owner, match, walk{page: walkPage})
	if err != nil {
		return err
	}
	for {
		e, ok, err := m.next(ctx)
		if err != nil || !ok {
			return err
		}
		f(e)
	}
}

// PhotoSet implements photos.PhotoCatalog: one walk over the edges of the match, and another when the owner's version has
// changed meanwhile. While photos of a large selection keep coming it is busy.
func (c *Catalog) PhotoSet(ctx context.Context, owner photos.Owner, match photos.LabelMatch) (photos.PhotoSet, error) {
	var set photos.PhotoSet
	err := c.ofOneMoment(ctx, "read which photos match", owner, sameLabels, func(o ownerTotals) error {
		set = photos.PhotoSet{Version: o.version}
		ids := sha256.New()
		err := c.walk(ctx, owner, match, func(e edge) {
			set.Count++
			set.Bytes += e.size
			ids.Write([]byte(e.id + "\n"))
		})
		set.Digest = hex.EncodeToString(ids.Sum(nil))
		return err
	})
	if err != nil {
		return photos.PhotoSet{}, err
	}
	return set, nil
}

// ofOneMoment runs a reading of an owner's records until nothing that it reads has changed between its beginning and its
// end, as same says of the owner's summary: each commit changes that, in the same transaction.
func (c *Catalog) ofOneMoment(ctx context.Context, what string, owner photos.Owner, same func(a, b ownerTotals) bool, read func(ownerTotals) error) error {
	before, err := c.ownerTotals(ctx, owner)
	if err != nil {
		return err
	}
	return c.repeat(ctx, what, func() error {
		now := before
		if err := read(now); err != nil {
			return err
		}
		if before, err = c.ownerTotals(ctx, owner); err != nil {
			return err
		}
		if !same(now, before) {
			return errStale
		}
		return nil
	})
}
