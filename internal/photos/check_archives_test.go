package photos_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pam/internal/photos"
)

// building records an archive of three photos in two parts, of which the first is done.
func building(t *testing.T, c photos.Catalog, id string) photos.Archive {
	t.Helper()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	a := photos.Archive{
		Owner: "dan", ID: id, Name: id, Match: anyOf("Fox"), Status: photos.ArchiveQueued, CreatedAt: at, UpdatedAt: at,
	}
	if _, _, err := c.CreateArchive(t.Context(), a, nil, nil); err != nil {
		t.Fatal(err)
	}
	a.UploadID, a.PhotoCount, a.TotalBytes, a.PartCount, a.Plans = "upload of "+id, 3, 3000, 2, 1
	parts := []photos.ArchivePart{
		{Number: 1, State: photos.PartOpen, Photos: 2, Bytes: 2000}, {Number: 2, State: photos.PartOpen, Photos: 1, Bytes: 1000},
	}
	if err := c.StartBuilding(t.Context(), a, parts); err != nil {
		t.Fatal(err)
	}
	complete(t, c, a, parts[0])
	return a
}

func complete(t *testing.T, c photos.Catalog, a photos.Archive, part photos.ArchivePart) {
	t.Helper()
	part.State, part.Size, part.Result = photos.PartShort, part.Bytes, "result/"
	if _, err := c.CompletePart(t.Context(), a.Owner, a.ID, a.UploadID, part, a.UpdatedAt); err != nil {
		t.Fatal(err)
	}
}

func TestCheckInvariantsOfArchives(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		spoil        string // SQL; "" for nothing
		want         []photos.Discrepancy
	}{
		{name: "right", reason: "what is under way is no fault", want: nil},
		{
			name: "counted twice", reason: "the archive would be finished without its last part",
			spoil: `UPDATE archives SET parts_done = 2, photos_done = 3, bytes_done = 3000 WHERE id = 'building'`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "archive building, parts done", Kept: 2, Found: 1},
				{Owner: "dan", What: "archive building, photos done", Kept: 3, Found: 2},
				{Owner: "dan", What: "archive building, bytes done", Kept: 3000, Found: 2000},
			},
		},
		{
			name: "part lost", reason: "nobody would build it",
			spoil: `DELETE FROM archive_parts WHERE archive_id = 'building' AND number = 2`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "archive building, parts", Kept: 2, Found: 1},
				{Owner: "dan", What: "archive building, photos", Kept: 3, Found: 2},
				{Owner: "dan", What: "archive building, bytes", Kept: 3000, Found: 2000},
			},
		},
		{
			name: "ready too early", reason: "its progress would never be whole",
			spoil: `UPDATE archives SET status = 'READY', expires_at = 0, ready_at = 0 WHERE id = 'building'`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "archive building, parts done", Kept: 1, Found: 2},
				{Owner: "dan", What: "archive building, photos done", Kept: 2, Found: 3},
				{Owner: "dan", What: "archive building, bytes done", Kept: 2000, Found: 3000},
			},
		},
		{
			name: "progress of nothing", reason: "an archive that waits for its plan has none",
			spoil: `UPDATE archives SET status = 'QUEUED' WHERE id = 'building'`,
			want: []photos.Discrepancy{
				{Owner: "dan", What: "archive building, parts", Kept: 2, Found: 0},
				{Owner: "dan", What: "archive building, parts done", Kept: 1, Found: 0},
				{Owner: "dan", What: "archive building, photos", Kept: 3, Found: 0},
				{Owner: "dan", What: "archive building, photos done", Kept: 2, Found: 0},
				{Owner: "dan", What: "archive building, bytes", Kept: 3000, Found: 0},
				{Owner: "dan", What: "archive building, bytes done", Kept: 2000, Found: 0},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			catalog, raw := recordsOnDisk(t)
			record(t, catalog, "dan", "one", label("Fox", 57.5))
			building(t, catalog, "building")
			cancelled := building(t, catalog, "cancelled")
			cancelled.Status = photos.ArchiveCancelled
			if err := catalog.MoveArchive(t.Context(), cancelled, photos.ArchiveBuilding); err != nil {
				t.Fatal(err)
			}
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

// lateParts is a catalog in which a part is recorded between two readings of a check.
type lateParts struct {
	photos.Catalog
	commit func()
}

func (c *lateParts) ArchiveParts(ctx context.Context, o photos.Owner, id string) ([]photos.ArchivePart, error) {
	if commit := c.commit; commit != nil {
		c.commit = nil
		commit()
	}
	return c.Catalog.ArchiveParts(ctx, o, id)
}

func TestCheckInvariantsWhilePartsAreBuilt(t *testing.T) {
	catalog, _ := recordsOnDisk(t)
	record(t, catalog, "dan", "one", label("Fox", 57.5))
	a := building(t, catalog, "building")
	late := &lateParts{Catalog: catalog, commit: func() {
		complete(t, catalog, a, photos.ArchivePart{Number: 2, Photos: 1, Bytes: 1000})
	}}
	if wrong, err := photos.CheckInvariants(t.Context(), late); err != nil || len(wrong) > 0 {
		t.Errorf("a part that is recorded during the check counts as %v, %v", wrong, err)
	}
	if late.commit != nil {
		t.Error("the check reads no parts: the test has lost its subject")
	}
}
