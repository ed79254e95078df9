package sqlite_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// Of an archive of 1,500 photos of 300 KB: what a part holds, and what its record carries of each photo.
const (
	photosOfPart  = 27
	resultOfPhoto = 160
)

// BenchmarkPartJob measures what the jobs that build an archive's parts ask of the database, part by part, without waiting
// for the disk: it is processor time that an archive spends on its catalog and its queue.
func BenchmarkPartJob(b *testing.B) {
	db, err := sqlite.OpenUnsynced(b.Context(), filepath.Join(b.TempDir(), "pam.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	c, q := db.Catalog(), db.Queue()
	ids := make([]string, photosOfPart)
	for n := range photosOfPart {
		label(b, c, n)
		ids[n] = benchPhoto(n).ID
	}
	a := beginArchive(b, db, b.N)
	result := strings.Repeat("x", photosOfPart*resultOfPhoto)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		list, err := q.Receive(b.Context(), sqlite.Archiver, 1, time.Minute)
		if err != nil || len(list) != 1 {
			b.Fatal(list, err)
		}
		number := int(list[0].ID)
		if _, err := c.Archive(b.Context(), a.Owner, a.ID); err != nil {
			b.Fatal(err)
		}
		part, err := c.ArchivePart(b.Context(), a.Owner, a.ID, number)
		if err != nil || part.State != photos.PartOpen {
			b.Fatal(part, err)
		}
		if found, err := c.PhotoLabels(b.Context(), a.Owner, ids); err != nil || len(found) != len(ids) {
			b.Fatal(len(found), err)
		}
		part.State, part.ETag, part.Result = photos.PartUploaded, `"e"`, result
		if _, err := c.CompletePart(b.Context(), a.Owner, a.ID, a.UploadID, part, time.UnixMilli(1_750_000_000_000)); err != nil {
			b.Fatal(err)
		}
		if err := q.Done(b.Context(), list[0]); err != nil {
			b.Fatal(err)
		}
	}
}

// beginArchive records an archive of that many parts, and sends their jobs.
func beginArchive(b *testing.B, db *sqlite.DB, parts int) photos.Archive {
	b.Helper()
	at := time.UnixMilli(1_750_000_000_000)
	a := photos.Archive{
		Owner: "owner-1", ID: fmt.Sprintf("01HZ%022d", 1), Name: "archive", Match: photos.LabelMatch{Any: []string{"Nature"}, MinConfidence: 55},
		Status: photos.ArchiveQueued, CreatedAt: at, UpdatedAt: at,
	}
	a, _, err := db.Catalog().CreateArchive(b.Context(), a, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	a.UploadID, a.PartCount, a.Plans = "upload", parts, 1
	a.PhotoCount, a.TotalBytes = parts*photosOfPart, int64(parts)*photosOfPart
	planned, sent := make([]photos.ArchivePart, parts), make([]photos.Job, parts)
	for i := range parts {
		planned[i] = photos.ArchivePart{Number: i + 1, Photos: photosOfPart, Bytes: photosOfPart}
		sent[i] = photos.Job{Kind: photos.JobPart, Owner: a.Owner, ArchiveID: a.ID, Part: i + 1}
	}
	if err := db.Catalog().StartBuilding(b.Context(), a, planned); err != nil {
		b.Fatal(err)
	}
	if err := db.Queue().Send(b.Context(), sent...); err != nil {
		b.Fatal(err)
	}
	return a
}
