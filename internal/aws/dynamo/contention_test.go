package dynamo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pam/internal/aws/dynamo"
	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/jobs"
	"pam/internal/photos"
	"pam/internal/s3event"
)

// picture is the bytes of every photo of these tests.
var picture = []byte("the bytes of a photo")

// surroundings is everything that labelling needs beside the catalog, in the simplest form.
type surroundings struct{ photos.Objects }

func (surroundings) Get(context.Context, photos.Object, int64, int64, string) (io.ReadCloser, photos.ObjectInfo, error) {
	return io.NopCloser(bytes.NewReader(picture)), photos.ObjectInfo{Size: int64(len(picture)), ETag: `"e"`}, nil
}
func (surroundings) Put(context.Context, photos.Object, string, []byte) error { return nil }
func (surroundings) Delete(context.Context, photos.Bucket, ...string) error {
	return errors.New("nothing is to be deleted here")
}
func (surroundings) Inspect(context.Context, []byte, string) (photos.Inspected, error) {
	return photos.Inspected{Width: 100, Height: 100, Thumbnail: []byte("t")}, nil
}

// Label gives each photo the same two labels, one of them at a confidence of its own.
func (surroundings) Label(_ context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	n := crc32.ChecksumIEEE([]byte(p.Object.Key)) % 50
	return []photos.PhotoLabel{
		{Name: "Animal", Confidence: 99.5}, {Name: "Dog", Confidence: 50 + float64(n), Parents: []string{"Animal"}},
	}, nil
}
func (surroundings) Send(context.Context, ...photos.Job) error                   { return nil }
func (surroundings) Notify(context.Context, photos.Notice, photos.Archive) error { return nil }
func (surroundings) VerifiedEmail(context.Context, photos.Owner) (string, error) { return "", nil }
func (surroundings) Subscribe(context.Context, photos.Owner, string) (s photos.NoticeSubscription, err error) {
	return s, nil
}

