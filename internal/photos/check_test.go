package photos_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the driver by which these tests write past the catalog

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// recordsOnDisk gives a catalog and a second way into its file, by which a test can make its counters wrong.
func recordsOnDisk(t *testing.T) (photos.Catalog, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pam.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return db.Catalog(), raw
}

// record puts a LABELLED photo of 1,000 bytes on record.
func record(t *testing.T, c photos.Catalog, owner photos.Owner, id string, labels ...photos.PhotoLabel) {
	t.Helper()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	if err := c.AddPhotos(t.Context(), []photos.Photo{{
		Owner: owner, ID: id, FileName: id + ".jpg", ContentType: "image/jpeg", Size: 1000, Status: photos.Pending,
		UploadedAt: at, ExpiresAt: at.Add(photos.PendingLife),
	}}); err != nil {
		t.Fatal(err)
	}
	if err := c.SaveInspection(t.Context(), owner, id, photos.Inspection{SHA256: id, ETag: `"e"`, Width: 96, Height: 80, Labels: labels}); err != nil {
		t.Fatal(err)
	}
	if err := c.CommitLabelled(t.Context(), owner, id); err != nil {
		t.Fatal(err)
	}
}

func TestCheckInvariants(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		spoil        string // SQL; "" for nothing
		want         []photos.Discrepancy
	}{
		{name: "right", reason: "a check that cries wolf is not read", want: nil},
		{
			name: "one too many", reason: "a photo was counted twice",
			spoil: `UPDATE labels SET c55 = c55 + 1 WHERE owner = 'dan' AND name = 'Fox'`,
			want:  []photos.Discrepancy{{Owner: "dan", What: "label Fox, 55 to 60", Kept: 2, Found: 1}},
		},
		{
			name: "one too few", reason: "a photo was not counted",
			spoil: `UPDATE labels SET c95 = 0 WHERE owner = 'dan' AND name = 'Animal'`,
			want:  []photos.Discrepancy{{Owner: "dan", What: "label Animal, 95 to 100", Kept: 0, Found: 2}},
		},
		{
			name: "wrong bucket", reason: "the sum is right, but not at every threshold",
			spoil: `UPDATE labels SET c50 = c50 + 1, c95 = c95 - 1 WHERE owner = 'dan' AND name = 'Animal'`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "label Animal, 50 to 55", Kept: 1, Found: 0},
				{Owner: "dan", What: "label Animal, 95 to 100", Kept: 1, Found: 2},
			},
		},
		{
			name: "label of no photo", reason: "a deleted photo still counts",
			spoil: `INSERT INTO labels SELECT owner, 'Ghost', parents, categories, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 FROM labels WHERE owner = 'eve' AND name = 'Fox'`,
			want:  []photos.Discrepancy{{Owner: "eve", What: "label Ghost, 70 to 75", Kept: 1, Found: 0}},
		},
		{
			name: "edge lost", reason: "the counter is right, and an archive would miss the photo",
			spoil: `DELETE FROM label_edges WHERE owner = 'dan' AND label = 'Fox'`,
			want:  []photos.Discrepancy{{Owner: "dan", What: "label Fox, 55 to 60", Kept: 1, Found: 0}},
		},
		{
			name: "summary", reason: "each number of the summary is a counter of its own",
			spoil: `UPDATE owners SET labelled = labelled + 1, pending = pending + 2, rejected = rejected + 3, labelled_bytes = labelled_bytes + 4 WHERE owner = 'dan'`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "photos LABELLED", Kept: 3, Found: 2},
				{Owner: "dan", What: "photos PENDING", Kept: 2, Found: 0},
				{Owner: "dan", What: "photos REJECTED", Kept: 3, Found: 0},
				{Owner: "dan", What: "bytes stored", Kept: 2004, Found: 2000},
			},
		},
		{
			name: "several owners", reason: "what is wrong with one must not hide another's",
			spoil: `UPDATE owners SET labelled = 0`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "photos LABELLED", Kept: 0, Found: 2},
				{Owner: "eve", What: "photos LABELLED", Kept: 0, Found: 1},
			},
		},
		{
			name: "owner of the second page", reason: "owners are read 500 at a time",
			spoil: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
				INSERT INTO owners (owner, pending) SELECT printf('fay %04d', i), i = 501 FROM n`,
			want: []photos.Discrepancy{{Owner: "fay 0501", What: "photos PENDING", Kept: 1, Found: 0}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			catalog, raw := recordsOnDisk(t)
			record(t, catalog, "dan", "one", label("Animal", 97), label("Fox", 57.5))
			record(t, catalog, "dan", "two", label("Animal", 95))
			record(t, catalog, "eve", "hers", label("Fox", 57.5))
			if c.spoil != "" {
				if _, err := raw.ExecContext(t.Context(), c.spoil); err != nil {
					t.Fatal(err)
				}
			}
			got, err := photos.CheckInvariants(t.Context(), catalog)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s:\n%s", c.reason, d)
			}
		})
	}
}

// lateCounters is a catalog in which a commit comes between the first two readings of a check.
type lateCounters struct {
	photos.Catalog
	commit func()
}

func (c *lateCounters) LabelCounts(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, error) {
	counts, err := c.Catalog.LabelCounts(ctx, owner)
	if c.commit != nil {
		c.commit()
		c.commit = nil
	}
	return counts, err
}

// The check works beside a running program, so what it sees on the way is no fault.
func TestCheckInvariantsWhilePhotosAreLabelled(t *testing.T) {
	catalog, _ := recordsOnDisk(t)
	record(t, catalog, "dan", "one", label("Fox", 57.5))
	wrong, err := photos.CheckInvariants(t.Context(), &lateCounters{catalog, func() { record(t, catalog, "dan", "two", label("Fox", 57.5)) }})
	if err != nil || len(wrong) > 0 {
		t.Errorf("a commit during the check counts as %v, %v", wrong, err)
	}
	counts, err := catalog.LabelCount(t.Context(), "dan", "Fox")
	if err != nil || counts.Buckets.AtLeast(55) != 2 {
		t.Errorf("nothing was committed during the check: %v, %v", counts.Buckets, err)
	}
}
