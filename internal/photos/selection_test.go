package photos_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// again requests an archive that must be there already: no job is sent.
func (h *harness) again(owner photos.Owner, match photos.LabelMatch) photos.Archive {
	h.t.Helper()
	before := h.jobs.all()
	a, err := h.RequestArchive(h.t.Context(), owner, photos.ArchiveRequest{Match: match})
	if err != nil {
		h.t.Fatal(err)
	}
	if sent := h.jobs.all(); len(sent) > 0 {
		h.t.Errorf("jobs were sent for an archive that is there: %+v", sent)
	}
	if err := h.jobs.Send(h.t.Context(), before...); err != nil {
		h.t.Fatal(err)
	}
	return a
}

// The archive that lives is given from the moment of its request until its end.
func TestEqualSelectionGetsTheLivingArchive(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 3*mib, 3*mib, 2000)
	first := h.request("dan", anyOf("Fox"))
	for status := photos.ArchiveQueued; !status.Final(); {
		if a := h.again("dan", anyOf("Fox")); a.ID != first.ID || a.Status != status {
			t.Fatalf("while it is %s: given %s, which is %s", status, a.ID, a.Status)
		}
		job, ok := h.jobs.take()
		if !ok {
			t.Fatal("it is not built to its end")
		}
		if err := h.Handle(ctx, job); err != nil {
			t.Fatal(err)
		}
		now, err := h.Archive(ctx, "dan", first.ID)
		if err != nil {
			t.Fatal(err)
		}
		status = now.Status
	}
	// What has nothing to do with the selection leaves it as it is.
	dog := h.labelled("dan", "dog.jpg", picture(t, 50, 0), label("Dog", 90), label("Fox", 54.9))
	h.labelled("eve", "fox.jpg", picture(t, 51, 0), label("Fox", 90))
	h.send("dan", "later.jpg", picture(t, 52, 0))
	if _, err := h.DeletePhotos(ctx, "dan", []string{dog.ID}); err != nil {
		t.Fatal(err)
	}
	ready := h.again("dan", anyOf("Fox"))
	if ready.ID != first.ID || ready.Status != photos.ArchiveReady {
		t.Fatalf("given %s, which is %s", ready.ID, ready.Status)
	}
	sameFiles(t, want, h.download(ready))
	h.clock = ready.ExpiresAt.Add(-time.Millisecond)
	if a := h.again("dan", anyOf("Fox")); a.ID != first.ID {
		t.Errorf("given %s just before the end of %s", a.ID, first.ID)
	}
	h.clock = ready.ExpiresAt
	if a := h.request("dan", anyOf("Fox")); a.ID == first.ID || a.Status != photos.ArchiveQueued {
		t.Errorf("at its end, before any sweep, it is given once more: %+v", a)
	}
	if n, err := h.CountArchives(ctx, "dan"); err != nil || n != 2 {
		t.Errorf("%d archives, %v", n, err)
	}
}

func TestEqualSelections(t *testing.T) {
	h := newHarness(t)
	h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90), label("Animal", 90))
	h.labelled("dan", "dog.jpg", picture(t, 2, 0), label("Dog", 90), label("Animal", 90))
	h.labelled("eve", "fox.jpg", picture(t, 3, 0), label("Fox", 90), label("Dog", 90), label("Animal", 90))
	text := func(s string) *string { return &s }
	match := func(any, all, none []string, min int) photos.LabelMatch {
		return photos.LabelMatch{Any: any, All: all, None: none, MinConfidence: min}
	}
	pets, animal, wild := []string{"Dog", "Fox"}, []string{"Animal"}, []string{"Cat", "Owl"}
	first, err := h.RequestArchive(t.Context(), "dan", photos.ArchiveRequest{Match: match(pets, animal, wild, 55)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, reason string
		owner        photos.Owner
		request      photos.ArchiveRequest
		equal        bool
	}{
		{"the same", "nothing differs", "dan", photos.ArchiveRequest{Match: match(pets, animal, wild, 55)}, true},
		{"other order", "labels are sets", "dan", photos.ArchiveRequest{Match: match([]string{"Fox", "Dog"}, animal, []string{"Owl", "Cat"}, 55)}, true},
		{"repeated", "labels are sets", "dan", photos.ArchiveRequest{Match: match([]string{"Fox", "Dog", "Fox"}, []string{"Animal", "Animal"}, wild, 55)}, true},
		{"any and all swapped", "another selection, although its photos may be the same", "dan", photos.ArchiveRequest{Match: match(animal, nil, wild, 55)}, false},
		{"without none", "another selection, although its photos are the same today", "dan", photos.ArchiveRequest{Match: match(pets, animal, nil, 55)}, false},
		{"other threshold", "another selection, although its photos are the same today", "dan", photos.ArchiveRequest{Match: match(pets, animal, wild, 60)}, false},
		{"one name of two", "names do not run together", "dan", photos.ArchiveRequest{Match: match(pets, animal, []string{"Cat\" \"Owl"}, 55)}, false},
		{"named", "the file is called otherwise", "dan", photos.ArchiveRequest{Match: match(pets, animal, wild, 55), Name: text("Pets")}, false},
		{"another owner", "nobody is given what is another's", "eve", photos.ArchiveRequest{Match: match(pets, animal, wild, 55)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := h.RequestArchive(t.Context(), c.owner, c.request)
			if err != nil {
				t.Fatal(err)
			}
			if equal := a.ID == first.ID; equal != c.equal || a.Owner != c.owner {
				t.Errorf("given the first archive: %v, want %v: %s", equal, c.equal, c.reason)
			}
			again, err := h.RequestArchive(t.Context(), c.owner, c.request)
			if err != nil || again.ID != a.ID {
				t.Errorf("asked again: %s and %s, %v", a.ID, again.ID, err)
			}
		})
	}
}

