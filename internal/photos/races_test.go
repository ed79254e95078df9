package photos_test

import (
	"context"
	"testing"
	"time"

	"pam/internal/photos"
)

// vanishingCatalog deletes photos between the moment at which a planner has counted them and that at which it lists them.
type vanishingCatalog struct {
	photos.Catalog
	ids []string
}

func (c vanishingCatalog) PhotoFiles(ctx context.Context, o photos.Owner, m photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	if _, err := c.DeletePhotos(ctx, o, c.ids, time.Now()); err != nil {
		return nil, err
	}
	return c.Catalog.PhotoFiles(ctx, o, m, after, limit)
}

// A plan without photos would be an archive that nobody builds.
func TestPhotosVanishWhileTheyArePlanned(t *testing.T) {
	h := newHarness(t)
	fox := h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90))
	a := h.request("dan", anyOf("Fox"))
	planner := h.with(func(c *photos.Config) { c.Catalog = vanishingCatalog{c.Catalog, []string{fox.ID}} })
	planner.do(h.next(photos.JobPlan))
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	a, err := h.Archive(t.Context(), "dan", a.ID)
	if err != nil || a.Status != photos.ArchiveFailed || a.Failure == nil || a.Failure.Code != string(photos.NotFound) {
		t.Errorf("the archive is %+v, %v", a, err)
	}
	h.failureIsKnown(a)
	h.nothingIsLeft()
}

// overtakenCatalog lets another worker end an archive, and die before it has told anybody, while a planner counts photos.
type overtakenCatalog struct {
	photos.Catalog
	archive photos.Archive
}

func (c overtakenCatalog) CountPhotos(ctx context.Context, o photos.Owner, f photos.PhotoFilter) (photos.PhotoTotals, error) {
	a := c.archive
	a.Status, a.UpdatedAt = photos.ArchiveFailed, time.Now()
	a.Failure = &photos.ArchiveFailure{Code: string(photos.NotFound), Message: "All photos were deleted."}
	if err := c.MoveArchive(ctx, a, photos.ArchiveQueued); err != nil {
		return photos.PhotoTotals{}, err
	}
	return c.Catalog.CountPhotos(ctx, o, f)
}

// Of two workers with one job one ends the archive. If it dies before the notice, the other one's success would end the
// job, and nobody would be told.
func TestWhoComesSecondTellsTheOwner(t *testing.T) {
	h := newHarness(t)
	fox := h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90))
	a := h.request("dan", anyOf("Fox"))
	if _, err := h.DeletePhotos(t.Context(), "dan", []string{fox.ID}); err != nil {
		t.Fatal(err)
	}
	second := h.with(func(c *photos.Config) { c.Catalog = overtakenCatalog{c.Catalog, a} })
	second.do(h.next(photos.JobPlan))
	h.failureIsKnown(a)
}

// A signed upload works for a while after its photo was deleted, and the event of its bytes may be lost.
func TestBytesOfADeletedPhotoDoNotStay(t *testing.T) {
	h := newHarness(t)
	data := picture(t, 1, 0)
	begun, err := h.BeginUpload(t.Context(), "dan", upload(data, "fox.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.DeletePhotos(t.Context(), "dan", []string{begun.Photo.ID}); err != nil {
		t.Fatal(err)
	}
	h.put(begun, data)
	h.clock = h.clock.Add(photos.UploadLife + 6*time.Minute)
	if swept, err := h.Sweep(t.Context()); err != nil || swept.PhotosCleared != 1 {
		t.Errorf("swept %+v, %v", swept, err)
	}
	if keys, err := h.Objects.List(t.Context(), photos.StorageBucket, "", "", 10); err != nil || len(keys) > 0 {
		t.Errorf("these stay: %v, %v", keys, err)
	}
	if swept, err := h.Sweep(t.Context()); err != nil || swept.PhotosCleared != 0 {
		t.Errorf("swept again: %+v, %v", swept, err)
	}
}

// A job that refuses a photo and dies each time before its bytes are deleted is given up in the end.
func TestGivingUpARefusedPhotoDeletesItsBytes(t *testing.T) {
	h := newHarness(t)
	p := h.send("dan", "fox.jpg", []byte("no picture"))
	if err := h.Catalog.CommitRejected(t.Context(), "dan", p.ID, photos.Rejection{Code: photos.NotAnImage, Message: "No picture."}); err != nil {
		t.Fatal(err)
	}
	if err := h.GiveUp(t.Context(), photos.Job{Kind: photos.JobLabel, Owner: "dan", PhotoID: p.ID}, errCrash); err != nil {
		t.Fatal(err)
	}
	if keys, err := h.Objects.List(t.Context(), photos.StorageBucket, "", "", 10); err != nil || len(keys) > 0 {
		t.Errorf("these stay: %v, %v", keys, err)
	}
	if got, err := h.Photo(t.Context(), "dan", p.ID); err != nil || got.Rejection == nil || got.Rejection.Code != photos.NotAnImage {
		t.Errorf("the photo is %+v, %v", got, err)
	}
}
