package photos_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pam/internal/photos"
)

// library fills an owner's library with photos that carry Fox: many small ones and some large.
func (h *harness) library(owner photos.Owner, sizes ...int) map[string]string {
	h.t.Helper()
	files := map[string]string{}
	for i, size := range sizes {
		name := fmt.Sprintf("IMG_%04d.JPG", i)
		data := picture(h.t, i+1, size)
		h.labelled(owner, name, data, photos.PhotoLabel{Name: "Fox", Confidence: 88.25, Parents: []string{"Animal", "Canine"}}, label("Animal", 90))
		files[name] = string(data)
	}
	return files
}

// sameFiles compares a zip with what was uploaded; labels.csv is left out.
func sameFiles(t *testing.T, want, got map[string]string) {
	t.Helper()
	names := func(files map[string]string) (out []string) {
		for name := range files {
			if name != "labels.csv" {
				out = append(out, name)
			}
		}
		return out
	}
	sorted := cmp.Transformer("set", func(s []string) map[string]bool {
		m := map[string]bool{}
		for _, x := range s {
			m[x] = true
		}
		return m
	})
	if d := cmp.Diff(names(want), names(got), sorted); d != "" {
		t.Fatalf("files differ:\n%s", d)
	}
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s has %d bytes, not the %d that were uploaded", name, len(got[name]), len(content))
		}
	}
}

const mib = 1 << 20

func TestArchive(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		sizes        []int
		parts        int
	}{
		{"one", "a single short part lies in the tail alone", []int{2000}, 1},
		{"small", "everything fits into one short part", []int{2000, 3000, 4000, 2500}, 1},
		{"one full part", "a part of its own and a tail with the directory alone", []int{4 * mib, 4 * mib, 4 * mib, 3 * mib}, 1},
		{"several", "a full part, and a short one at the end", []int{4 * mib, 4 * mib, 4 * mib, 3 * mib, 100_000}, 2},
		{"copied", "small photos, and a large one that helps out, are sent before two that the store copies",
			[]int{4 * mib, 5 * mib, 4 * mib, 5 * mib, 2000, 3000, 7 * mib, 100_000}, 2},
		{"copied alone", "a large photo has its beginning sent and the rest copied", []int{14 * mib}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			want := h.library("dan", c.sizes...)
			a := h.archive("dan", anyOf("Fox"))
			if a.Status != photos.ArchiveReady || a.PhotoCount != len(c.sizes) || a.PhotosDone != len(c.sizes) || a.BytesDone != a.TotalBytes || a.SkippedCount != 0 {
				t.Fatalf("%s: %+v", c.reason, a)
			}
			if a.PartCount != c.parts {
				t.Errorf("%d parts, want %d: %s", a.PartCount, c.parts, c.reason)
			}
			if life := a.ExpiresAt.Sub(a.ReadyAt); life != 24*time.Hour {
				t.Errorf("it can be downloaded for %s", life)
			}
			got := h.download(a)
			sameFiles(t, want, got)
			lines := strings.Split(strings.TrimSpace(got["labels.csv"]), "\n")
			if lines[0] != "file,label,confidence,parents,skipped" || len(lines) != 1+2*len(c.sizes) || !strings.Contains(got["labels.csv"], "IMG_0000.JPG,Fox,88.25,Animal|Canine,\n") {
				t.Errorf("labels.csv:\n%s", got["labels.csv"])
			}
			left, err := h.Objects.List(t.Context(), photos.WorkingBucket, "", "", 1000)
			if err != nil || len(left) != 1 {
				t.Errorf("what it was made from is still there: %v, %v", left, err)
			}
			if len(h.mail.sent) != 1 || h.mail.sent[0].Kind != photos.NoticeArchiveReady {
				t.Errorf("notices: %+v", h.mail.sent)
			}
			notices, err := h.Notices(t.Context(), "dan", 10, nil)
			if err != nil || len(notices.Items) != 1 || notices.Items[0].ArchiveID != a.ID {
				t.Errorf("notices: %+v, %v", notices.Items, err)
			}
		})
	}
}

func TestArchiveNames(t *testing.T) {
	h := newHarness(t)
	want := map[string]string{}
	for i, c := range []struct{ upload, zip string }{
		{"IMG.JPG", "IMG.JPG"}, {"img.jpg", "img (2).jpg"}, {"labels.csv", "labels (2).csv"}, {"Füchse 日本.jpg", "Füchse 日本.jpg"},
	} {
		data := picture(t, i+1, 0)
		h.labelled("dan", c.upload, data, label("Fox", 80))
		want[c.zip] = string(data)
	}
	sameFiles(t, want, h.download(h.archive("dan", anyOf("Fox"))))
}

