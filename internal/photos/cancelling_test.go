package photos_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// steps calls do at one step of the ports: before it is done, or after. What do itself does is not counted.
type steps struct {
	mu    sync.Mutex
	count int
	at    int // from 1; 0 for none
	after bool
	do    func()
}

// begin counts a step that is about to be done, and gives what to call when it is.
func (s *steps) begin() (done func()) {
	s.mu.Lock()
	s.count++
	n := s.count
	s.mu.Unlock()
	s.reach(n, false)
	return func() { s.reach(n, true) }
}

func (s *steps) reach(n int, after bool) {
	s.mu.Lock()
	var do func()
	if n == s.at && after == s.after {
		do, s.do = s.do, nil
	}
	s.mu.Unlock()
	if do != nil {
		do()
	}
}

// reached says whether the step was, and lets nothing happen there from now on.
func (s *steps) reached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	do := s.do
	s.do = nil
	return do == nil
}

// watchedCatalog and watchedObjects count the steps of building and finishing.
type watchedCatalog struct {
	photos.Catalog
	s *steps
}

func (c watchedCatalog) ArchiveParts(ctx context.Context, o photos.Owner, id string) ([]photos.ArchivePart, error) {
	defer c.s.begin()()
	return c.Catalog.ArchiveParts(ctx, o, id)
}

func (c watchedCatalog) CompletePart(ctx context.Context, o photos.Owner, id, upload string, p photos.ArchivePart, at time.Time) (photos.Archive, error) {
	defer c.s.begin()()
	return c.Catalog.CompletePart(ctx, o, id, upload, p, at)
}

func (c watchedCatalog) StartBuilding(ctx context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	defer c.s.begin()()
	return c.Catalog.StartBuilding(ctx, a, parts)
}

func (c watchedCatalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	defer c.s.begin()()
	return c.Catalog.MoveArchive(ctx, a, from...)
}

type watchedObjects struct {
	photos.Objects
	s *steps
}

func (o watchedObjects) Get(ctx context.Context, object photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	defer o.s.begin()()
	return o.Objects.Get(ctx, object, offset, length, ifMatch)
}

func (o watchedObjects) Put(ctx context.Context, object photos.Object, contentType string, body []byte) error {
	defer o.s.begin()()
	return o.Objects.Put(ctx, object, contentType, body)
}

func (o watchedObjects) CreateUpload(ctx context.Context, object photos.Object, contentType string) (string, error) {
	defer o.s.begin()()
	return o.Objects.CreateUpload(ctx, object, contentType)
}

func (o watchedObjects) UploadPart(ctx context.Context, object photos.Object, id string, n int, body []byte, crc uint32) (string, error) {
	defer o.s.begin()()
	return o.Objects.UploadPart(ctx, object, id, n, body, crc)
}

func (o watchedObjects) CompleteUpload(ctx context.Context, object photos.Object, id string, parts []photos.UploadedPart) (string, error) {
	defer o.s.begin()()
	return o.Objects.CompleteUpload(ctx, object, id, parts)
}

func (o watchedObjects) Head(ctx context.Context, object photos.Object) (photos.ObjectInfo, error) {
	defer o.s.begin()()
	return o.Objects.Head(ctx, object)
}

// A cancel may come between any two steps of planning, building and finishing. Then the archive is CANCELLED and nothing
// is left of it, or it was READY before and is whole.
func TestCancelAtEveryStep(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 4*mib, 4*mib, 4*mib, 3*mib, 2000)
	outcomes := map[photos.ArchiveStatus]int{}
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			a := h.request("dan", anyOf("Fox"))
			var cancelled photos.Archive
			var refused error
			s := &steps{at: at, after: after}
			s.do = func() {
				began := time.Now()
				if cancelled, refused = h.CancelArchive(ctx, "dan", a.ID); refused == nil && cancelled.Status != photos.ArchiveCancelled {
					t.Errorf("step %d (after: %v): cancelling gave %s", at, after, cancelled.Status)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("step %d (after: %v): cancelling took %s", at, after, took)
				}
			}
			// Jobs are done by another process than the one in which the owner cancels.
			builder := h.with(func(c *photos.Config) {
				c.Catalog, c.Objects = watchedCatalog{c.Catalog, s}, watchedObjects{c.Objects, s}
			})
			for job, ok := h.jobs.take(); ok; job, ok = h.jobs.take() {
				// A job that meets the cancel on its way may have to be done again; nothing else may go wrong.
				if err := builder.Handle(ctx, job); err != nil {
					if err = builder.Handle(ctx, job); err != nil {
						t.Fatalf("step %d (after: %v): %s of a cancelled archive fails: %v", at, after, job.Kind, err)
					}
				}
			}
			reached := s.reached()
			a, err := h.Archive(ctx, "dan", a.ID)
			if err != nil {
				t.Fatal(err)
			}
			outcomes[a.Status]++
			switch {
			case a.Status == photos.ArchiveReady && (!reached || photos.CodeOf(refused) == photos.Conflict):
				sameFiles(t, want, h.download(a))
				h.clock = a.ExpiresAt
			case a.Status != photos.ArchiveCancelled || refused != nil:
				t.Fatalf("step %d (after: %v): cancelling gave %v, and the archive is %s", at, after, refused, a.Status)
			}
			if _, err := h.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			h.nothingIsLeft()
			if !reached {
				if at < 15 {
					t.Fatalf("only %d steps: the test has lost its subject", at-1)
				}
				break
			}
		}
	}
	if outcomes[photos.ArchiveCancelled] < 20 || outcomes[photos.ArchiveReady] < 2 {
		t.Errorf("the test has lost its subject: %v", outcomes)
	}
}