func TestOtherPhotosAreAnotherArchive(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		change       func(t *testing.T, h *harness)
	}{
		{"one more", "it would miss a photo", func(t *testing.T, h *harness) {
			h.labelled("dan", "new.jpg", picture(t, 90, 0), label("Fox", 55))
		}},
		{"one less", "it would hold a photo that was deleted", func(t *testing.T, h *harness) {
			if _, err := h.DeletePhotos(t.Context(), "dan", ids(t, h, "dan")[:1]); err != nil {
				t.Fatal(err)
			}
		}},
		{"one for another", "as many photos of as many bytes are not the same photos", func(t *testing.T, h *harness) {
			if _, err := h.DeletePhotos(t.Context(), "dan", ids(t, h, "dan")[:1]); err != nil {
				t.Fatal(err)
			}
			h.labelled("dan", "IMG_0000.JPG", picture(t, 1, 2000), label("Fox", 88.25))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.library("dan", 2000, 3000)
			first := h.archive("dan", anyOf("Fox"))
			c.change(t, h)
			second := h.archive("dan", anyOf("Fox"))
			if second.ID == first.ID {
				t.Fatalf("the old archive was given: %s", c.reason)
			}
			if d, n := h.download(second), len(ids(t, h, "dan")); len(d) != n+1 {
				t.Errorf("the new one has %d files for %d photos and labels.csv", len(d), n)
			}
			if a := h.again("dan", anyOf("Fox")); a.ID != second.ID {
				t.Errorf("given %s, not the latest %s", a.ID, second.ID)
			}
		})
	}
}

func TestArchiveThatIsOverIsBuiltAgain(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		end          func(h *harness, a photos.Archive) error
	}{
		{"cancelled", "there is no zip", func(h *harness, a photos.Archive) error {
			_, err := h.CancelArchive(h.t.Context(), a.Owner, a.ID)
			return err
		}},
		{"failed", "another try may succeed", func(h *harness, a photos.Archive) error {
			return h.GiveUp(h.t.Context(), photos.Job{Kind: photos.JobPlan, Owner: a.Owner, ArchiveID: a.ID}, context.DeadlineExceeded)
		}},
		{"incomplete", "the photo that it lacks may be back", func(h *harness, _ photos.Archive) error {
			if err := h.Objects.Delete(h.t.Context(), photos.StorageBucket, photos.PhotoKey("dan", ids(h.t, h, "dan")[0])); err != nil {
				return err
			}
			return h.work()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.library("dan", 2000, 3000)
			first := h.request("dan", anyOf("Fox"))
			if err := c.end(h, first); err != nil {
				t.Fatal(err)
			}
			if a := h.request("dan", anyOf("Fox")); a.ID == first.ID || a.Status != photos.ArchiveQueued {
				t.Errorf("given %s, which is %s: %s", a.ID, a.Status, c.reason)
			}
		})
	}
}

// Keys and selections do not get into each other's way.
func TestKeysAndSelections(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.library("dan", 2000)
	request := func(key string, name *string) (photos.Archive, error) {
		return h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox"), Name: name, IdempotencyKey: &key})
	}
	first := h.request("dan", anyOf("Fox"))
	if a, err := request("monday", nil); err != nil || a.ID != first.ID {
		t.Fatalf("a new key is given the living archive: %+v, %v", a, err)
	}
	other := "Other"
	if _, err := request("monday", &other); photos.CodeOf(err) != photos.Conflict {
		t.Errorf("the key belongs to the request that was given an archive under it: %v", err)
	}
	if _, err := h.CancelArchive(ctx, "dan", first.ID); err != nil {
		t.Fatal(err)
	}
	if a, err := request("monday", nil); err != nil || a.ID != first.ID || a.Status != photos.ArchiveCancelled {
		t.Errorf("a key gives the archive of then, whatever became of it: %+v, %v", a, err)
	}
	second, err := request("tuesday", nil)
	if err != nil || second.ID == first.ID {
		t.Fatalf("another key is another request: %+v, %v", second, err)
	}
	if a := h.request("dan", anyOf("Fox")); a.ID != second.ID {
		t.Errorf("without a key: %s, want %s", a.ID, second.ID)
	}
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	ready, err := h.Archive(ctx, "dan", second.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.clock = h.clock.Add(time.Hour)
	if a, err := request("wednesday", nil); err != nil || a.ID != second.ID {
		t.Fatalf("given %+v, %v", a, err)
	}
	h.clock = ready.ExpiresAt
	if a, err := request("wednesday", nil); err != nil || a.ID != second.ID || a.Status != photos.ArchiveExpired {
		t.Errorf("a key that outlives its archive gives it as it is, EXPIRED: %+v, %v", a, err)
	}
}

// Whoever asks for the same at the same moment is given the same.
func TestEqualRequestsAtOnce(t *testing.T) {
	h := newHarness(t)
	h.library("dan", 2000, 3000)
	var mu sync.Mutex
	given := map[string]bool{}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			req := photos.ArchiveRequest{Match: anyOf("Fox")}
			if i%3 > 0 {
				key := []string{"", "a", "b"}[i%3]
				req.IdempotencyKey = &key
			}
			a, err := h.RequestArchive(t.Context(), "dan", req)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			given[a.ID] = true
		})
	}
	wg.Wait()
	if jobs := h.jobs.all(); len(given) != 1 || len(jobs) != 1 {
		t.Errorf("12 requests were given %d archives and sent %d jobs", len(given), len(jobs))
	}
}
