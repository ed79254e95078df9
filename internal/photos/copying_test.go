package photos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pam/internal/photos"
)

// copies is a store that counts copies and can meddle with them.
type copies struct {
	photos.Objects
	done   atomic.Int32
	meddle func(try int) (sum *photos.Checksum, err error) // nil for nothing
}

func (s *copies) CopyPart(ctx context.Context, o photos.Object, id string, n int, from photos.Object, offset, length int64, ifMatch string) (string, photos.Checksum, error) {
	try := int(s.done.Add(1))
	var told *photos.Checksum
	if s.meddle != nil {
		var err error
		if told, err = s.meddle(try); err != nil {
			return "", photos.Checksum{}, err
		}
	}
	etag, sum, err := s.Objects.CopyPart(ctx, o, id, n, from, offset, length, ifMatch)
	if told != nil {
		sum = *told
	}
	return etag, sum, err
}

// A large photo is copied by the store behind a part that is sent. What is sent and what is copied may each be gone, or
// fail, by the time the part is built.
func TestBuildPartCopies(t *testing.T) {
	const small, large = 3 * mib, 9 * mib
	gone := func(h *harness, p photos.Photo) {
		if err := h.Objects.Delete(h.t.Context(), photos.StorageBucket, p.Key()); err != nil {
			h.t.Fatal(err)
		}
	}
	deleted := func(h *harness, p photos.Photo) {
		if _, err := h.DeletePhotos(h.t.Context(), "dan", []string{p.ID}); err != nil {
			h.t.Fatal(err)
		}
	}
	changed := func(h *harness, p photos.Photo) {
		if err := h.Objects.Put(h.t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}, "image/jpeg", picture(h.t, 99, int(p.Size)-1000)); err != nil {
			h.t.Fatal(err)
		}
	}
	fails := func(_ int) (*photos.Checksum, error) { return nil, errors.New("not implemented here") }
	for _, c := range []struct {
		name, reason string
		sizes        []int // a small photo, or none, before the large one
		before       func(h *harness, ps []photos.Photo)
		meddle       func(int) (*photos.Checksum, error)
		skipped      string   // the last photo's reason; "" when it is there
		lost         []string // other files that must be missing
		state        photos.PartState
		copied       bool
	}{
		{"nothing happens", "the store copies what lies behind 5 MiB", []int{small, small, large}, nil, nil, "", nil, photos.PartUploaded, true},
		{"alone", "its beginning is sent", []int{14 * mib}, nil, nil, "", nil, photos.PartUploaded, true},
		{"large one gone", "its header must not be in what is sent, which is enough for a part",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[2]) }, nil, "gone from the store", nil, photos.PartUploaded, false},
		{"large one changed", "a copy of other bytes would not be the photo",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { changed(h, ps[2]) }, nil, "has changed", nil, photos.PartUploaded, false},
		{"large one deleted", "its owner wants it nowhere",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { deleted(h, ps[2]) }, nil, "was deleted", nil, photos.PartUploaded, false},
		{"small one gone", "what is left to send is no part, so the large photo is sent along",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[0]) }, nil, "", []string{"IMG_0000.JPG"}, photos.PartUploaded, false},
		{"small ones gone", "the large photo is sent alone",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[0]); gone(h, ps[1]) }, nil, "",
			[]string{"IMG_0000.JPG", "IMG_0001.JPG"}, photos.PartUploaded, false},
		{"one of each gone", "what is left is no part and goes into the tail",
			[]int{small, small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[0]); gone(h, ps[2]) }, nil, "gone from the store",
			[]string{"IMG_0000.JPG"}, photos.PartShort, false},
		{"beginning needed, large one gone", "neither beginning nor header may be left",
			[]int{small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[1]) }, nil, "gone from the store", nil, photos.PartShort, false},
		{"beginning needed, small one gone", "the large photo is sent whole",
			[]int{small, large}, func(h *harness, ps []photos.Photo) { gone(h, ps[0]) }, nil, "", []string{"IMG_0000.JPG"}, photos.PartUploaded, false},
		{"no copies", "a store that copies nothing is sent everything", []int{small, small, large}, nil, fails, "", nil, photos.PartUploaded, false},
		{"a copy fails once", "it is tried again", []int{small, small, large}, nil, func(try int) (*photos.Checksum, error) {
			if try == 1 {
				return nil, errors.New("broken connection")
			}
			return nil, nil
		}, "", nil, photos.PartUploaded, true},
		{"other bytes copied", "the store's checksum differs from the catalog's", []int{small, large}, nil,
			func(int) (*photos.Checksum, error) { return &photos.Checksum{CRC32: 1, Known: true}, nil }, "has changed", nil, photos.PartShort, false},
		{"checksum untold", "the ETag says that it is the photo", []int{small, large}, nil,
			func(int) (*photos.Checksum, error) { return &photos.Checksum{}, nil }, "", nil, photos.PartUploaded, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := newHarness(t)
			store := &copies{Objects: plain.Objects, meddle: c.meddle}
			h := plain.with(func(config *photos.Config) { config.Objects, config.ReadRetry = store, time.Microsecond })
			want := map[string]string{}
			var ps []photos.Photo
			for i, size := range c.sizes {
				data := picture(t, i+1, size)
				ps = append(ps, h.labelled("dan", fmt.Sprintf("IMG_%04d.JPG", i), data, label("Fox", 90)))
				want[ps[i].FileName] = string(data)
			}
			// Another part, so that the archive is never empty.
			other := picture(t, 50, 1000)
			h.labelled("dan", "other.jpg", other, label("Fox", 90), label("Other", 90))
			a := h.request("dan", anyOf("Fox"))
			h.do(h.next(photos.JobPlan))
			if c.before != nil {
				c.before(h, ps)
			}
			h.doUntil(photos.JobFinish)
			parts, err := h.Catalog.ArchiveParts(t.Context(), "dan", a.ID)
			if err != nil || len(parts) != 1 {
				t.Fatalf("parts %+v, %v", parts, err)
			}
			if parts[0].State != c.state {
				t.Errorf("the part is %s, want %s: %s", parts[0].State, c.state, c.reason)
			}
			if a, err = h.Archive(t.Context(), "dan", a.ID); err != nil {
				t.Fatal(err)
			}
			held, err := h.Objects.ListParts(t.Context(), a.Object(), a.UploadID)
			if err != nil {
				t.Fatal(err)
			}
			if store.done.Load() == 0 && c.state == photos.PartUploaded && c.copied {
				t.Fatal("nothing was copied: the test has lost its subject")
			}
			if c.copied && len(held) != 2 {
				t.Errorf("the upload holds %+v: %s", held, c.reason)
			}
			h.do(photos.Job{Kind: photos.JobFinish, Owner: "dan", ArchiveID: a.ID})
			a = h.finished(a)
			for _, name := range c.lost {
				delete(want, name)
			}
			last := ps[len(ps)-1].FileName
			reasons := map[string]string{}
			for _, s := range a.Skipped {
				reasons[s.FileName] = s.Reason
			}
			if c.skipped != "" {
				delete(want, last)
				if !strings.Contains(reasons[last], c.skipped) {
					t.Errorf("%s is skipped because %q, want %q", last, reasons[last], c.skipped)
				}
			}
			if missing := len(ps) - len(want); len(reasons) != missing {
				t.Errorf("%d photos are missing, skipped are %v", missing, reasons)
			}
			want["other.jpg"] = string(other)
			got := h.download(a)
			sameFiles(t, want, got)
			for name, reason := range reasons {
				if !strings.Contains(got["labels.csv"], name+",,,,"+reason+"\n") {
					t.Errorf("labels.csv does not say that %s is skipped:\n%s", name, got["labels.csv"])
				}
			}
		})
	}
}

