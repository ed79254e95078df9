package dynamo

import (
	"context"
	"errors"
	"time"

	"pam/internal/photos"
)

// selectionLife is how long a selection leads to its archive: longer than any archive takes to be built and lives then. An
// archive that is over serves nobody, so nothing else has to end it.
const selectionLife = 7 * 24 * time.Hour

// CreateArchive implements photos.ArchiveCatalog. What leads to an archive (key, selection) is read first; the transaction
// that records a new one is conditional on it, and begins anew when another request was first.
func (c *Catalog) CreateArchive(ctx context.Context, a photos.Archive, selection *photos.Selection, k *photos.IdempotencyKey) (photos.Archive, bool, error) {
	const what = "create an archive"
	made := archiveRecord{Archive: photos.Archive{
		Owner: a.Owner, ID: a.ID, Name: a.Name, Match: a.Match, Status: photos.ArchiveQueued, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}, revision: newRevision()}
	if err := c.ensureOwner(ctx, a.Owner); err != nil {
		return photos.Archive{}, false, err
	}
	var given photos.Archive
	created := false
	err := c.repeat(ctx, what, func() error {
		earlier, used, err := c.usedKey(ctx, a.Owner, k, a.CreatedAt)
		if err != nil {
			return err
		}
		if used {
			given, created = earlier, earlier.ID == a.ID // of this very call, whose answer was lost
			return nil
		}
		living, then, serves, err := c.serving(ctx, a.Owner, selection, a.CreatedAt)
		if err != nil {
			return err
		}
		if serves {
			given, created = living, living.ID == a.ID
			return c.recordKey(ctx, living, k, a.CreatedAt)
		}
		t, err := c.creation(made, selection, then, k)
		if err != nil {
			return err
		}
		given, created = made.Archive, true
		err = c.commit(ctx, what, t)
		var stale *staleTransaction
		if errors.As(err, &stale) && stale.failed[0] {
			return c.createdBefore(ctx, made)
		}
		return err
	})
	if err != nil {
		return photos.Archive{}, false, err
	}
	return given, created, nil
}

// createdBefore tells an archive that this call has made, without being told so, from another with its id.
func (c *Catalog) createdBefore(ctx context.Context, made archiveRecord) error {
	there, err := c.archive(ctx, made.Owner, made.ID)
	switch {
	case photos.CodeOf(err) == photos.NotFound:
		return errStale
	case err != nil:
		return err
	case there.revision == made.revision:
		return nil
	}
	return photos.Errorf(photos.Conflict, "there is an archive with this id already")
}

// creation is the transaction that records a new archive.
func (c *Catalog) creation(a archiveRecord, selection *photos.Selection, then string, k *photos.IdempotencyKey) (*transaction, error) {
	i, err := a.item()
	if err != nil {
		return nil, err
	}
	t := c.begin()
	var e expression
	t.put(i, &e, e.missing())
	if work, ok := a.work(); ok {
		t.put(work, &expression{}, "")
	}
	var one expression
	one.addTo("archives", 1)
	t.update(archiveCountKey(a.Owner), &one, "")
	if selection != nil {
		var e expression
		t.put(selectionItem(a.Archive, *selection), &e, leadsTo(&e, then))
	}
	if k != nil {
		var e expression
		t.put(keyItem(a.Archive, *k), &e, freeKey(&e, a.CreatedAt))
	}
	return t, nil
}

func selectionItem(a photos.Archive, s photos.Selection) item {
	i := selectionKey(a.Owner, s.Hash).attributes()
	i["archiveId"], i["digest"] = text(a.ID), text(s.Photos.Digest)
	i["photoCount"], i["photoBytes"], i["version"] = number(s.Photos.Count), number(s.Photos.Bytes), number(s.Photos.Version)
	i[TTLAttribute] = ends(a.CreatedAt.Add(selectionLife))
	return i
}

