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

func (c vanishingCatalog) ListPhotos(ctx context.Context, o photos.Owner, f photos.PhotoFilter, order photos.PhotoOrder, after string, limit int) ([]photos.Photo, error) {
	if _, err := c.Catalog.DeletePhotos(ctx, o, c.ids, time.Now()); err != nil {
		return nil, err
	}
	return c.Catalog.ListPhotos(ctx, o, f, order, after, limit)
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