// What a store answers while it is busy, or when the upload is gone, says nothing about a photo.
func TestBuildPartCannotCopyNow(t *testing.T) {
	t.Run("busy", func(t *testing.T) {
		plain := newHarness(t)
		busy := true
		h := plain.with(func(config *photos.Config) {
			config.Objects = &copies{Objects: config.Objects, meddle: func(int) (*photos.Checksum, error) {
				if busy {
					return nil, fmt.Errorf("slow down: %w", photos.ErrBusy)
				}
				return nil, nil
			}}
		})
		want := h.library("dan", 14*mib)
		a := h.request("dan", anyOf("Fox"))
		job := h.doUntil(photos.JobPart)
		if err := h.Handle(t.Context(), job); !errors.Is(err, photos.ErrBusy) {
			t.Fatalf("the job comes again, uncounted: %v", err)
		}
		busy = false
		h.do(job)
		sameFiles(t, want, h.download(h.finished(a)))
	})
	t.Run("upload gone", func(t *testing.T) {
		h := newHarness(t)
		want := h.library("dan", 14*mib)
		a := h.request("dan", anyOf("Fox"))
		job := h.doUntil(photos.JobPart)
		a, err := h.Archive(t.Context(), "dan", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Objects.AbortUpload(t.Context(), a.Object(), a.UploadID); err != nil {
			t.Fatal(err)
		}
		h.do(job)
		if a = h.finished(a); a.Plans != 2 || a.SkippedCount != 0 {
			t.Errorf("planned %d times, skipped %v: the photo is there, the upload was not", a.Plans, a.Skipped)
		}
		sameFiles(t, want, h.download(a))
	})
}

// badObjects is a store that cannot read some objects.
type badObjects struct {
	photos.Objects
	bad func(key string) bool
}

func (s badObjects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	if o.Bucket == photos.StorageBucket && s.bad(o.Key) {
		return nil, photos.ObjectInfo{}, errors.New("input/output error")
	}
	return s.Objects.Get(ctx, o, offset, length, ifMatch)
}

// One photo that cannot be read does not cost its owner the archive; a store that cannot be read does not cost any photo.
func TestBuildPartTellsBadPhotoFromOutage(t *testing.T) {
	var bad func(string) bool
	h := newHarness(t).with(func(config *photos.Config) {
		config.Objects = badObjects{config.Objects, func(key string) bool { return bad != nil && bad(key) }}
		config.ReadRetry = time.Microsecond
	})
	want := h.library("dan", 3000, 2000)
	odd := h.labelled("dan", "odd.jpg", picture(t, 9, 4000), label("Fox", 90))
	a := h.request("dan", anyOf("Fox"))
	h.do(h.next(photos.JobPlan))
	job := h.next(photos.JobPart)

	bad = func(string) bool { return true }
	if err := h.Handle(t.Context(), job); err == nil {
		t.Fatal("a part was built while nothing could be read")
	}
	bad = func(key string) bool { return key == odd.Key() }
	h.do(job)
	a = h.finished(a)
	if len(a.Skipped) != 1 || a.Skipped[0].PhotoID != odd.ID || !strings.Contains(a.Skipped[0].Reason, "could not be read") {
		t.Errorf("skipped: %+v", a.Skipped)
	}
	got := h.download(a)
	sameFiles(t, want, got)
	if !strings.Contains(got["labels.csv"], "odd.jpg,,,,\""+a.Skipped[0].Reason+"\"\n") {
		t.Errorf("labels.csv:\n%s", got["labels.csv"])
	}

	t.Run("all", func(t *testing.T) {
		bad = func(key string) bool { return strings.HasPrefix(key, photos.PhotoPrefix) }
		name := "another"
		a, err := h.RequestArchive(t.Context(), "dan", photos.ArchiveRequest{Match: anyOf("Fox", "Animal"), Name: &name})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.work(); err != nil {
			t.Fatal(err)
		}
		if a, err = h.Archive(t.Context(), "dan", a.ID); err != nil || a.Status != photos.ArchiveFailed || a.SkippedCount != 3 ||
			a.Failure == nil || !strings.Contains(a.Failure.Message, "could not be read") {
			t.Errorf("an archive of nothing is %+v (%+v), %v", a, a.Failure, err)
		}
	})
}

// hangingObjects is a store that answers no read of a photo before the reader loses patience.
type hangingObjects struct {
	photos.Objects
	begun chan struct{}
}

func (s hangingObjects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	if o.Bucket == photos.WorkingBucket {
		return s.Objects.Get(ctx, o, offset, length, ifMatch)
	}
	s.begun <- struct{}{}
	<-ctx.Done()
	return nil, photos.ObjectInfo{}, ctx.Err()
}

// A job that is at work notices that its archive was cancelled, and is done.
func TestCancelStopsJobAtWork(t *testing.T) {
	h := newHarness(t)
	h.library("dan", 3000)
	a := h.request("dan", anyOf("Fox"))
	part := h.doUntil(photos.JobPart)
	store := hangingObjects{h.Objects, make(chan struct{})}
	worker := h.with(func(config *photos.Config) { config.Objects = store })
	done := make(chan error, 1)
	go func() { done <- worker.Handle(t.Context(), part) }()
	<-store.begun
	began := time.Now()
	if _, err := h.CancelArchive(t.Context(), "dan", a.ID); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("there is nothing to try again: %v", err)
		}
	case <-time.After(2 * time.Second):
		t.Fatal("the job is still at work after two seconds")
	}
	t.Logf("noticed after %s", time.Since(began))
}
