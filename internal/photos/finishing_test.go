package photos_test

import (
	"context"
	"testing"

	"pam/internal/photos"
)

// lateCatalog does something just before the parts of an archive are read.
type lateCatalog struct {
	photos.Catalog
	before func()
}

func (c lateCatalog) ArchiveParts(ctx context.Context, owner photos.Owner, id string) ([]photos.ArchivePart, error) {
	c.before()
	return c.Catalog.ArchiveParts(ctx, owner, id)
}

// A finisher that has read an archive as BUILDING may find that it has no parts any more.
func TestFinishArchiveThatMovesOn(t *testing.T) {
	h := newHarness(t)
	h.library("dan", 3000)
	a := h.request("dan", anyOf("Fox"))
	finish := h.doUntil(photos.JobFinish)
	late := h.with(func(config *photos.Config) {
		config.Catalog = lateCatalog{config.Catalog, func() {
			if _, err := h.CancelArchive(t.Context(), "dan", a.ID); err != nil {
				t.Error(err)
			}
		}}
	})
	late.do(finish)
	a, err := h.Archive(t.Context(), "dan", a.ID)
	if err != nil || a.Status != photos.ArchiveCancelled || a.Failure != nil {
		t.Errorf("the cancelled archive is %+v, %v", a, err)
	}
}
