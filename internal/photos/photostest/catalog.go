// Package photostest holds a conformance suite for each port of package photos.
// Every implementation runs the same suite, on the laptop and in the cloud, so that the use cases find the same floor
// under them wherever they run.
package photostest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pam/internal/photos"
)

// Catalog checks the contract of photos.Catalog. It calls open for each group of its cases, and expects a catalog without
// any record; what open needs to clean up it registers with the t that it is given.
func Catalog(t *testing.T, open func(t *testing.T) photos.Catalog) {
	for _, group := range []struct {
		name  string
		cases []catalogCase
	}{
		{"Photos", photoCases()},
		{"Labelling", labellingCases()},
		{"Labels", labelCases()},
		{"Lists", listCases()},
		{"Match", matchCases()},
		{"Deleting", deletingCases()},
		{"Archives", archiveCases()},
		{"IdempotencyKeys", idempotencyCases()},
		{"Selections", selectionCases()},
		{"Building", buildingCases()},
		{"Moving", movingCases()},
		{"Notices", noticeCases()},
		{"Isolation", isolationCases()},
		{"Concurrency", concurrencyCases()},
		{"Properties", propertyCases()},
	} {
		t.Run(group.name, func(t *testing.T) {
			catalog := open(t)
			for i, tc := range group.cases {
				// Each case has an owner of its own, so what the others left behind does not matter.
				owner := photos.Owner(fmt.Sprintf("owner-%d", i))
				t.Run(tc.name, func(t *testing.T) {
					tc.run(t, catalogTest{Catalog: catalog, reason: tc.reason, owner: owner})
				})
			}
		})
	}
	t.Run("Sweep", func(t *testing.T) {
		for _, tc := range sweepCases() {
			t.Run(tc.name, func(t *testing.T) { // these look across owners, so each has a catalog of its own
				tc.run(t, catalogTest{Catalog: open(t), reason: tc.reason, owner: "owner-1"})
			})
		}
	})
}

// catalogCase is one case of the suite.
type catalogCase struct {
	name   string
	reason string
	run    func(*testing.T, catalogTest)
}

// catalogTest is a catalog under test. Its methods make records of its owner.
type catalogTest struct {
	photos.Catalog
	reason string
	owner  photos.Owner
}

// as gives the same catalog to another owner.
func (c catalogTest) as(owner photos.Owner) catalogTest {
	c.owner = owner
	return c
}

// failer is what testing.T and rapid.T have in common.
type failer interface {
	Helper()
	Context() context.Context
	Fatalf(format string, args ...any)
}

// ok fails the test unless the call succeeded.
func (c catalogTest) ok(t failer, call string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %s: unexpected error: %v", c.reason, call, err)
	}
}

// fails fails the test unless the call failed with the code.
func (c catalogTest) fails(t failer, call string, err error, code photos.Code) {
	t.Helper()
	if got := photos.CodeOf(err); got != code {
		t.Fatalf("%s: %s: want code %s, got %q (%v)", c.reason, call, code, got, err)
	}
}

// same fails the test unless both are equal; nil and empty slices are.
func same[T any](t failer, c catalogTest, what string, got, want T) {
	t.Helper()
	g, w := normal(reflect.ValueOf(&got).Elem()), normal(reflect.ValueOf(&want).Elem())
	if !reflect.DeepEqual(g.Interface(), w.Interface()) {
		t.Fatalf("%s: %s:\n got %s\nwant %s", c.reason, what, show(g.Interface()), show(w.Interface()))
	}
}