func TestArchiveMatches(t *testing.T) {
	h := newHarness(t)
	fox, dog, both := picture(t, 1, 0), picture(t, 2, 0), picture(t, 3, 0)
	h.labelled("dan", "fox.jpg", fox, label("Fox", 90))
	h.labelled("dan", "dog.jpg", dog, label("Dog", 90), label("Fox", 52))
	h.labelled("dan", "both.jpg", both, label("Fox", 70), label("Dog", 70))
	h.labelled("eve", "hers.jpg", picture(t, 4, 0), label("Fox", 90))
	for _, c := range []struct {
		name, reason string
		match        photos.LabelMatch
		want         map[string]string
	}{
		{"any", "one of the labels is enough", photos.LabelMatch{Any: []string{"Fox", "Dog"}, MinConfidence: 55}, map[string]string{"fox.jpg": string(fox), "dog.jpg": string(dog), "both.jpg": string(both)}},
		{"all", "each of the labels is needed", photos.LabelMatch{All: []string{"Fox", "Dog"}, MinConfidence: 55}, map[string]string{"both.jpg": string(both)}},
		{"all, low", "a threshold is inclusive of what lies above it", photos.LabelMatch{All: []string{"Fox", "Dog"}, MinConfidence: 50}, map[string]string{"both.jpg": string(both), "dog.jpg": string(dog)}},
		{"none", "what carries an unwanted label stays out", photos.LabelMatch{Any: []string{"Fox"}, None: []string{"Dog"}, MinConfidence: 55}, map[string]string{"fox.jpg": string(fox)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			preview, err := h.PreviewArchive(t.Context(), "dan", c.match)
			if err != nil || preview.Count != len(c.want) {
				t.Errorf("preview %+v, %v: %s", preview, err, c.reason)
			}
			sameFiles(t, c.want, h.download(h.archive("dan", c.match)))
		})
	}
}

func TestRequestArchive(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.library("dan", 2000)
	text := func(s string) *string { return &s }
	request := func(r photos.ArchiveRequest) (photos.Archive, error) { return h.RequestArchive(ctx, "dan", r) }

	first, err := request(photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("k")})
	if err != nil || first.Name != "Fox" || first.Status != photos.ArchiveQueued {
		t.Fatalf("got %+v, %v", first, err)
	}
	if again, err := request(photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("k")}); err != nil || again.ID != first.ID {
		t.Errorf("the same key must give the same archive: %+v, %v", again, err)
	}
	if n := len(h.jobs.all()); n != 1 {
		t.Errorf("%d jobs were sent for one archive", n)
	}
	if _, err := request(photos.ArchiveRequest{Match: anyOf("Fox"), Name: text("Foxes"), IdempotencyKey: text("k")}); photos.CodeOf(err) != photos.Conflict {
		t.Errorf("the same key with another name: %v", err)
	}
	if other, err := h.RequestArchive(ctx, "eve", photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("k")}); photos.CodeOf(err) != photos.BadUserInput {
		t.Errorf("another owner's key is another key: %+v, %v", other, err)
	}
	if _, err := h.DeletePhotos(ctx, "dan", ids(t, h, "dan")); err != nil {
		t.Fatal(err)
	}
	if again, err := request(photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("k")}); err != nil || again.ID != first.ID {
		t.Errorf("the same key must give the same archive, also when its photos are gone: %+v, %v", again, err)
	}
	h.library("dan", 2000)
	h.clock = h.clock.Add(24*time.Hour + time.Second)
	if later, err := request(photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("k")}); err != nil || later.ID == first.ID {
		t.Errorf("after a day the key is free again: %+v, %v", later, err)
	}

	for _, c := range []struct {
		name, reason string
		request      photos.ArchiveRequest
		field        string
	}{
		{"nothing matches", "an empty zip helps nobody", photos.ArchiveRequest{Match: anyOf("Unicorn")}, "input.match"},
		{"empty match", "it would mean everything", photos.ArchiveRequest{Match: photos.LabelMatch{MinConfidence: 55}}, "input.match"},
		{"empty name", "a zip has a name", photos.ArchiveRequest{Match: anyOf("Fox"), Name: text("")}, "input.name"},
		{"long name", "file systems have limits", photos.ArchiveRequest{Match: anyOf("Fox"), Name: text(strings.Repeat("x", 101))}, "input.name"},
		{"name with line break", "it goes into a header", photos.ArchiveRequest{Match: anyOf("Fox"), Name: text("a\r\nb")}, "input.name"},
		{"empty key", "an empty key would tie all requests together", photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text("")}, "input.idempotencyKey"},
		{"long key", "keys are stored", photos.ArchiveRequest{Match: anyOf("Fox"), IdempotencyKey: text(strings.Repeat("x", 65))}, "input.idempotencyKey"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := request(c.request)
			var e *photos.Error
			if !errors.As(err, &e) || e.Code != photos.BadUserInput || e.Field != c.field {
				t.Errorf("got %v, want bad input at %s: %s", err, c.field, c.reason)
			}
		})
	}
}

