package photos_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// A process may die before or after any step of an archive. After that, jobs are handed out again and the sweeper looks
// for what stands still; what comes of it must be one right archive and nothing beside it.
func TestArchivingSurvivesDeathAtEveryStep(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 5*mib-1, 5*mib-1, 4*mib+5000, 2000, 3000)
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
			if err != nil {
				t.Fatal(err)
			}
			h.faults.set(at, after)
			died := ""
			for died == "" {
				job, ok := h.jobs.take()
				if !ok {
					break
				}
				if err := h.Handle(ctx, job); err != nil && !errors.Is(err, errCrash) {
					t.Fatalf("%s: %v", job.Kind, err)
				}
				if died = h.faults.fired(); died != "" {
					h.jobs.all()   // what was sent may be lost with the process,
					if at%2 == 0 { // or not,
						h.jobs.Send(ctx, job, job) // and the job itself comes again
					}
				}
			}
			h.faults.set(0, false)
			if died == "" {
				if at < 10 {
					t.Fatalf("only %d steps can fail: the test has lost its subject", at-1)
				}
				h.clock = h.clock.Add(photos.ArchiveLife) // or this archive would serve the next request
				break
			}
			where := fmt.Sprintf("after death at step %d, %s (after: %v)", at, died, after)
			if err := h.work(); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			h.clock = h.clock.Add(6 * time.Minute)
			if _, err := h.Sweep(ctx); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if err := h.work(); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			a, err = h.Archive(ctx, "dan", a.ID)
			if err != nil || a.Status != photos.ArchiveReady || a.PhotosDone != len(want) || a.BytesDone != a.TotalBytes {
				t.Fatalf("%s the archive is %+v, %v", where, a, err)
			}
			sameFiles(t, want, h.download(a))
			if n, err := h.CountNotices(ctx, "dan"); err != nil || n == 0 {
				t.Errorf("%s nobody was told: %d, %v", where, n, err)
			}
			h.clock = h.clock.Add(25 * time.Hour)
			if _, err := h.Sweep(ctx); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			keys, err := h.Objects.List(ctx, photos.WorkingBucket, "", "", 100)
			uploads, err2 := h.Objects.ListUploads(ctx, photos.WorkingBucket, "", 10)
			if err != nil || err2 != nil || len(keys)+len(uploads) != 0 {
				t.Errorf("%s these are left: %v %v, %v %v", where, keys, uploads, err, err2)
			}
		}
	}
}

// Any mix of duplicate, late and reordered jobs, by many workers at once, ends in one right archive.
func TestArchiveByManyWorkers(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 4*mib, 5*mib, 4*mib, 5*mib, 2000, 6*mib, 3000)
	a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for round := 0; ; round++ {
		jobs := h.jobs.all()
		if len(jobs) == 0 {
			break
		}
		jobs = append(jobs, jobs...)
		jobs = append(jobs, jobs...)
		random.Shuffle(len(jobs), func(i, j int) { jobs[i], jobs[j] = jobs[j], jobs[i] })
		var wg sync.WaitGroup
		for _, job := range jobs {
			wg.Go(func() {
				// A job that meets another on its way may have to be done again; nothing else may go wrong.
				for try := 0; ; try++ {
					err := h.Handle(ctx, job)
					if err == nil {
						return
					}
					if try == 5 {
						t.Errorf("%s %d: %v", job.Kind, job.Part, err)
						return
					}
				}
			})
		}
		wg.Wait()
		if round > 50 {
			t.Fatal("the archive does not come to an end")
		}
	}
	a, err = h.Archive(ctx, "dan", a.ID)
	if err != nil || a.Status != photos.ArchiveReady || a.PhotosDone != 7 || a.Plans != 1 {
		t.Fatalf("the archive is %+v, %v", a, err)
	}
	sameFiles(t, want, h.download(a))
}

// An upload that the store has lost is begun anew, but not for ever.
func TestArchiveIsPlannedAgain(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 6*mib, 5*mib, 2000)
	a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
	if err != nil {
		t.Fatal(err)
	}
	lose := func() {
		plan, _ := h.jobs.take()
		if plan.Kind != photos.JobPlan {
			t.Fatalf("the next job is %+v", plan)
		}
		if err := h.Handle(ctx, plan); err != nil {
			t.Fatal(err)
		}
		a, err = h.Archive(ctx, "dan", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Objects.AbortUpload(ctx, a.Object(), a.UploadID); err != nil {
			t.Fatal(err)
		}
		part, _ := h.jobs.take()
		h.jobs.all()
		if err := h.Handle(ctx, part); err != nil {
			t.Fatal(err)
		}
	}
	lose()
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	if a, err = h.Archive(ctx, "dan", a.ID); err != nil || a.Status != photos.ArchiveReady || a.Plans != 2 {
		t.Fatalf("the archive is %+v, %v", a, err)
	}
	sameFiles(t, want, h.download(a))

	name := "Another archive of the same"
	if a, err = h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox"), Name: &name}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		lose()
	}
	if a, err = h.Archive(ctx, "dan", a.ID); err != nil || a.Status != photos.ArchiveFailed {
		t.Errorf("after three plans it must fail: %+v, %v", a, err)
	}
}
