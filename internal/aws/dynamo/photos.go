package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pam/internal/photos"
)

// Photo implements photos.PhotoCatalog.
func (c *Catalog) Photo(ctx context.Context, owner photos.Owner, id string) (photos.Photo, error) {
	p, err := c.photo(ctx, owner, id)
	return p.Photo, err
}

// photo reads one photo, a NotFound error where there is none.
func (c *Catalog) photo(ctx context.Context, owner photos.Owner, id string) (photoRecord, error) {
	i, err := c.get(ctx, "read a photo", photoKey(owner, id))
	if err != nil {
		return photoRecord{}, err
	}
	if i == nil {
		return photoRecord{}, missing("photo")
	}
	return readPhotoItem(owner, i)
}

// pendingPhoto reads one photo that is to be moved on, a Conflict error where it has been. own are the revisions that this
// very call has tried to give it: done says that one of them is there, so the photo was moved by this call.
func (c *Catalog) pendingPhoto(ctx context.Context, owner photos.Owner, id string, own []string) (p photoRecord, done bool, err error) {
	p, err = c.photo(ctx, owner, id)
	switch {
	case err != nil:
		return p, false, err
	case slices.Contains(own, p.revision):
		return p, true, nil
	case p.Status != photos.Pending:
		return p, false, photos.Errorf(photos.Conflict, "the photo is %s already", p.Status)
	}
	return p, false, nil
}

// PhotoLabels implements photos.PhotoCatalog.
func (c *Catalog) PhotoLabels(ctx context.Context, owner photos.Owner, ids []string) (map[string][]photos.PhotoLabel, error) {
	records, err := c.photosByID(ctx, owner, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]photos.PhotoLabel, len(records))
	for _, r := range records {
		found[r.ID] = nil
		if r.Inspection != nil {
			found[r.ID] = r.Inspection.Labels
		}
	}
	return found, nil
}

func (c *Catalog) photosByID(ctx context.Context, owner photos.Owner, ids []string) ([]photoRecord, error) {
	keys := make([]key, len(ids))
	for n, id := range ids {
		keys[n] = photoKey(owner, id)
	}
	items, err := c.getAll(ctx, "read photos", keys)
	if err != nil {
		return nil, err
	}
	list := make([]photoRecord, len(items))
	for n, i := range items {
		if list[n], err = readPhotoItem(owner, i); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// LabelledPhotoBySHA256 implements photos.PhotoCatalog. Of several it gives the earliest.
func (c *Catalog) LabelledPhotoBySHA256(ctx context.Context, owner photos.Owner, sha256 string) (photos.Photo, error) {
	found := c.below("look for a photo's bytes", ownerPartition(owner), hashPrefix+sha256+separator, "", false, 1)
	for !found.done {
		page, err := found.next(ctx)
		if err != nil {
			return photos.Photo{}, err
		}
		for _, i := range page {
			p, err := c.Photo(ctx, owner, idOf(i, hashPrefix+sha256+separator))
			if photos.CodeOf(err) == photos.NotFound {
				continue // deleted in between; there may be another
			}
			return p, err
		}
	}
	return photos.Photo{}, missing("photo")
}

// photosPerAdd is how many photos one transaction adds: two actions each, and the owner's summary once for all.
const photosPerAdd = (maxActions - 1) / 2

// AddPhotos implements photos.PhotoCatalog: up to 49 of them in one step.
func (c *Catalog) AddPhotos(ctx context.Context, list []photos.Photo) error {
	for batch := range slices.Chunk(list, photosPerAdd) {
		if err := c.addPhotos(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) addPhotos(ctx context.Context, list []photos.Photo) error {
	const what = "add photos"
	owner, revision := list[0].Owner, newRevision()
	t := c.begin()
	var change ownerChange
	seen := make(map[string]bool, len(list))
	for _, p := range list {
		if seen[p.ID] {
			return duplicatePhoto()
		}
		seen[p.ID] = true
		var e expression
		t.put(newPhotoItem(p, revision), &e, e.missing())
		t.put(pendingItem(p), &expression{}, "")
		change.add(photos.Pending, 1, p.Size)
	}
	summary := len(t.actions)
	change.appendTo(t, owner, true)
	return c.repeat(ctx, what, func() error {
		err := c.commit(ctx, what, t)
		var stale *staleTransaction
		if !errors.As(err, &stale) {
			return err
		}
		for n, p := range list {
			if !stale.failed[2*n] {
				continue
			}
			// There is such a photo, unless it is the one that this call has just added and was not told so.
			there, lookErr := c.photo(ctx, owner, p.ID)
			switch {
			case lookErr == nil && there.revision == revision:
				return nil
			case lookErr == nil:
				return duplicatePhoto()
			case photos.CodeOf(lookErr) != photos.NotFound:
				return lookErr
			}
		}
		if stale.failed[summary] {
			if err := c.ensureOwner(ctx, owner); err != nil {
				return err
			}
		}
		return err
	})
}

func duplicatePhoto() error {
	return photos.Errorf(photos.Conflict, "there is a photo with this id already")
}

// SaveInspection implements photos.PhotoCatalog.
func (c *Catalog) SaveInspection(ctx context.Context, owner photos.Owner, id string, in photos.Inspection) error {
	const what = "save an inspection"
	var e expression
	if err := setInspection(&e, in); err != nil {
		return err
	}
	revision := newRevision()
	e.setTo("revision", text(revision))
	pending := e.equals("status", text(string(photos.Pending)))
	return c.repeat(ctx, what, func() error {
		err := c.update(ctx, what, photoKey(owner, id), &e, pending)
		if !isStale(err) {
			return err
		}
		p, _, lookErr := c.pendingPhoto(ctx, owner, id, nil)
		if lookErr != nil {
			return lookErr
		}
		return fmt.Errorf("%w: photo %s is %s", errStale, p.ID, p.Status)
	})
}