// ids gives the ids of an owner's photos.
func ids(t *testing.T, h *harness, owner photos.Owner) []string {
	t.Helper()
	page, err := h.Photos(t.Context(), owner, photos.ListQuery{Order: photos.UploadedAsc, First: 100})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(page.Items))
	for i, p := range page.Items {
		out[i] = p.ID
	}
	return out
}

// Photos that go between planning and building are left out and named; the rest is whole.
func TestArchiveSkipsWhatIsGone(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 5*mib-5000, 5*mib-5000, 4*mib+100_000, 2000, 4*mib, 4*mib)
	photo := ids(t, h, "dan")
	a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
	if err != nil {
		t.Fatal(err)
	}
	plan, _ := h.jobs.take()
	if err := h.Handle(ctx, plan); err != nil {
		t.Fatal(err)
	}
	if _, err := h.DeletePhotos(ctx, "dan", photo[:2]); err != nil { // the first part shrinks below S3's minimum
		t.Fatal(err)
	}
	if err := h.Objects.Delete(ctx, photos.StorageBucket, photos.PhotoKey("dan", photo[3])); err != nil { // lost by the store
		t.Fatal(err)
	}
	if err := h.Objects.Put(ctx, photos.Object{Bucket: photos.StorageBucket, Key: photos.PhotoKey("dan", photo[4])}, "image/jpeg", []byte("other bytes")); err != nil {
		t.Fatal(err)
	}
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	a, err = h.Archive(ctx, "dan", a.ID)
	if err != nil || a.Status != photos.ArchiveReady || a.SkippedCount != 4 || len(a.Skipped) != 4 {
		t.Fatalf("the archive is %+v, %v", a, err)
	}
	for i, reason := range []string{"deleted", "deleted", "gone", "changed"} {
		s := a.Skipped[i]
		if !strings.Contains(s.Reason, reason) || s.FileName == "" || s.PhotoID == "" {
			t.Errorf("skipped %+v, want a reason with %q", s, reason)
		}
	}
	for _, name := range []string{"IMG_0000.JPG", "IMG_0001.JPG", "IMG_0003.JPG", "IMG_0004.JPG"} {
		delete(want, name)
	}
	got := h.download(a)
	sameFiles(t, want, got)
	if !strings.Contains(got["labels.csv"], "IMG_0003.JPG,,,,The photo's file is gone from the store.\n") {
		t.Errorf("labels.csv does not name what was left out:\n%s", got["labels.csv"])
	}
}

