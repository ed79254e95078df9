package photos

import (
	"context"
	"fmt"
	"slices"
)

// MaxDeletesAtOnce is how many photos one call may delete.
const MaxDeletesAtOnce = 100

// DeletedPhotos says what came of deleting.
type DeletedPhotos struct {
	Deleted  []string // in the order in which they were asked for
	NotFound []string
}

// DeletePhotos deletes photos of any status. They are out of every list and count when it returns; their objects are
// deleted then too, or by the sweeper if that fails.
func (l *Library) DeletePhotos(ctx context.Context, owner Owner, ids []string) (DeletedPhotos, error) {
	if len(ids) < 1 || len(ids) > MaxDeletesAtOnce {
		return DeletedPhotos{}, BadInput("ids", "must hold 1 to %d ids, not %d", MaxDeletesAtOnce, len(ids))
	}
	gone, err := l.Catalog.DeletePhotos(ctx, owner, ids, l.now())
	if err != nil {
		return DeletedPhotos{}, fmt.Errorf("delete photos: %w", err)
	}
	var out DeletedPhotos
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		switch {
		case seen[id]:
		case slices.Contains(gone, id):
			out.Deleted = append(out.Deleted, id)
		default:
			out.NotFound = append(out.NotFound, id)
		}
		seen[id] = true
	}
	refs := make([]PhotoRef, len(gone))
	for i, id := range gone {
		refs[i] = PhotoRef{owner, id}
	}
	// The tombstones stay: bytes may still come by an upload that was signed before.
	if err := l.deleteBytes(ctx, refs); err != nil {
		l.Logger.WarnContext(ctx, "objects of deleted photos are left to the sweeper", "owner", owner, "error", err)
	}
	return out, nil
}

// deleteBytes deletes the objects of deleted photos.
func (l *Library) deleteBytes(ctx context.Context, refs []PhotoRef) error {
	keys := make([]string, 0, 2*len(refs))
	for _, r := range refs {
		keys = append(keys, PhotoKey(r.Owner, r.ID), ThumbnailKey(r.Owner, r.ID))
	}
	if len(keys) == 0 {
		return nil
	}
	if err := l.Objects.Delete(ctx, StorageBucket, keys...); err != nil {
		return fmt.Errorf("delete objects: %w", err)
	}
	return nil
}
