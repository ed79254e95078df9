package photos_test

import (
	"context"
	"time"

	"pam/internal/photos"
)

// faultyCatalog makes every call of a catalog a step that can go wrong.
type faultyCatalog struct {
	photos.Catalog
	w world
}

func (c faultyCatalog) AddPhotos(ctx context.Context, list []photos.Photo) error {
	return c.w.step(ctx, "AddPhotos "+list[0].ID, func(ctx context.Context) error { return c.Catalog.AddPhotos(ctx, list) })
}

func (c faultyCatalog) Photo(ctx context.Context, o photos.Owner, id string) (photos.Photo, error) {
	return give(ctx, c.w, "Photo "+id, func(ctx context.Context) (photos.Photo, error) { return c.Catalog.Photo(ctx, o, id) })
}

func (c faultyCatalog) PhotoLabels(ctx context.Context, o photos.Owner, ids []string) (map[string][]photos.PhotoLabel, error) {
	return give(ctx, c.w, "PhotoLabels", func(ctx context.Context) (map[string][]photos.PhotoLabel, error) {
		return c.Catalog.PhotoLabels(ctx, o, ids)
	})
}

func (c faultyCatalog) LabelledPhotoBySHA256(ctx context.Context, o photos.Owner, sum string) (photos.Photo, error) {
	return give(ctx, c.w, "LabelledPhotoBySHA256", func(ctx context.Context) (photos.Photo, error) {
		return c.Catalog.LabelledPhotoBySHA256(ctx, o, sum)
	})
}

func (c faultyCatalog) ListPhotos(ctx context.Context, o photos.Owner, f photos.PhotoFilter, order photos.PhotoOrder, after string, limit int) ([]photos.Photo, error) {
	return give(ctx, c.w, "ListPhotos", func(ctx context.Context) ([]photos.Photo, error) {
		return c.Catalog.ListPhotos(ctx, o, f, order, after, limit)
	})
}

func (c faultyCatalog) PhotoFiles(ctx context.Context, o photos.Owner, m photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	return give(ctx, c.w, "PhotoFiles", func(ctx context.Context) ([]photos.PhotoFile, error) {
		return c.Catalog.PhotoFiles(ctx, o, m, after, limit)
	})
}

func (c faultyCatalog) CountPhotos(ctx context.Context, o photos.Owner, f photos.PhotoFilter) (photos.PhotoTotals, error) {
	return give(ctx, c.w, "CountPhotos", func(ctx context.Context) (photos.PhotoTotals, error) { return c.Catalog.CountPhotos(ctx, o, f) })
}

func (c faultyCatalog) PhotoSet(ctx context.Context, o photos.Owner, m photos.LabelMatch) (photos.PhotoSet, error) {
	return give(ctx, c.w, "PhotoSet", func(ctx context.Context) (photos.PhotoSet, error) { return c.Catalog.PhotoSet(ctx, o, m) })
}

func (c faultyCatalog) Stats(ctx context.Context, o photos.Owner) (photos.OwnerStats, error) {
	return give(ctx, c.w, "Stats", func(ctx context.Context) (photos.OwnerStats, error) { return c.Catalog.Stats(ctx, o) })
}

func (c faultyCatalog) SaveInspection(ctx context.Context, o photos.Owner, id string, in photos.Inspection) error {
	return c.w.step(ctx, "SaveInspection "+id, func(ctx context.Context) error { return c.Catalog.SaveInspection(ctx, o, id, in) })
}

func (c faultyCatalog) CommitLabelled(ctx context.Context, o photos.Owner, id string) error {
	return c.w.step(ctx, "CommitLabelled "+id, func(ctx context.Context) error { return c.Catalog.CommitLabelled(ctx, o, id) })
}

func (c faultyCatalog) CommitRejected(ctx context.Context, o photos.Owner, id string, r photos.Rejection) error {
	return c.w.step(ctx, "CommitRejected "+id, func(ctx context.Context) error { return c.Catalog.CommitRejected(ctx, o, id, r) })
}

func (c faultyCatalog) DeletePhotos(ctx context.Context, o photos.Owner, ids []string, at time.Time) ([]string, error) {
	return give(ctx, c.w, "DeletePhotos "+ids[0], func(ctx context.Context) ([]string, error) { return c.Catalog.DeletePhotos(ctx, o, ids, at) })
}

func (c faultyCatalog) ForgetPhoto(ctx context.Context, o photos.Owner, id string) error {
	return c.w.step(ctx, "ForgetPhoto "+id, func(ctx context.Context) error { return c.Catalog.ForgetPhoto(ctx, o, id) })
}

func (c faultyCatalog) LabelCounts(ctx context.Context, o photos.Owner) ([]photos.LabelCount, error) {
	return give(ctx, c.w, "LabelCounts", func(ctx context.Context) ([]photos.LabelCount, error) { return c.Catalog.LabelCounts(ctx, o) })
}

func (c faultyCatalog) LabelCount(ctx context.Context, o photos.Owner, name string) (photos.LabelCount, error) {
	return give(ctx, c.w, "LabelCount", func(ctx context.Context) (photos.LabelCount, error) { return c.Catalog.LabelCount(ctx, o, name) })
}

func (c faultyCatalog) CreateArchive(ctx context.Context, a photos.Archive, s *photos.Selection, k *photos.IdempotencyKey) (got photos.Archive, created bool, err error) {
	err = c.w.step(ctx, "CreateArchive "+a.ID, func(ctx context.Context) (err error) {
		got, created, err = c.Catalog.CreateArchive(ctx, a, s, k)
		return err
	})
	return got, created, err
}

