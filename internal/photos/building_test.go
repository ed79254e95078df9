package photos_test

import (
	"archive/zip"
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pam/internal/imaging"
	"pam/internal/photos"
)

// with gives the same library with something of it replaced. Its clock stays that of h.
func (h *harness) with(change func(*photos.Config)) *harness {
	h.t.Helper()
	config := h.Config
	change(&config)
	library, err := photos.NewLibrary(config)
	if err != nil {
		h.t.Fatal(err)
	}
	changed := *h
	changed.Library = library
	return &changed
}

// request has an archive recorded.
func (h *harness) request(owner photos.Owner, match photos.LabelMatch) photos.Archive {
	h.t.Helper()
	a, err := h.RequestArchive(h.t.Context(), owner, photos.ArchiveRequest{Match: match})
	if err != nil {
		h.t.Fatalf("request: %v", err)
	}
	return a
}

// next takes the job that is due, which must be of that kind.
func (h *harness) next(kind photos.JobKind) photos.Job {
	h.t.Helper()
	job, ok := h.jobs.take()
	if !ok || job.Kind != kind {
		h.t.Fatalf("the next job is %+v, not a %s job", job, kind)
	}
	return job
}

// do does one job.
func (h *harness) do(job photos.Job) {
	h.t.Helper()
	if err := h.Handle(h.t.Context(), job); err != nil {
		h.t.Fatalf("%s: %v", job.Kind, err)
	}
}

// doUntil does jobs until one of the kind is due, and gives that one.
func (h *harness) doUntil(kind photos.JobKind) photos.Job {
	h.t.Helper()
	for {
		job, ok := h.jobs.take()
		switch {
		case !ok:
			h.t.Fatalf("no %s job comes", kind)
		case job.Kind == kind:
			return job
		}
		h.do(job)
	}
}

// finished does all jobs and gives the archive, which must be READY and whole.
func (h *harness) finished(a photos.Archive) photos.Archive {
	h.t.Helper()
	if err := h.work(); err != nil {
		h.t.Fatal(err)
	}
	a, err := h.Archive(h.t.Context(), a.Owner, a.ID)
	if err != nil || a.Status != photos.ArchiveReady || a.PhotosDone != a.PhotoCount || a.BytesDone != a.TotalBytes {
		h.t.Fatalf("the archive is %+v, %v", a, err)
	}
	return a
}

// workingKeys lists what the working bucket holds.
func (h *harness) workingKeys() []string {
	h.t.Helper()
	keys, err := h.Objects.List(h.t.Context(), photos.WorkingBucket, "", "", 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	return keys
}

// lose deletes the one object of the working bucket whose key ends so.
func (h *harness) lose(suffix string) {
	h.t.Helper()
	keys := slices.DeleteFunc(h.workingKeys(), func(key string) bool { return !strings.HasSuffix(key, suffix) })
	if len(keys) != 1 {
		h.t.Fatalf("%d objects end in %s: %v", len(keys), suffix, keys)
	}
	if err := h.Objects.Delete(h.t.Context(), photos.WorkingBucket, keys...); err != nil {
		h.t.Fatal(err)
	}
}

// wrongBytes is a store that answers for one object with other bytes, under the right ETag.
type wrongBytes struct {
	photos.Objects
	key     string
	body    []byte
	size    int64 // that it claims
	answers int   // how often it does so; the right bytes come after that
}

func (s *wrongBytes) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	body, info, err := s.Objects.Get(ctx, o, offset, length, ifMatch)
	if err != nil || o.Key != s.key || s.answers == 0 {
		return body, info, err
	}
	s.answers--
	body.Close()
	info.Size = s.size
	return io.NopCloser(bytes.NewReader(s.body)), info, nil
}