// slowObjects is a store whose downloads of photos hang until nobody waits for them.
type slowObjects struct {
	photos.Objects
	waiting chan struct{} // gets a value at each download that hangs
	aborts  bool          // hang too
}

func (o slowObjects) Get(ctx context.Context, object photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	if object.Bucket == photos.StorageBucket {
		select {
		case o.waiting <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return nil, photos.ObjectInfo{}, ctx.Err()
	}
	return o.Objects.Get(ctx, object, offset, length, ifMatch)
}

func (o slowObjects) AbortUpload(ctx context.Context, object photos.Object, id string) error {
	if o.aborts {
		<-ctx.Done()
		return ctx.Err()
	}
	return o.Objects.AbortUpload(ctx, object, id)
}

func TestCancelWhileTheStoreIsSlow(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		aborts       bool
	}{
		{"downloads hang", "what was uploaded goes at once, although a builder is still at work", false},
		{"everything hangs", "the owner does not wait for the store; the sweeper tidies up when it is back", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			ctx := t.Context()
			h.library("dan", 6*mib, 6*mib, 2000)
			a := h.request("dan", anyOf("Fox"))
			part := h.doUntil(photos.JobPart)
			slow := slowObjects{Objects: h.Objects, waiting: make(chan struct{}, 1), aborts: c.aborts}
			then := h.with(func(c *photos.Config) { c.Objects = slow })
			built := make(chan error, 1)
			go func() { built <- then.Handle(ctx, part) }()
			<-slow.waiting

			began := time.Now()
			a, err := then.CancelArchive(ctx, "dan", a.ID)
			took := time.Since(began)
			if err != nil || a.Status != photos.ArchiveCancelled || took > 2*time.Second {
				t.Fatalf("cancelled after %s: %+v, %v: %s", took, a, err, c.reason)
			}
			if uploads, err := h.Objects.ListUploads(ctx, photos.WorkingBucket, "", 10); err != nil || len(uploads) != 0 && !c.aborts {
				t.Errorf("the upload still stands: %+v, %v", uploads, err)
			}
			if err := <-built; err != nil {
				t.Errorf("the builder that was at work fails: %v", err)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("the builder was at work for %s after", took)
			}
			if err := h.work(); err != nil {
				t.Errorf("jobs of a cancelled archive are no failures: %v", err)
			}
			if a, err = h.Archive(ctx, "dan", a.ID); err != nil || a.Status != photos.ArchiveCancelled || a.PartsDone != 0 {
				t.Errorf("the archive is %+v, %v", a, err)
			}
			if _, err := h.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			h.nothingIsLeft()
		})
	}
}

// leavingCatalog is one whose caller hangs up as soon as the archive has moved.
type leavingCatalog struct {
	photos.Catalog
	hangUp context.CancelFunc
}

func (c leavingCatalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	defer c.hangUp()
	return c.Catalog.MoveArchive(ctx, a, from...)
}

// An archive is tidied up although its owner does not wait for the answer.
func TestCancelWithoutWaiting(t *testing.T) {
	h := newHarness(t)
	h.library("dan", 6*mib, 6*mib)
	a := h.request("dan", anyOf("Fox"))
	h.doUntil(photos.JobFinish)
	if len(h.workingKeys()) == 0 {
		t.Fatal("the test has lost its subject")
	}
	ctx, hangUp := context.WithCancel(t.Context())
	leaving := h.with(func(c *photos.Config) { c.Catalog = leavingCatalog{c.Catalog, hangUp} })
	if _, err := leaving.CancelArchive(ctx, "dan", a.ID); err == nil {
		t.Error("a caller that has left was answered: the test has lost its subject")
	}
	if a, err := h.Archive(t.Context(), "dan", a.ID); err != nil || a.Status != photos.ArchiveCancelled {
		t.Errorf("the archive is %s, %v", a.Status, err)
	}
	h.nothingIsLeft()
}
