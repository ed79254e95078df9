package dynamo_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pam/internal/aws/dynamo"
	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/photos"
)

// impatient gives up soon.
var impatient = dynamo.WithRetry(dynamo.Retry{Attempts: 4, Base: time.Millisecond, Cap: time.Millisecond, Timeout: 5 * time.Second})

// troubled is an empty catalog behind trouble that is still to come.
func troubled(t *testing.T) (*dynamotest.Trouble, *dynamo.Catalog) {
	t.Helper()
	trouble := dynamotest.NewTrouble(dynamotest.Minidyn(), 1, dynamotest.Chances{})
	return trouble, dynamotest.Catalog(t, dynamotest.Serve(t, trouble), impatient)
}

func photoOf(owner photos.Owner, id string) photos.Photo {
	at := time.UnixMilli(1_780_000_000_000).UTC()
	return photos.Photo{Owner: owner, ID: id, FileName: "a.jpg", ContentType: "image/jpeg", Size: 7, Status: photos.Pending,
		UploadedAt: at, ExpiresAt: at.Add(photos.PendingLife)}
}

func inspectionOf(labels ...string) photos.Inspection {
	in := photos.Inspection{SHA256: "ab", ETag: `"e"`}
	for _, name := range labels {
		in.Labels = append(in.Labels, photos.PhotoLabel{Name: name, Confidence: 90})
	}
	return in
}

// A step whose answer is lost is done once, and its caller is told that it is done.
func TestLostAnswers(t *testing.T) {
	trouble, catalog := troubled(t)
	ctx := t.Context()
	at := time.UnixMilli(1_780_000_000_000).UTC()
	archive := photos.Archive{Owner: "dan", ID: "A", Status: photos.ArchiveQueued, CreatedAt: at, UpdatedAt: at}
	building := archive
	building.UploadID, building.PartCount, building.PhotoCount = "u", 1, 1
	part := photos.ArchivePart{Number: 1, State: photos.PartOpen, Photos: 1}
	built := photos.ArchivePart{Number: 1, State: photos.PartUploaded, ETag: "e", Result: "r"}
	ready := building
	ready.Status = photos.ArchiveReady
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"AddPhotos", func() error { return catalog.AddPhotos(ctx, []photos.Photo{photoOf("dan", "P"), photoOf("dan", "Q")}) }},
		{"SaveInspection", func() error { return catalog.SaveInspection(ctx, "dan", "P", inspectionOf("Dog")) }},
		{"CommitLabelled", func() error { return catalog.CommitLabelled(ctx, "dan", "P") }},
		{"CommitRejected", func() error { return catalog.CommitRejected(ctx, "dan", "Q", photos.Rejection{Code: photos.TooSmall}) }},
		{"DeletePhotos", func() error {
			gone, err := catalog.DeletePhotos(ctx, "dan", []string{"P", "Q"}, at)
			if err == nil && len(gone) != 2 {
				err = fmt.Errorf("deleted %v", gone)
			}
			return err
		}},
		{"CreateArchive", func() error {
			a, created, err := catalog.CreateArchive(ctx, archive, &photos.Selection{Hash: "h"}, &photos.IdempotencyKey{Key: "k", InputHash: "h", ExpiresAt: at.Add(time.Hour)})
			if err == nil && (!created || a.ID != archive.ID) {
				err = fmt.Errorf("created %v, %s", created, a.ID)
			}
			return err
		}},
		{"StartBuilding", func() error { return catalog.StartBuilding(ctx, building, []photos.ArchivePart{part}) }},
		{"CompletePart", func() error {
			a, err := catalog.CompletePart(ctx, "dan", "A", "u", built, at)
			if err == nil && a.PartsDone != 1 {
				err = fmt.Errorf("%d parts are done", a.PartsDone)
			}
			return err
		}},
		{"MoveArchive", func() error { return catalog.MoveArchive(ctx, ready, photos.ArchiveBuilding) }},
		{"AddNotice", func() error { return catalog.AddNotice(ctx, photos.Notice{Owner: "dan", ID: "n", At: at}) }},
	} {
		// The first write loses its answer, and no other request does.
		lose := true
		trouble.Set(dynamotest.Chances{LoseAnswer: 1}, func(operation string) bool {
			is := lose && operation != "GetItem" && operation != "BatchGetItem" && operation != "Query"
			lose = lose && !is
			return is
		})
		before := trouble.Happened()[dynamotest.LostAnswer]
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if trouble.Happened()[dynamotest.LostAnswer] != before+1 {
			t.Errorf("%s lost no answer, so nothing is shown", step.name)
		}
	}
	trouble.Set(dynamotest.Chances{}, nil)
	checkCounts(t, catalog, "dan", photos.OwnerStats{Version: 2}, nil)
	if n, err := catalog.CountArchives(ctx, "dan"); err != nil || n != 1 {
		t.Errorf("%d archives, %v", n, err)
	}
}