func (c faultyCatalog) ArchiveByKey(ctx context.Context, o photos.Owner, key string, at time.Time) (a photos.Archive, hash string, err error) {
	err = c.w.step(ctx, "ArchiveByKey "+key, func(ctx context.Context) (err error) {
		a, hash, err = c.Catalog.ArchiveByKey(ctx, o, key, at)
		return err
	})
	return a, hash, err
}

func (c faultyCatalog) Archive(ctx context.Context, o photos.Owner, id string) (photos.Archive, error) {
	return give(ctx, c.w, "Archive "+id, func(ctx context.Context) (photos.Archive, error) { return c.Catalog.Archive(ctx, o, id) })
}

func (c faultyCatalog) ListArchives(ctx context.Context, o photos.Owner, after string, limit int) ([]photos.Archive, error) {
	return give(ctx, c.w, "ListArchives", func(ctx context.Context) ([]photos.Archive, error) {
		return c.Catalog.ListArchives(ctx, o, after, limit)
	})
}

func (c faultyCatalog) CountArchives(ctx context.Context, o photos.Owner) (int, error) {
	return give(ctx, c.w, "CountArchives", func(ctx context.Context) (int, error) { return c.Catalog.CountArchives(ctx, o) })
}

func (c faultyCatalog) StartBuilding(ctx context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	return c.w.step(ctx, "StartBuilding "+a.ID, func(ctx context.Context) error { return c.Catalog.StartBuilding(ctx, a, parts) })
}

func (c faultyCatalog) ArchivePart(ctx context.Context, o photos.Owner, id string, n int) (photos.ArchivePart, error) {
	return give(ctx, c.w, "ArchivePart "+id, func(ctx context.Context) (photos.ArchivePart, error) { return c.Catalog.ArchivePart(ctx, o, id, n) })
}

func (c faultyCatalog) ArchiveParts(ctx context.Context, o photos.Owner, id string) ([]photos.ArchivePart, error) {
	return give(ctx, c.w, "ArchiveParts "+id, func(ctx context.Context) ([]photos.ArchivePart, error) { return c.Catalog.ArchiveParts(ctx, o, id) })
}

func (c faultyCatalog) CompletePart(ctx context.Context, o photos.Owner, id, upload string, p photos.ArchivePart, at time.Time) (photos.Archive, error) {
	return give(ctx, c.w, "CompletePart "+id, func(ctx context.Context) (photos.Archive, error) {
		return c.Catalog.CompletePart(ctx, o, id, upload, p, at)
	})
}

func (c faultyCatalog) ReopenPart(ctx context.Context, o photos.Owner, id, upload string, n int, result string, at time.Time) error {
	return c.w.step(ctx, "ReopenPart "+id, func(ctx context.Context) error { return c.Catalog.ReopenPart(ctx, o, id, upload, n, result, at) })
}

func (c faultyCatalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	return c.w.step(ctx, "MoveArchive "+a.ID+" to "+string(a.Status), func(ctx context.Context) error { return c.Catalog.MoveArchive(ctx, a, from...) })
}

func (c faultyCatalog) TouchArchive(ctx context.Context, o photos.Owner, id string, at time.Time) error {
	return c.w.step(ctx, "TouchArchive "+id, func(ctx context.Context) error { return c.Catalog.TouchArchive(ctx, o, id, at) })
}

func (c faultyCatalog) AddNotice(ctx context.Context, n photos.Notice) error {
	return c.w.step(ctx, "AddNotice "+n.ID, func(ctx context.Context) error { return c.Catalog.AddNotice(ctx, n) })
}

func (c faultyCatalog) ListNotices(ctx context.Context, o photos.Owner, after *photos.Notice, limit int) ([]photos.Notice, error) {
	return give(ctx, c.w, "ListNotices", func(ctx context.Context) ([]photos.Notice, error) { return c.Catalog.ListNotices(ctx, o, after, limit) })
}

func (c faultyCatalog) CountNotices(ctx context.Context, o photos.Owner) (int, error) {
	return give(ctx, c.w, "CountNotices", func(ctx context.Context) (int, error) { return c.Catalog.CountNotices(ctx, o) })
}

func (c faultyCatalog) PendingPhotos(ctx context.Context, before time.Time, after photos.PhotoRef, limit int) ([]photos.Photo, error) {
	return give(ctx, c.w, "PendingPhotos", func(ctx context.Context) ([]photos.Photo, error) {
		return c.Catalog.PendingPhotos(ctx, before, after, limit)
	})
}

func (c faultyCatalog) DeletedPhotos(ctx context.Context, before time.Time, limit int) ([]photos.PhotoRef, error) {
	return give(ctx, c.w, "DeletedPhotos", func(ctx context.Context) ([]photos.PhotoRef, error) {
		return c.Catalog.DeletedPhotos(ctx, before, limit)
	})
}

func (c faultyCatalog) UnfinishedArchives(ctx context.Context, before time.Time, limit int) ([]photos.Archive, error) {
	return give(ctx, c.w, "UnfinishedArchives", func(ctx context.Context) ([]photos.Archive, error) {
		return c.Catalog.UnfinishedArchives(ctx, before, limit)
	})
}

func (c faultyCatalog) ArchivesPastExpiry(ctx context.Context, at time.Time, limit int) ([]photos.Archive, error) {
	return give(ctx, c.w, "ArchivesPastExpiry", func(ctx context.Context) ([]photos.Archive, error) {
		return c.Catalog.ArchivesPastExpiry(ctx, at, limit)
	})
}
