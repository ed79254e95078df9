package photostest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pam/internal/photos"
)

// race runs f so many times at once and waits. f is called again while it gives ErrBusy, as its queue would.
func race(t *testing.T, n int, f func(ctx context.Context, i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := photos.ErrBusy
			for errors.Is(err, photos.ErrBusy) && t.Context().Err() == nil {
				err = f(t.Context(), i)
			}
			if err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
}

// oneWins lets Conflict pass and counts the calls that succeeded.
func oneWins(wins *atomic.Int32, err error) error {
	switch photos.CodeOf(err) {
	case "":
		wins.Add(1)
		return nil
	case photos.Conflict:
		return nil
	}
	return err
}

func concurrencyCases() []catalogCase {
	return []catalogCase{
		{"OneCommitWins", "of many commits of one photo at once one counts", func(t *testing.T, c catalogTest) {
			p := c.pending(t, 1)
			c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(1, carries("Dog", 90), carries("Animal", 95))))
			var wins atomic.Int32
			race(t, 16, func(ctx context.Context, i int) error {
				if i%4 == 3 {
					return oneWins(&wins, c.CommitRejected(ctx, c.owner, p.ID, photos.Rejection{Code: photos.LabellingFailed}))
				}
				return oneWins(&wins, c.CommitLabelled(ctx, c.owner, p.ID))
			})
			same(t, c, "winners", wins.Load(), 1)
			want := map[string]photos.Buckets{}
			if c.photo(t, p.ID).Status == photos.Labelled {
				want = map[string]photos.Buckets{"Dog": inBucket(90), "Animal": inBucket(95)}
			}
			same(t, c, "labels", c.counts(t), want)
		}},
		{"HotLabel", "many photos of one label, committed at once, are all counted", func(t *testing.T, c catalogTest) {
			const n = 32
			var confidences []float64
			for i := range n {
				p := c.pending(t, i)
				confidences = append(confidences, 50+float64(i))
				c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(i, carries("Person", confidences[i]), carries(fmt.Sprint("Own ", i), 80))))
			}
			race(t, n, func(ctx context.Context, i int) error { return c.CommitLabelled(ctx, c.owner, id(i)) })
			counts := c.counts(t)
			same(t, c, "Person", counts["Person"], inBucket(confidences...))
			same(t, c, "number of labels", len(counts), n+1)
		}},
		{"CommitAgainstDelete", "a photo that is committed and deleted at once is gone and counted nowhere", func(t *testing.T, c catalogTest) {
			const n = 12
			for i := range n {
				p := c.pending(t, i)
				c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(i, carries("Dog", 90))))
			}
			var deleted atomic.Int32
			race(t, 3*n, func(ctx context.Context, i int) error {
				if i%3 == 0 {
					err := c.CommitLabelled(ctx, c.owner, id(i/3))
					if code := photos.CodeOf(err); code == photos.Conflict || code == photos.NotFound {
						return nil
					}
					return err
				}
				gone, err := c.DeletePhotos(ctx, c.owner, ids(i/3), at(1))
				deleted.Add(int32(len(gone)))
				return err
			})
			same(t, c, "photos deleted, each by one call", deleted.Load(), n)
			same(t, c, "labels", c.counts(t), map[string]photos.Buckets{})
			stats, err := c.Stats(t.Context(), c.owner)
			c.ok(t, "Stats", err)
			same(t, c, "StoredBytes", stats.StoredBytes, 0)
		}},
		{"OneArchivePerKey", "of many requests with one key at once one makes the archive, and all are given it", func(t *testing.T, c catalogTest) {
			var created atomic.Int32
			var mu sync.Mutex
			given := make(map[string]bool)
			race(t, 12, func(ctx context.Context, i int) error {
				a, isNew, err := c.CreateArchive(ctx, c.newArchive(i), nil, &photos.IdempotencyKey{Key: "k", InputHash: "h", ExpiresAt: at(1000)})
				if isNew {
					created.Add(1)
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					given[a.ID] = true
				}
				return err
			})
			same(t, c, "created", created.Load(), 1)
			same(t, c, "archives given", len(given), 1)
			n, err := c.CountArchives(t.Context(), c.owner)
			c.ok(t, "CountArchives", err)
			same(t, c, "CountArchives", n, 1)
		}},
		{"OneArchivePerSelection", "of many requests for one selection at once one makes the archive, and all are given it", func(t *testing.T, c catalogTest) {
			c.labelled(t, 99, carries("Dog", 90))
			var created atomic.Int32
			race(t, 12, func(ctx context.Context, i int) error {
				set, err := c.PhotoSet(ctx, c.owner, dogs())
				if err != nil {
					return err
				}
				var key *photos.IdempotencyKey
				if i%2 == 1 {
					key = &photos.IdempotencyKey{Key: fmt.Sprint("k", i), InputHash: "h", ExpiresAt: at(1000)}
				}
				_, isNew, err := c.CreateArchive(ctx, c.newArchive(i), &photos.Selection{Hash: "dogs", Photos: set}, key)
				if isNew {
					created.Add(1)
				}
				return err
			})
			same(t, c, "created", created.Load(), 1)
			list, err := c.ListArchives(t.Context(), c.owner, "", 10)
			c.ok(t, "ListArchives", err)
			same(t, c, "archives", len(list), 1)
			for i := 1; i < 12; i += 2 {
				a, _, err := c.ArchiveByKey(t.Context(), c.owner, fmt.Sprint("k", i), at(20))
				c.ok(t, "ArchiveByKey", err)
				same(t, c, "archive of the key", a.ID, list[0].ID)
			}
		}},
		{"Parts", "parts that are completed at once, each by two builders, are counted once each, and one call sees the last", func(t *testing.T, c catalogTest) {
			const n = 12
			a, parts := c.building(t, 1, n)
			var wins, saw atomic.Int32
			race(t, 2*n, func(ctx context.Context, i int) error {
				now, err := c.CompletePart(ctx, c.owner, a.ID, a.UploadID, built(parts[i/2]), at(200))
				if err == nil && now.PartsDone == n {
					saw.Add(1)
				}
				return oneWins(&wins, err)
			})
			same(t, c, "winners", wins.Load(), n)
			same(t, c, "calls that saw all parts done", saw.Load(), 1)
			got := c.archive(t, a.ID)
			same(t, c, "PartsDone", got.PartsDone, n)
			same(t, c, "PhotosDone", got.PhotosDone, a.PhotoCount)
			same(t, c, "BytesDone", got.BytesDone, a.TotalBytes)
		}},
		{"OneStart", "of many planners at once one records its plan", func(t *testing.T, c catalogTest) {
			a := c.queued(t, 1)
			var wins atomic.Int32
			race(t, 8, func(ctx context.Context, i int) error {
				plan := a
				plan.UploadID, plan.PartCount, plan.PhotoCount, plan.TotalBytes = fmt.Sprint("upload-", i), i+1, i+1, int64(i+1)
				var parts []photos.ArchivePart
				for n := range i + 1 {
					parts = append(parts, photos.ArchivePart{Number: n + 1, State: photos.PartOpen, Photos: 1, Bytes: 1})
				}
				return oneWins(&wins, c.StartBuilding(ctx, plan, parts))
			})
			same(t, c, "winners", wins.Load(), 1)
			got := c.archive(t, a.ID)
			same(t, c, "upload", got.UploadID, fmt.Sprint("upload-", got.PartCount-1))
			same(t, c, "parts", len(c.parts(t, a.ID)), got.PartCount)
		}},
		{"CancelAgainstFinish", "an archive that is finished and cancelled at once ends in one of the two", func(t *testing.T, c catalogTest) {
			a, _ := c.building(t, 1, 1)
			var wins atomic.Int32
			race(t, 8, func(ctx context.Context, i int) error {
				moved := a
				if i%2 == 0 {
					moved.Status, moved.Size = photos.ArchiveReady, 1
				} else {
					moved.Status, moved.UploadID = photos.ArchiveCancelled, ""
				}
				return oneWins(&wins, c.MoveArchive(ctx, moved, photos.ArchiveBuilding))
			})
			same(t, c, "winners", wins.Load(), 1)
			got := c.archive(t, a.ID)
			same(t, c, "size that goes with the status", got.Size == 1, got.Status == photos.ArchiveReady)
		}},
		{"ReadersSeeCommits", "who finds a photo LABELLED finds it counted in each of its labels", func(t *testing.T, c catalogTest) {
			const n = 24
			for i := range n {
				p := c.pending(t, i)
				c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(i, carries(fmt.Sprint("Own ", i), 90), carries("Animal", 95))))
			}
			race(t, 2*n, func(ctx context.Context, i int) error {
				if i%2 == 0 {
					return c.CommitLabelled(ctx, c.owner, id(i/2))
				}
				p, err := c.Photo(ctx, c.owner, id(i/2))
				if err != nil || p.Status != photos.Labelled {
					return err
				}
				kept, err := c.LabelCounts(ctx, c.owner)
				if err != nil {
					return err
				}
				if counts := buckets(kept); counts[fmt.Sprint("Own ", i/2)] != inBucket(90) || counts["Animal"][photos.BucketOf(95)] == 0 {
					return fmt.Errorf("a photo is LABELLED and not counted: %v", counts)
				}
				return nil
			})
			same(t, c, "labels", c.counts(t)["Animal"], photos.Buckets{9: n})
		}},
	}
}
