package photos_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pam/internal/photos"
)

func TestGiveUpArchive(t *testing.T) {
	for _, c := range []struct {
		kind    photos.JobKind
		reason  string
		uploads int // under way when the job fails
	}{
		{photos.JobPlan, "nothing was begun yet, but somebody waits for it", 0},
		{photos.JobPart, "the other parts are of no use without it", 1},
		{photos.JobFinish, "all parts are there, and nobody can have them", 1},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			h := newHarness(t)
			ctx := t.Context()
			h.library("dan", 6*mib, 6*mib, 2000)
			a := h.request("dan", anyOf("Fox"))
			job := h.doUntil(c.kind)
			if uploads, err := h.Objects.ListUploads(ctx, photos.WorkingBucket, "", 10); err != nil || len(uploads) != c.uploads {
				t.Fatalf("the test has lost its subject: %+v, %v", uploads, err)
			}
			if err := h.GiveUp(ctx, job, errors.New("disk sda1 is full")); err != nil {
				t.Fatal(err)
			}

			a, err := h.Archive(ctx, "dan", a.ID)
			if err != nil || a.Status != photos.ArchiveFailed || a.Failure == nil {
				t.Fatalf("the archive is %+v, %v: %s", a, err, c.reason)
			}
			if a.Failure.Code != string(photos.Internal) || !strings.Contains(a.Failure.Message, "Request it again") || strings.Contains(a.Failure.Message, "sda1") {
				t.Errorf("a person reads %+v", *a.Failure)
			}
			h.failureIsKnown(a)
			h.nothingIsLeft()
			if err := h.work(); err != nil {
				t.Errorf("other jobs of the archive fail: %v", err)
			}
			if after, err := h.Archive(ctx, "dan", a.ID); err != nil || after.Status != photos.ArchiveFailed {
				t.Errorf("it came back to life: %+v, %v", after, err)
			}
			h.nothingIsLeft()
		})
	}
}

// failureIsKnown checks that an archive's owner was told once that it failed, and nothing else.
func (h *harness) failureIsKnown(a photos.Archive) {
	h.t.Helper()
	notices, err := h.Notices(h.t.Context(), a.Owner, 10, nil)
	if err != nil || len(notices.Items) != 1 || notices.Items[0].Kind != photos.NoticeArchiveFailed || notices.Items[0].ArchiveID != a.ID {
		h.t.Errorf("notices: %+v, %v", notices.Items, err)
	}
	if d := cmp.Diff(notices.Items, h.mail.sent); d != "" {
		h.t.Errorf("what was sent is not what the API shows:\n%s", d)
	}
}

// nothingIsLeft checks that the working bucket is empty.
func (h *harness) nothingIsLeft() {
	h.t.Helper()
	uploads, err := h.Objects.ListUploads(h.t.Context(), photos.WorkingBucket, "", 10)
	if keys := h.workingKeys(); err != nil || len(keys)+len(uploads) > 0 {
		h.t.Errorf("left behind: %v %+v, %v", keys, uploads, err)
	}
}

// A job may come back, and fail too often, long after its archive has come to an end.
func TestGiveUpArchiveThatIsOver(t *testing.T) {
	for _, c := range []struct {
		status photos.ArchiveStatus
		reason string
		end    func(*harness, photos.Archive) error
	}{
		{photos.ArchiveReady, "its owner has the link already", func(h *harness, _ photos.Archive) error { return h.work() }},
		{photos.ArchiveCancelled, "its owner wants to hear no more of it", func(h *harness, a photos.Archive) error {
			_, err := h.CancelArchive(h.t.Context(), a.Owner, a.ID)
			return err
		}},
	} {
		t.Run(string(c.status), func(t *testing.T) {
			h := newHarness(t)
			ctx := t.Context()
			want := h.library("dan", 3000, 2000)
			a := h.request("dan", anyOf("Fox"))
			if err := c.end(h, a); err != nil {
				t.Fatal(err)
			}
			before, err := h.Archive(ctx, "dan", a.ID)
			if err != nil || before.Status != c.status {
				t.Fatalf("the archive is %+v, %v", before, err)
			}
			mail := len(h.mail.sent)
			for _, kind := range []photos.JobKind{photos.JobPlan, photos.JobPart, photos.JobFinish} {
				if err := h.GiveUp(ctx, photos.Job{Kind: kind, Owner: "dan", ArchiveID: a.ID, Part: 1}, errors.New("too often")); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
			after, err := h.Archive(ctx, "dan", a.ID)
			if d := cmp.Diff(before, after); err != nil || d != "" {
				t.Errorf("%s: %v\n%s", c.reason, err, d)
			}
			if len(h.mail.sent) != mail {
				t.Errorf("%s: sent %+v", c.reason, h.mail.sent[mail:])
			}
			if c.status == photos.ArchiveReady {
				sameFiles(t, want, h.download(after))
			}
		})
	}
}

// A job that names nothing of its owner's ends nothing.
func TestGiveUpJobOfNobody(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.library("dan", 2000)
	a := h.request("dan", anyOf("Fox"))
	for _, c := range []struct {
		name, reason string
		job          photos.Job
	}{
		{"another owner", "an id is good for its owner alone", photos.Job{Kind: photos.JobPlan, Owner: "eve", ArchiveID: a.ID}},
		{"no archive", "there is nobody to tell", photos.Job{Kind: photos.JobFinish, Owner: "dan", ArchiveID: "01GONE"}},
		{"no photo", "it was deleted while it failed", photos.Job{Kind: photos.JobLabel, Owner: "dan", PhotoID: "01GONE"}},
		{"unknown kind", "a later version may have sent it", photos.Job{Kind: "polish", Owner: "dan", ArchiveID: a.ID}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := h.GiveUp(ctx, c.job, errors.New("too often")); err != nil {
				t.Errorf("%s: %v", c.reason, err)
			}
			if now, err := h.Archive(ctx, "dan", a.ID); err != nil || now.Status != photos.ArchiveQueued {
				t.Errorf("%s: the archive is %s, %v", c.reason, now.Status, err)
			}
		})
	}
	if len(h.mail.sent) > 0 {
		t.Errorf("sent: %+v", h.mail.sent)
	}
}