// show writes a value with what its pointers point to.
func show(v any) string {
	switch v := v.(type) {
	case photos.Photo:
		return fmt.Sprintf("%+v inspection %+v rejection %+v", v, deref(v.Inspection), deref(v.Rejection))
	case photos.Archive:
		return fmt.Sprintf("%+v failure %+v", v, deref(v.Failure))
	}
	return fmt.Sprintf("%+v", v)
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// normal copies a value with every empty slice as nil.
func normal(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() == 0 {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(normal(v.Index(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(normal(v.Elem()))
		}
	case reflect.Struct:
		out.Set(v)
		if _, isTime := v.Interface().(time.Time); isTime {
			break // its fields are its own
		}
		for i := range v.NumField() {
			out.Field(i).Set(normal(v.Field(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// id gives the nth id of a test: a ULID, and later than those before it.
func id(n int) string { return fmt.Sprintf("01HZ%022d", n) }

// at gives a time n seconds after the start of a test. Milliseconds are kept, so they are not zero.
func at(n int) time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 987_000_000, time.UTC).Add(time.Duration(n) * time.Second)
}

// newPhoto describes the nth photo of a test, which is not recorded yet.
func (c catalogTest) newPhoto(n int) photos.Photo {
	return photos.Photo{
		Owner: c.owner, ID: id(n), FileName: fmt.Sprintf("Été (%d) '\"%%<>.JPG", n), ContentType: "image/jpeg",
		Size: 1_000_000_007 * int64(n), CRC32: ^uint32(n), Status: photos.Pending,
		UploadedAt: at(n), ExpiresAt: at(n).Add(photos.PendingLife),
	}
}

// carries is a label as a labeller gives it.
func carries(name string, confidence float64, parents ...string) photos.PhotoLabel {
	return photos.PhotoLabel{Name: name, Confidence: confidence, Parents: parents, Categories: []string{"Of " + name}}
}

// inspection is what a detector found on the nth photo of a test.
func inspection(n int, labels ...photos.PhotoLabel) photos.Inspection {
	return photos.Inspection{
		SHA256: fmt.Sprintf("%064x", n), ETag: fmt.Sprintf(`"etag-%d"`, n), Width: 4000 + n, Height: 3000,
		TakenAt: "2025-12-24T18:30:00", Labels: labels,
	}
}

// pending records the nth photo as PENDING.
func (c catalogTest) pending(t *testing.T, n int) photos.Photo {
	t.Helper()
	p := c.newPhoto(n)
	c.ok(t, "AddPhotos", c.AddPhotos(t.Context(), []photos.Photo{p}))
	return p
}

// labelled records the nth photo and makes it LABELLED.
func (c catalogTest) labelled(t *testing.T, n int, labels ...photos.PhotoLabel) photos.Photo {
	t.Helper()
	p := c.pending(t, n)
	in := inspection(n, labels...)
	c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, in))
	c.ok(t, "CommitLabelled", c.CommitLabelled(t.Context(), c.owner, p.ID))
	p.Status, p.Inspection, p.ExpiresAt = photos.Labelled, &in, time.Time{}
	return p
}

// rejected records the nth photo and makes it REJECTED.
func (c catalogTest) rejected(t *testing.T, n int) photos.Photo {
	t.Helper()
	p := c.pending(t, n)
	r := photos.Rejection{Code: photos.TooSmall, Message: "It is too small."}
	c.ok(t, "CommitRejected", c.CommitRejected(t.Context(), c.owner, p.ID, r))
	p.Status, p.Rejection, p.ExpiresAt = photos.Rejected, &r, time.Time{}
	return p
}

// photo reads one photo.
func (c catalogTest) photo(t *testing.T, id string) photos.Photo {
	t.Helper()
	p, err := c.Photo(t.Context(), c.owner, id)
	c.ok(t, "Photo", err)
	return p
}

// counts reads the buckets of all labels by name, and checks that they agree with the recount and with LabelCount.
func (c catalogTest) counts(t *testing.T) map[string]photos.Buckets {
	t.Helper()
	kept, err := c.LabelCounts(t.Context(), c.owner)
	c.ok(t, "LabelCounts", err)
	counted, stats, err := c.RecountLabels(t.Context(), c.owner)
	c.ok(t, "RecountLabels", err)
	same(t, c, "LabelCounts against RecountLabels", buckets(kept), buckets(counted))
	now, err := c.Stats(t.Context(), c.owner)
	c.ok(t, "Stats", err)
	stats.Version = now.Version
	same(t, c, "Stats against RecountLabels", now, stats)
	for _, k := range kept {
		one, err := c.LabelCount(t.Context(), c.owner, k.Name)
		c.ok(t, "LabelCount", err)
		same(t, c, "LabelCount against LabelCounts", one, k)
	}
	return buckets(kept)
}

func buckets(counts []photos.LabelCount) map[string]photos.Buckets {
	m := make(map[string]photos.Buckets, len(counts))
	for _, c := range counts {
		m[c.Name] = c.Buckets
	}
	return m
}

// inBucket counts one photo at a confidence.
func inBucket(confidences ...float64) photos.Buckets {
	var b photos.Buckets
	for _, c := range confidences {
		b[photos.BucketOf(c)]++
	}
	return b
}

func photoIDs(list []photos.Photo) []string {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// ids gives the ids of the nth photos of a test.
func ids(ns ...int) []string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = id(n)
	}
	return out
}