// leadsTo is the condition that a selection still leads to an archive; "" for none.
func leadsTo(e *expression, id string) string {
	if id == "" {
		return e.missing()
	}
	return e.equals("archiveId", text(id))
}

func selectionKey(owner photos.Owner, hash string) key {
	return key{ownerPartition(owner), selectionPrefix + hash}
}

// serving gives the last archive of an equal selection, and whether it serves this one. then is the id of that archive; ""
// where no archive was recorded for the selection.
func (c *Catalog) serving(ctx context.Context, owner photos.Owner, s *photos.Selection, at time.Time) (a photos.Archive, then string, serves bool, err error) {
	if s == nil {
		return a, "", false, nil
	}
	i, err := c.get(ctx, "look for an equal selection", selectionKey(owner, s.Hash))
	if err != nil || i == nil {
		return a, "", false, err
	}
	r := reader{item: i}
	then = r.text("archiveId")
	set := photos.PhotoSet{
		PhotoTotals: photos.PhotoTotals{Count: r.int("photoCount"), Bytes: r.int64("photoBytes")},
		Digest:      r.text("digest"), Version: r.int64("version"),
	}
	if err := r.done(); err != nil {
		return a, "", false, err
	}
	if a, err = c.Archive(ctx, owner, then); err != nil {
		return a, "", false, err
	}
	expired := a.Status == photos.ArchiveReady && over(a.ExpiresAt, at)
	return a, then, !expired && a.Serves(set, s.Photos), nil
}

func idempotencyKey(owner photos.Owner, k string) key {
	return key{ownerPartition(owner), keyPrefix + k}
}

func keyItem(a photos.Archive, k photos.IdempotencyKey) item {
	i := idempotencyKey(a.Owner, k.Key).attributes()
	i["archiveId"], i["inputHash"] = text(a.ID), text(k.InputHash)
	i["expiresAt"], i[TTLAttribute] = millis(k.ExpiresAt), ends(k.ExpiresAt)
	return i
}

// freeKey is the condition that nobody uses a key now.
func freeKey(e *expression, now time.Time) string {
	return e.missing() + " OR " + e.name("expiresAt") + " <= " + e.value(millis(now))
}

// recordKey lets a client's key, where there is one, lead to an archive.
func (c *Catalog) recordKey(ctx context.Context, a photos.Archive, k *photos.IdempotencyKey, now time.Time) error {
	if k == nil {
		return nil
	}
	var e expression
	return c.put(ctx, "record an idempotency key", keyItem(a, *k), &e, freeKey(&e, now))
}

// usedKey gives the archive that a key leads to, if it is in use; Conflict when it is used for another input.
func (c *Catalog) usedKey(ctx context.Context, owner photos.Owner, k *photos.IdempotencyKey, at time.Time) (photos.Archive, bool, error) {
	if k == nil {
		return photos.Archive{}, false, nil
	}
	a, hash, err := c.ArchiveByKey(ctx, owner, k.Key, at)
	switch {
	case photos.CodeOf(err) == photos.NotFound:
		return photos.Archive{}, false, nil
	case err != nil:
		return photos.Archive{}, false, err
	case hash != k.InputHash:
		return photos.Archive{}, false, photos.Errorf(photos.Conflict, "the idempotency key was used for another request")
	}
	return a, true, nil
}

// ArchiveByKey implements photos.ArchiveCatalog.
func (c *Catalog) ArchiveByKey(ctx context.Context, owner photos.Owner, k string, at time.Time) (photos.Archive, string, error) {
	i, err := c.get(ctx, "look up an idempotency key", idempotencyKey(owner, k))
	if err != nil {
		return photos.Archive{}, "", err
	}
	r := reader{item: i}
	id, hash, end := r.text("archiveId"), r.text("inputHash"), r.time("expiresAt")
	if err := r.done(); err != nil {
		return photos.Archive{}, "", err
	}
	if i == nil || over(end, at) {
		return photos.Archive{}, "", missing("idempotency key")
	}
	a, err := c.Archive(ctx, owner, id)
	return a, hash, err
}