func TestArchiveFailsWhenAllIsGone(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	for _, when := range []string{"before planning", "before building"} {
		t.Run(when, func(t *testing.T) {
			h.library("dan", 2000, 3000)
			a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
			if err != nil {
				t.Fatal(err)
			}
			if when == "before building" {
				plan, _ := h.jobs.take()
				if err := h.Handle(ctx, plan); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := h.DeletePhotos(ctx, "dan", ids(t, h, "dan")); err != nil {
				t.Fatal(err)
			}
			if err := h.work(); err != nil {
				t.Fatal(err)
			}
			a, err = h.Archive(ctx, "dan", a.ID)
			if err != nil || a.Status != photos.ArchiveFailed || a.Failure == nil || !strings.Contains(a.Failure.Message, "deleted") {
				t.Errorf("the archive is %+v, %v", a, err)
			}
			if last := h.mail.sent[len(h.mail.sent)-1]; last.Kind != photos.NoticeArchiveFailed || last.ArchiveID != a.ID {
				t.Errorf("nobody was told: %+v", last)
			}
		})
	}
	if uploads, err := h.Objects.ListUploads(ctx, photos.WorkingBucket, "", 10); err != nil || len(uploads) != 0 {
		t.Errorf("uploads are left: %+v, %v", uploads, err)
	}
}

func TestCancelArchive(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.library("dan", 3*mib, 3*mib, 2000)
	a, err := h.RequestArchive(ctx, "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
	if err != nil {
		t.Fatal(err)
	}
	plan, _ := h.jobs.take()
	if err := h.Handle(ctx, plan); err != nil {
		t.Fatal(err)
	}
	if _, err := h.CancelArchive(ctx, "eve", a.ID); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("another owner's archive: %v", err)
	}
	for range 2 { // cancelling twice is once
		if a, err = h.CancelArchive(ctx, "dan", a.ID); err != nil || a.Status != photos.ArchiveCancelled {
			t.Fatalf("cancelled: %+v, %v", a, err)
		}
	}
	if err := h.work(); err != nil {
		t.Errorf("jobs of a cancelled archive are no failures: %v", err)
	}
	if a, err = h.Archive(ctx, "dan", a.ID); err != nil || a.Status != photos.ArchiveCancelled {
		t.Errorf("it came back to life: %+v, %v", a, err)
	}
	keys, err := h.Objects.List(ctx, photos.WorkingBucket, "", "", 100)
	uploads, err2 := h.Objects.ListUploads(ctx, photos.WorkingBucket, "", 10)
	if err != nil || err2 != nil || len(keys)+len(uploads) != 0 {
		t.Errorf("left behind: %v %v, %v %v", keys, uploads, err, err2)
	}
	ready := h.archive("dan", anyOf("Fox"))
	if _, err := h.CancelArchive(ctx, "dan", ready.ID); photos.CodeOf(err) != photos.Conflict {
		t.Errorf("a ready archive can no longer be cancelled: %v", err)
	}
}

func TestArchiveExpires(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.library("dan", 2000)
	a := h.archive("dan", anyOf("Fox"))
	h.clock = a.ExpiresAt
	got, err := h.Archive(ctx, "dan", a.ID)
	if err != nil || got.Status != photos.ArchiveExpired {
		t.Errorf("on time, before any sweep, it is %s, %v", got.Status, err)
	}
	if link, err := h.ArchiveLink(ctx, a); err != nil || link != "" {
		t.Errorf("an expired archive has a link: %q, %v", link, err)
	}
	if s, err := h.Sweep(ctx); err != nil || s.ArchivesExpired != 1 {
		t.Errorf("swept %+v, %v", s, err)
	}
	if keys, err := h.Objects.List(ctx, photos.WorkingBucket, "", "", 10); err != nil || len(keys) != 0 {
		t.Errorf("the zip is still there: %v, %v", keys, err)
	}
}

func TestWatchArchive(t *testing.T) {
	h := newHarness(t)
	h.library("dan", 2000, 3000)
	a, err := h.RequestArchive(t.Context(), "dan", photos.ArchiveRequest{Match: anyOf("Fox")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.WatchArchive(t.Context(), "eve", a.ID); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("another owner's archive: %v", err)
	}
	updates, err := h.WatchArchive(t.Context(), "dan", a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if first := <-updates; first.Status != photos.ArchiveQueued {
		t.Errorf("it begins with what is: %s", first.Status)
	}
	if err := h.work(); err != nil {
		t.Fatal(err)
	}
	var last photos.Archive
	for last = range updates {
	}
	if last.Status != photos.ArchiveReady {
		t.Errorf("it ends at a final state, not at %s", last.Status)
	}
}

func TestArchiveDefaultName(t *testing.T) {
	h := newHarness(t)
	long := strings.Repeat("ä", 96)
	h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90))
	for _, c := range []struct {
		name, reason string
		match        photos.LabelMatch
		want         string
	}{
		{"one", "a label is the best name", photos.LabelMatch{Any: []string{"Fox"}}, "Fox"},
		{"any and all", "both were asked for", photos.LabelMatch{Any: []string{"Fox", "Dog"}, All: []string{"Fox"}, None: []string{"Cat"}}, "Fox, Dog, Fox"},
		{"100 characters", "that is what a name may have", photos.LabelMatch{Any: []string{"Fox", long[2:]}}, "Fox, " + long[2:]},
		{"101 characters", "a name that is cut says so", photos.LabelMatch{Any: []string{"Fox", long}}, "Fox, " + long[:2*94] + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.match.MinConfidence = 55
			a := h.request("dan", c.match)
			if a.Name != c.want {
				t.Errorf("called %q (%d characters), want %q: %s", a.Name, utf8.RuneCountInString(a.Name), c.want, c.reason)
			}
			if n := utf8.RuneCountInString(a.Name); n > photos.MaxArchiveNameChars {
				t.Errorf("the name has %d characters", n)
			}
		})
	}
}

// A request that is recorded has succeeded, although its job could not be sent.
func TestRequestArchiveWithoutQueue(t *testing.T) {
	h := newHarness(t)
	want := h.library("dan", 3000, 2000)
	h.jobs.fail = errors.New("the queue is out")
	a := h.request("dan", anyOf("Fox"))
	h.jobs.fail = nil
	if job, ok := h.jobs.take(); ok || a.Status != photos.ArchiveQueued {
		t.Fatalf("a job was sent after all: %+v; the archive is %s", job, a.Status)
	}
	h.clock = h.clock.Add(6 * time.Minute)
	if swept, err := h.Sweep(t.Context()); err != nil || swept.ArchivesResent != 1 {
		t.Fatalf("swept %+v, %v", swept, err)
	}
	sameFiles(t, want, h.download(h.finished(a)))
}