func TestBuildPartLeavesOutWrongBytes(t *testing.T) {
	right := picture(t, 2, 4000)
	other := slices.Clone(right)
	other[len(other)/2] ^= 1
	size := int64(len(right))
	for _, c := range []struct {
		name, reason string
		body         []byte
		size         int64
	}{
		{"one bit", "the zip would have a file that does not unpack", other, size},
		{"longer", "its beginning is right, so only the size tells", append(slices.Clone(right), "more"...), size + 4},
		{"shorter", "its bytes would not fill their place", right[:size-1], size - 1},
		{"empty", "an empty file is no photo either", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := newHarness(t)
			want := plain.library("dan", 3000, 2000)
			odd := plain.labelled("dan", "odd.jpg", right, label("Fox", 90))
			h := plain.with(func(config *photos.Config) {
				config.Objects = &wrongBytes{config.Objects, odd.Key(), c.body, c.size, 1000}
			})
			a := h.finished(h.request("dan", anyOf("Fox")))
			const reason = "The photo's file has changed in the store since it was uploaded."
			if a.SkippedCount != 1 || len(a.Skipped) != 1 || a.Skipped[0] != (photos.SkippedPhoto{PhotoID: odd.ID, FileName: "odd.jpg", Reason: reason}) {
				t.Errorf("skipped %+v: %s", a.Skipped, c.reason)
			}
			got := h.download(a)
			sameFiles(t, want, got)
			if !strings.Contains(got["labels.csv"], "odd.jpg,,,,"+reason+"\n") || strings.Contains(got["labels.csv"], "odd.jpg,Fox") {
				t.Errorf("labels.csv says otherwise:\n%s", got["labels.csv"])
			}
		})
	}
}

// A connection that breaks says nothing about the photo, which must not be missing from the zip for it.
func TestBuildPartTriesBrokenReadAgain(t *testing.T) {
	plain := newHarness(t)
	want := plain.library("dan", 3000, 2000)
	right := picture(t, 9, 4000)
	odd := plain.labelled("dan", "odd.jpg", right, label("Fox", 90))
	want["odd.jpg"] = string(right)
	h := plain.with(func(config *photos.Config) {
		config.Objects, config.ReadRetry = &wrongBytes{config.Objects, odd.Key(), right[:100], odd.Size, 3}, time.Millisecond
	})
	a := h.finished(h.request("dan", anyOf("Fox")))
	if a.SkippedCount != 0 {
		t.Errorf("skipped: %+v", a.Skipped)
	}
	sameFiles(t, want, h.download(a))
}

// Two builders of one part may have sent different bytes, and the store keeps the later ones.
func TestFinishArchiveBuildsOverwrittenPartAgain(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	want := h.library("dan", 6*mib, 6*mib, 2000)
	a := h.request("dan", anyOf("Fox"))
	finish := h.doUntil(photos.JobFinish)
	parts, err := h.Catalog.ArchiveParts(ctx, "dan", a.ID)
	if err != nil || len(parts) == 0 || parts[0].State != photos.PartUploaded {
		t.Fatalf("no part is uploaded: the test has lost its subject: %+v, %v", parts, err)
	}
	if a, err = h.Archive(ctx, "dan", a.ID); err != nil {
		t.Fatal(err)
	}
	late := bytes.Repeat([]byte{7}, int(parts[0].Size))
	if _, err := h.Objects.UploadPart(ctx, a.Object(), a.UploadID, parts[0].Number, late, crc32.ChecksumIEEE(late)); err != nil {
		t.Fatal(err)
	}
	h.do(finish)
	if part, err := h.Catalog.ArchivePart(ctx, "dan", a.ID, parts[0].Number); err != nil || part.State != photos.PartOpen {
		t.Errorf("the part is %+v, %v", part, err)
	}
	if a = h.finished(a); a.Plans != 1 {
		t.Errorf("the whole archive was planned again for one part: %d plans", a.Plans)
	}
	sameFiles(t, want, h.download(a))
}

