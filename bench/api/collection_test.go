package main

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pam/internal/photos"
)

func TestCollection(t *testing.T) {
	c := newCollection(photoTotal)
	counts := c.counts()
	if len(counts) != labelTotal {
		t.Errorf("%d labels are on photos, want %d", len(counts), labelTotal)
	}
	parents := 0
	for _, count := range counts {
		if count.Buckets.AtLeast(photos.DefaultConfidence) == 0 {
			t.Errorf("%q is on no photo at the usual threshold", count.Name)
		}
		parents += len(count.Parents)
	}
	if parents < labelTotal {
		t.Errorf("%d parents of %d labels: the answers would hold none", parents, labelTotal)
	}
	p := c.photo(7)
	if !reflect.DeepEqual(p, c.photo(7)) || reflect.DeepEqual(p.Inspection.Labels, c.photo(8).Inspection.Labels) {
		t.Error("a photo is the same at each call, and other photos are others")
	}
	names := map[string]bool{}
	for _, label := range p.Inspection.Labels {
		names[label.Name] = true
	}
	for _, label := range p.Inspection.Labels {
		for _, parent := range label.Parents {
			if !names[parent] {
				t.Errorf("%q is there and its parent %q is not", label.Name, parent)
			}
		}
	}
	if !slices.IsSortedFunc(p.Inspection.Labels, func(a, b photos.PhotoLabel) int { return int(100*b.Confidence) - int(100*a.Confidence) }) {
		t.Error("labels come with the surest first")
	}
}

// TestCatalogsAgree asks the database and the catalog in memory for the same, before and after a commit.
func TestCatalogsAgree(t *testing.T) {
	c := newCollection(1_000)
	counts := c.counts()
	file := filepath.Join(t.TempDir(), "pam.db")
	if err := seedDatabase(t.Context(), file, c, counts); err != nil {
		t.Fatal(err)
	}
	db, err := openCatalog(t.Context(), catalogConfig{File: file}, c, counts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	memory, err := openCatalog(t.Context(), catalogConfig{}, c, counts)
	if err != nil {
		t.Fatal(err)
	}
	compare := func(when string) {
		t.Helper()
		libraries := []*photos.Library{}
		for _, catalog := range []photos.Catalog{db.catalog, memory.catalog} {
			library, err := newLibrary(catalog)
			if err != nil {
				t.Fatal(err)
			}
			libraries = append(libraries, library)
		}
		labels := func(l *photos.Library) (photos.LabelPage, error) {
			return l.Labels(t.Context(), owner, photos.LabelsQuery{First: 500, MinConfidence: 70, Order: photos.CountDesc})
		}
		list := func(l *photos.Library) (photos.Page[photos.Photo], error) {
			return l.Photos(t.Context(), owner, photos.ListQuery{First: 100, Order: photos.UploadedDesc})
		}
		same(t, when+": labels", libraries, labels, func(p photos.LabelPage) any { return []any{p.Items, p.Total, p.HasNext} })
		same(t, when+": photos", libraries, list, func(p photos.Page[photos.Photo]) any { return []any{p.Items, p.HasNext} })
	}
	compare("at the start")
	for _, catalog := range []photos.Catalog{db.catalog, memory.catalog} {
		script := labelling{catalog: catalog, collection: c}
		if err := script.prepare(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		if commits, err := script.commit(t.Context(), 0); err != nil || len(commits) != 3 {
			t.Fatal(commits, err)
		}
	}
	compare("after commits")
}

func same[T any](t *testing.T, what string, libraries []*photos.Library, ask func(*photos.Library) (T, error), shown func(T) any) {
	t.Helper()
	want, err := ask(libraries[0])
	if err != nil {
		t.Fatal(what, err)
	}
	got, err := ask(libraries[1])
	if err != nil {
		t.Fatal(what, err)
	}
	if diff := cmp.Diff(shown(want), shown(got)); diff != "" {
		t.Errorf("%s: the catalogs differ: %.2000s", what, diff)
	}
}
