package sqlite_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// benchPhotos is the size of the library that the benchmarks read.
const benchPhotos = 100_000

// benchLabels gives the labels of the nth photo: every photo has "Nature", every second "Animal", every fifth "Dog",
// every thousandth "Okapi", and eight of 500 others.
func benchLabels(n int) []photos.PhotoLabel {
	confidence := 50 + float64(n*7919%5000)/100
	labels := []photos.PhotoLabel{{Name: "Nature", Confidence: confidence}}
	for name, every := range map[string]int{"Animal": 2, "Dog": 5, "Okapi": 1000} {
		if n%every == 0 {
			labels = append(labels, photos.PhotoLabel{Name: name, Confidence: confidence, Parents: []string{"Nature"}, Categories: []string{"Animals and Pets"}})
		}
	}
	for k := range 8 {
		labels = append(labels, photos.PhotoLabel{Name: fmt.Sprintf("Label %03d", (n*31+k*61)%500), Confidence: 60, Parents: []string{"Nature"}})
	}
	return labels
}

func benchPhoto(n int) photos.Photo {
	return photos.Photo{
		Owner: "owner-1", ID: fmt.Sprintf("01HZ%022d", n), FileName: fmt.Sprintf("IMG_%06d.JPG", n), ContentType: "image/jpeg",
		Size: 4_000_000 + int64(n), CRC32: uint32(n), Status: photos.Pending, UploadedAt: time.UnixMilli(1_750_000_000_000 + int64(n)),
	}
}

// BenchmarkCatalog measures reads of a library of 100,000 photos. The library is made anew, which takes some minutes.
func BenchmarkCatalog(b *testing.B) {
	path := filepath.Join(b.TempDir(), "pam.db")
	fill(b, path)
	db, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	c := db.Catalog()
	b.Run("Labels", func(b *testing.B) {
		for b.Loop() {
			if list, err := c.LabelCounts(b.Context(), "owner-1"); err != nil || len(list) != 504 {
				b.Fatal(len(list), err)
			}
		}
	})
	b.Run("Stats", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Stats(b.Context(), "owner-1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	matches := []struct {
		name  string
		match photos.LabelMatch
	}{
		{"AnyDog", photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 55}},
		{"AnyTwo", photos.LabelMatch{Any: []string{"Dog", "Okapi"}, MinConfidence: 55}},
		{"AnyNature", photos.LabelMatch{Any: []string{"Nature"}, MinConfidence: 55}},
		{"AllNatureOkapi", photos.LabelMatch{All: []string{"Nature", "Okapi"}, MinConfidence: 55}},
		{"AllNatureAnimal", photos.LabelMatch{All: []string{"Nature", "Animal"}, MinConfidence: 55}},
		{"DogNoneOkapi", photos.LabelMatch{Any: []string{"Dog"}, None: []string{"Okapi"}, MinConfidence: 90}},
	}
	for _, m := range matches {
		filter := photos.PhotoFilter{Match: &m.match}
		b.Run("List100/"+m.name, func(b *testing.B) {
			for b.Loop() {
				list, err := c.ListPhotos(b.Context(), "owner-1", filter, photos.UploadedDesc, "", 100)
				if err != nil || len(list) < 80 {
					b.Fatal(len(list), err)
				}
			}
		})
		b.Run("Count/"+m.name, func(b *testing.B) {
			for b.Loop() {
				if totals, err := c.CountPhotos(b.Context(), "owner-1", filter); err != nil || totals.Count < 80 {
					b.Fatal(totals, err)
				}
			}
		})
	}
}

// BenchmarkCommit measures commits that wait for the disk.
func BenchmarkCommit(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "pam.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	c := db.Catalog()
	next := 0
	b.Run("AddInspectCommit", func(b *testing.B) { // three of them a photo
		for b.Loop() {
			next++
			label(b, c, next)
		}
	})
	for _, callers := range []int{1, 8} {
		b.Run(fmt.Sprintf("CommitLabelled/%d", callers), func(b *testing.B) {
			todo := make(chan string, b.N)
			for range b.N {
				next++
				inspect(b, c, next)
				todo <- benchPhoto(next).ID
			}
			close(todo)
			b.ResetTimer()
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					for id := range todo {
						if err := c.CommitLabelled(b.Context(), "owner-1", id); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
		})
	}
	b.Run("SendReceiveDone", func(b *testing.B) {
		q := db.Queue()
		for b.Loop() {
			if err := q.Send(b.Context(), photos.Job{Kind: photos.JobLabel, Owner: "owner-1", PhotoID: "p"}); err != nil {
				b.Fatal(err)
			}
			list, err := q.Receive(b.Context(), sqlite.Detector, 1, time.Minute)
			if err != nil || len(list) != 1 {
				b.Fatal(list, err)
			}
			if err := q.Done(b.Context(), list[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// fill makes the library. It does not wait for the disk.
func fill(b *testing.B, path string) {
	b.Helper()
	db, err := sqlite.OpenUnsynced(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	for n := range benchPhotos {
		label(b, db.Catalog(), n)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

func inspect(b *testing.B, c *sqlite.Catalog, n int) {
	b.Helper()
	p := benchPhoto(n)
	if err := c.AddPhotos(b.Context(), []photos.Photo{p}); err != nil {
		b.Fatal(err)
	}
	if err := c.SaveInspection(b.Context(), p.Owner, p.ID, photos.Inspection{SHA256: fmt.Sprintf("%064x", n), ETag: `"e"`, Width: 4000, Height: 3000, Labels: benchLabels(n)}); err != nil {
		b.Fatal(err)
	}
}

func label(b *testing.B, c *sqlite.Catalog, n int) {
	b.Helper()
	inspect(b, c, n)
	if err := c.CommitLabelled(b.Context(), "owner-1", benchPhoto(n).ID); err != nil {
		b.Fatal(err)
	}
}