// What is contended or throttled for longer than the catalog waits is busy and not lost; other faults are none of that.
func TestGivingUp(t *testing.T) {
	trouble, catalog := troubled(t)
	if err := catalog.AddPhotos(t.Context(), []photos.Photo{photoOf("dan", "P")}); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, reason string
		chances      dynamotest.Chances
		busy         bool
	}{
		{"throttled", "a queue gives the job out again, without counting it", dynamotest.Chances{Throttle: 2}, true},
		{"out of order", "a store that always fails ends in a dead letter that somebody sees", dynamotest.Chances{ServerError: 1}, false},
		{"without answers", "likewise", dynamotest.Chances{LoseAnswer: 1}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			trouble.Set(tc.chances, nil)
			defer trouble.Set(dynamotest.Chances{}, nil)
			_, err := catalog.Photo(t.Context(), "dan", "P")
			if err == nil || errors.Is(err, photos.ErrBusy) != tc.busy {
				t.Errorf("want busy %v, got %v: %s", tc.busy, err, tc.reason)
			}
		})
	}
	trouble.Set(dynamotest.Chances{Unprocessed: 1}, nil)
	if _, err := catalog.PhotoLabels(t.Context(), "dan", []string{"P"}); !errors.Is(err, photos.ErrBusy) {
		t.Errorf("a batch of which nothing is ever done is busy, not %v", err)
	}
}

// A single write that meets a transaction waits for it.
func TestWriteAgainstTransaction(t *testing.T) {
	trouble, catalog := troubled(t)
	ctx := t.Context()
	if err := catalog.AddPhotos(ctx, []photos.Photo{photoOf("dan", "P")}); err != nil {
		t.Fatal(err)
	}
	if err := catalog.SaveInspection(ctx, "dan", "P", inspectionOf("Dog")); err != nil {
		t.Fatal(err)
	}
	trouble.Set(dynamotest.Chances{Latency: 200 * time.Millisecond}, func(operation string) bool { return operation == "TransactWriteItems" })
	committed := make(chan error)
	go func() { committed <- catalog.CommitLabelled(ctx, "dan", "P") }()
	for trouble.Happened()["TransactionConflictException"] == 0 && ctx.Err() == nil {
		err := catalog.SaveInspection(ctx, "dan", "P", inspectionOf("Cat"))
		if photos.CodeOf(err) == photos.Conflict {
			t.Fatal("the photo was committed before a write met the transaction")
		}
		if err != nil && !errors.Is(err, photos.ErrBusy) {
			t.Fatal(err)
		}
	}
	if err := <-committed; err != nil {
		t.Fatal(err)
	}
}

// The largest records that the domain allows fit, also with texts that cannot be deflated; larger ones are refused as what
// they are.
func TestLargeItems(t *testing.T) {
	_, catalog := troubled(t)
	ctx := t.Context()
	noise := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteByte(byte('!' + noise.IntN(90)))
		}
		return b.String()
	}
	if err := catalog.AddPhotos(ctx, []photos.Photo{photoOf("dan", "P")}); err != nil {
		t.Fatal(err)
	}
	in := inspectionOf()
	var names []string
	for range photos.MaxLabelsPerPhoto {
		names = append(names, text(255))
	}
	for n, name := range names {
		in.Labels = append(in.Labels, photos.PhotoLabel{Name: name, Confidence: 99, Parents: names[:n], Categories: []string{text(50)}})
	}
	if err := catalog.SaveInspection(ctx, "dan", "P", in); err != nil {
		t.Fatalf("the most labels with the longest names, all parents of one another: %v", err)
	}
	if err := catalog.CommitLabelled(ctx, "dan", "P"); err != nil {
		t.Fatal(err)
	}
	p, err := catalog.Photo(ctx, "dan", "P")
	if err != nil || len(p.Inspection.Labels) != len(names) || p.Inspection.Labels[44].Parents[43] != names[43] {
		t.Errorf("the labels came back otherwise: %v", err)
	}
	a := photos.Archive{Owner: "dan", ID: "A", Status: photos.ArchiveQueued}
	if _, _, err := catalog.CreateArchive(ctx, a, nil, nil); err != nil {
		t.Fatal(err)
	}
	for range photos.MaxSkippedListed {
		a.Skipped = append(a.Skipped, photos.SkippedPhoto{PhotoID: text(26), FileName: text(255), Reason: "The photo was deleted."})
	}
	a.Status = photos.ArchiveFailed
	if err := catalog.MoveArchive(ctx, a, photos.ArchiveQueued); err != nil {
		t.Errorf("the most skipped photos with the longest names: %v", err)
	}
	got, err := catalog.Archive(ctx, "dan", "A")
	if err != nil || len(got.Skipped) != len(a.Skipped) || got.Skipped[499] != a.Skipped[499] {
		t.Errorf("the skipped photos came back otherwise: %v", err)
	}
	a.Skipped[0].Reason = text(600_000)
	if err := catalog.MoveArchive(ctx, a, photos.ArchiveFailed); photos.CodeOf(err) != photos.LimitExceeded {
		t.Errorf("a record that cannot be kept is said to be one, not %v", err)
	}
}