// What the working bucket loses can be made again.
func TestArchiveIsPlannedAgainWhenWorkIsLost(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		before       photos.JobKind // the job before which the object is lost
		suffix       string         // of its key
	}{
		{"plan", "nobody knows which photos the part holds", photos.JobPart, "/sheet/0"},
		{"result", "nobody knows what was built", photos.JobFinish, "/result"},
		{"short part", "it lies beside the upload, and not in it", photos.JobFinish, "/bytes"},
		{"labels", "the zip's labels.csv would be short", photos.JobFinish, "/labels.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.CarryNothing()
			want := h.library("dan", 3000, 2000)
			a := h.request("dan", anyOf("Fox"))
			job := h.doUntil(c.before)
			h.lose(c.suffix)
			h.with(func(*photos.Config) {}).do(job) // by another process, which keeps nothing of the plan
			if a = h.finished(a); a.Plans != 2 {
				t.Errorf("it was planned %d times: %s", a.Plans, c.reason)
			}
			sameFiles(t, want, h.download(a))
			if keys := h.workingKeys(); !slices.Equal(keys, []string{a.Object().Key}) {
				t.Errorf("the first plan has left %v", keys)
			}
			if uploads, err := h.Objects.ListUploads(t.Context(), photos.WorkingBucket, "", 10); err != nil || len(uploads) > 0 {
				t.Errorf("the first plan has left %v, %v", uploads, err)
			}
		})
	}
}

// datedPictures is an inspector that finds in every file when it was taken.
type datedPictures struct {
	imaging.Inspector
	taken string
}

func (d datedPictures) Inspect(ctx context.Context, data []byte, contentType string) (photos.Inspected, error) {
	found, err := d.Inspector.Inspect(ctx, data, contentType)
	found.TakenAt = d.taken
	return found, err
}

func TestArchiveDatesFiles(t *testing.T) {
	uploaded := time.Date(2026, 5, 1, 12, 30, 44, 0, time.UTC)
	for _, c := range []struct {
		name, reason, taken string
		want                string
	}{
		{"taken", "people sort photos by when they took them", "2019-12-24T18:05:06", "2019-12-24T18:05:06"},
		{"unknown", "the upload is the best that is known", "", "2026-05-01T12:30:44"},
		{"nonsense", "some cameras' clocks were never set", "0000-00-00T00:00:00", "2026-05-01T12:30:44"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := newHarness(t)
			plain.clock = uploaded
			h := plain.with(func(config *photos.Config) { config.Inspector = datedPictures{taken: c.taken} })
			h.labelled("dan", "fox.jpg", picture(t, 1, 0), label("Fox", 90))
			a := h.archive("dan", anyOf("Fox"))
			body, _, err := h.Objects.Get(t.Context(), a.Object(), 0, 0, "")
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			data, err := io.ReadAll(body)
			if err != nil {
				t.Fatal(err)
			}
			z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			if got := z.File[0].Modified.Format("2006-01-02T15:04:05"); z.File[0].Name != "fox.jpg" || got != c.want {
				t.Errorf("%s is of %s, want %s: %s", z.File[0].Name, got, c.want, c.reason)
			}
		})
	}
}

// forgetfulCatalog gives photos to builders without their labels.
type forgetfulCatalog struct{ photos.Catalog }

func (c forgetfulCatalog) PhotoLabels(ctx context.Context, owner photos.Owner, ids []string) (map[string][]photos.PhotoLabel, error) {
	found, err := c.Catalog.PhotoLabels(ctx, owner, ids)
	for id := range found {
		found[id] = nil
	}
	return found, err
}

// labels.csv accounts for every file of the zip.
func TestArchiveNamesFileWithoutLabels(t *testing.T) {
	h := newHarness(t).with(func(config *photos.Config) { config.Catalog = forgetfulCatalog{config.Catalog} })
	h.library("dan", 2000, 3000)
	got := h.download(h.archive("dan", anyOf("Fox")))
	const want = "file,label,confidence,parents,skipped\nIMG_0000.JPG,,,,\nIMG_0001.JPG,,,,\n"
	if got["labels.csv"] != want {
		t.Errorf("labels.csv is\n%swant\n%s", got["labels.csv"], want)
	}
}