func newHandler(t *testing.T, catalog photos.Catalog) jobs.Handler {
	t.Helper()
	var s surroundings
	library, err := photos.NewLibrary(photos.Config{
		Catalog: catalog, Objects: s, Inspector: s, Labeler: s, Queue: s, Notifier: s, Directory: s,
		Now: time.Now, NewID: photos.ULIDs(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs.Handler{Library: library}
}

// announced records so many photos as PENDING and gives their events, each so many times.
func announced(t *testing.T, catalog photos.Catalog, owner photos.Owner, count, times int) (ids []string, messages [][]byte) {
	t.Helper()
	newID, now := photos.ULIDs(), time.Now().UTC().Truncate(time.Millisecond)
	var list []photos.Photo
	for n := range count {
		p := photos.Photo{
			Owner: owner, ID: newID(now), FileName: fmt.Sprintf("%d.jpg", n), ContentType: "image/jpeg", Size: int64(len(picture)),
			CRC32: crc32.ChecksumIEEE(picture), Status: photos.Pending, UploadedAt: now, ExpiresAt: now.Add(photos.PendingLife),
		}
		list, ids = append(list, p), append(ids, p.ID)
		message, err := s3event.EncodeCreated("pam-storage", p.Key(), p.Size, `"e"`, now)
		if err != nil {
			t.Fatal(err)
		}
		for range times {
			messages = append(messages, message)
		}
	}
	for rest := list; len(rest) > 0; {
		batch := rest[:min(100, len(rest))]
		if err := catalog.AddPhotos(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		rest = rest[len(batch):]
	}
	// Those of the first half come at about the same time, the others at any.
	late := messages[len(messages)/2:]
	rand.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
	return ids, messages
}

// mostReceives is how often a message is handed out before it becomes a dead letter.
const mostReceives = 5

// work hands messages to so many workers until none is left. One that ends with photos.ErrBusy is handed out again without
// being counted, as the port's queues do. It gives how many were given back so, and which became dead letters.
func work(t *testing.T, handler jobs.Handler, messages [][]byte, workers int) (busy int64, dead []error) {
	t.Helper()
	type message struct {
		body     []byte
		receives int
	}
	queue := make(chan message, len(messages))
	for _, body := range messages {
		queue <- message{body: body}
	}
	var left, gaveBack atomic.Int64
	left.Store(int64(len(messages)))
	var mu sync.Mutex
	var wg sync.WaitGroup
	done := func() {
		if left.Add(-1) == 0 {
			close(queue)
		}
	}
	for range workers {
		wg.Go(func() {
			for m := range queue {
				err := handler.Handle(t.Context(), m.body)
				if err != nil && !errors.Is(err, photos.ErrBusy) {
					m.receives++
				}
				switch {
				case err == nil:
					done()
				case m.receives >= mostReceives || t.Context().Err() != nil:
					mu.Lock()
					dead = append(dead, err)
					mu.Unlock()
					done()
				default:
					if errors.Is(err, photos.ErrBusy) {
						gaveBack.Add(1)
					}
					queue <- m
				}
			}
		})
	}
	wg.Wait()
	return gaveBack.Load(), dead
}

// Many workers label photos of one owner with the same labels, every event three times, while transactions hold their
// items, requests are throttled, batches are done in part and answers are lost.
func TestContention(t *testing.T) {
	count := 1000
	if underRace {
		count = 150
	}
	// The copies of the table that minidyn makes would keep the collector busy for most of the time.
	before := debug.SetGCPercent(600)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	trouble := dynamotest.NewTrouble(dynamotest.Minidyn(), 1, dynamotest.Chances{})
	catalog := dynamotest.Catalog(t, dynamotest.Serve(t, trouble),
		// Shorter waits than in production, since a request takes a millisecond here and not ten; and so few attempts that
		// messages are given back.
		dynamo.WithRetry(dynamo.Retry{Attempts: 8, Base: 8 * time.Millisecond, Cap: 400 * time.Millisecond, Timeout: 30 * time.Second}))
	const owner = "dan"
	ids, messages := announced(t, catalog, owner, count, 3)
	trouble.Set(dynamotest.Chances{
		Latency: time.Millisecond, Throttle: 0.01, Unprocessed: 0.05, LoseAnswer: 0.005, ServerError: 0.002,
	}, nil)
	busy, dead := work(t, newHandler(t, catalog), messages, 50)
	happened := trouble.Happened()
	t.Logf("given back %d times; %v", busy, happened)
	for _, what := range []string{"TransactionConflict", "ThrottlingException", "ProvisionedThroughputExceededException", dynamotest.LostAnswer} {
		if happened[what] == 0 {
			t.Errorf("there was no %s, so nothing is shown of it", what)
		}
	}
	if len(dead) > 0 {
		t.Fatalf("%d messages became dead letters, the first with %v", len(dead), dead[0])
	}
	trouble.Set(dynamotest.Chances{Unprocessed: 0.05}, nil)
	found, err := catalog.PhotoLabels(t.Context(), owner, ids)
	if err != nil {
		t.Fatal(err)
	}
	var want photos.Buckets
	for _, labels := range found {
		for _, l := range labels {
			if l.Name == "Dog" {
				want[photos.BucketOf(l.Confidence)]++
			}
		}
	}
	if len(found) != count {
		t.Fatalf("%d photos of %d are there", len(found), count)
	}
	checkCounts(t, catalog, owner, photos.OwnerStats{Labelled: count, StoredBytes: int64(count * len(picture)), Version: int64(count)},
		map[string]photos.Buckets{"Animal": {photos.BucketCount - 1: count}, "Dog": want})
	if trouble.Happened()[dynamotest.Unprocessed] == 0 {
		t.Error("no request of a batch was left unprocessed, so nothing is shown of it")
	}
}

// checkCounts fails the test unless the owner's summary and counters are as wanted, and agree with the recount.
func checkCounts(t *testing.T, catalog photos.Catalog, owner photos.Owner, wantStats photos.OwnerStats, want map[string]photos.Buckets) {
	t.Helper()
	stats, err := catalog.Stats(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	if stats != wantStats {
		t.Errorf("the summary is %+v, want %+v", stats, wantStats)
	}
	kept, err := catalog.LabelCounts(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	counted, recount, err := catalog.RecountLabels(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	wantStats.Version = 0
	if recount != wantStats {
		t.Errorf("the recount is %+v, want %+v", recount, wantStats)
	}
	for which, list := range map[string][]photos.LabelCount{"kept": kept, "counted": counted} {
		if len(list) != len(want) {
			t.Errorf("%d labels are %s, want %d", len(list), which, len(want))
		}
		for _, l := range list {
			if l.Buckets != want[l.Name] {
				t.Errorf("%s of %s: %v, want %v", which, l.Name, l.Buckets, want[l.Name])
			}
		}
	}
}
