package photostest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pam/internal/photos"
)

// begin begins an upload that is aborted at the end of the test if it is still there.
func (s objectsTest) begin(t *testing.T, o photos.Object) string {
	t.Helper()
	id, err := s.CreateUpload(t.Context(), o, "application/zip")
	if err != nil || id == "" {
		t.Fatalf("%s: CreateUpload: %q, %v", s.reason, id, err)
	}
	t.Cleanup(func() {
		if err := s.AbortUpload(context.WithoutCancel(t.Context()), o, id); err != nil {
			t.Errorf("clean up upload of %s: %v", o.Key, err)
		}
	})
	return id
}

// part uploads a part and describes it.
func (s objectsTest) part(t *testing.T, o photos.Object, id string, number int, content []byte) photos.UploadedPart {
	t.Helper()
	etag, err := s.UploadPart(t.Context(), o, id, number, content, sum(content))
	if err != nil || etag == "" {
		t.Fatalf("%s: UploadPart %d: %q, %v", s.reason, number, etag, err)
	}
	return photos.UploadedPart{Number: number, ETag: etag, Size: int64(len(content)), Checksum: photos.Checksum{CRC32: sum(content), Known: true}}
}

func testMultipart(t *testing.T, s objectsTest) {
	ctx := t.Context()
	o := s.working("archive.zip")
	s.forget(t, o)
	id := s.begin(t, o)

	parts, err := s.ListParts(ctx, o, id)
	if err != nil || len(parts) != 0 {
		t.Errorf("a new upload has no parts: %v, %v", parts, err)
	}
	_, err = s.Head(ctx, o)
	want(t, "there is no object before the upload is complete", "Head", err, photos.NotFound)

	// Out of order, with gaps between the numbers, and one of them sent twice.
	first, second, last := pattern(1, photos.MinPartSize), pattern(2, photos.MinPartSize+1), pattern(3, 1000)
	sent := []photos.UploadedPart{
		s.part(t, o, id, 9_999, last),
		s.part(t, o, id, 3, pattern(9, 2000)),
		s.part(t, o, id, 1, first),
	}
	sent[1] = s.part(t, o, id, 3, second)
	sent = []photos.UploadedPart{sent[2], sent[1], sent[0]}

	parts, err = s.ListParts(ctx, o, id)
	if err != nil || !slices.Equal(parts, sent) {
		t.Errorf("parts are listed by number, the replaced one as it is now:\n got %+v (%v)\nwant %+v", parts, err, sent)
	}
	etag, err := s.CompleteUpload(ctx, o, id, sent)
	if err != nil {
		t.Fatalf("%s: CompleteUpload: %v", s.reason, err)
	}
	info, err := s.Head(ctx, o)
	if err != nil || info.ETag != etag || info.ContentType != "application/zip" {
		t.Errorf("the object is what the completion said, %s of application/zip: %+v, %v", etag, info, err)
	}
	sameBytes(t, s.reason, "Get", s.read(t, o), slices.Concat(first, second, last))

	_, err = s.CompleteUpload(ctx, o, id, sent)
	want(t, "a complete upload is gone", "CompleteUpload", err, photos.NotFound)
	_, err = s.ListParts(ctx, o, id)
	want(t, "a complete upload is gone", "ListParts", err, photos.NotFound)
	_, err = s.UploadPart(ctx, o, id, 1, last, sum(last))
	want(t, "a complete upload is gone", "UploadPart", err, photos.NotFound)
	if err := s.AbortUpload(ctx, o, id); err != nil {
		t.Errorf("aborting what is gone is no error: %v", err)
	}
	sameBytes(t, "aborting a complete upload leaves the object", "Get", s.read(t, o), slices.Concat(first, second, last))

	t.Run("Replace", func(t *testing.T) {
		id := s.begin(t, o)
		only := s.part(t, o, id, 1, last)
		if _, err := s.CompleteUpload(ctx, o, id, []photos.UploadedPart{only}); err != nil {
			t.Fatalf("one part may be small, and an object may be replaced: CompleteUpload: %v", err)
		}
		sameBytes(t, "an upload replaces the object that is there", "Get", s.read(t, o), last)
	})

	t.Run("Subset", func(t *testing.T) {
		o := s.working("subset.zip")
		s.forget(t, o)
		id := s.begin(t, o)
		s.part(t, o, id, 1, pattern(1, 500))
		used := s.part(t, o, id, 2, last)
		if _, err := s.CompleteUpload(ctx, o, id, []photos.UploadedPart{used}); err != nil {
			t.Fatalf("parts that were merged away are left out: CompleteUpload: %v", err)
		}
		sameBytes(t, "only the named parts make the object", "Get", s.read(t, o), last)
	})

	t.Run("Many", func(t *testing.T) {
		// More than the 1,000 parts that S3 lists in a page; too small to be completed, which does not matter here.
		o := s.working("many.zip")
		id := s.begin(t, o)
		const n = 1_003
		var group sync.WaitGroup
		for worker := range 16 {
			group.Go(func() {
				for number := worker + 1; number <= n; number += 16 {
					content := fmt.Appendf(nil, "part %d", number)
					if _, err := s.UploadPart(ctx, o, id, number, content, sum(content)); err != nil {
						t.Errorf("UploadPart %d: %v", number, err)
						return
					}
				}
			})
		}
		group.Wait()
		parts, err := s.ListParts(ctx, o, id)
		if err != nil || len(parts) != n {
			t.Fatalf("all parts are listed: %d, want %d (%v)", len(parts), n, err)
		}
		for i, part := range parts {
			if part.Number != i+1 || part.Size != int64(len(fmt.Sprintf("part %d", i+1))) {
				t.Fatalf("parts come by number, each with its size: %+v at %d", part, i)
			}
		}
	})

	t.Run("Race", func(t *testing.T) {
		s.needs(t, "Multipart/Race")
		const reason = "two who finish at once: one completes, the other finds the upload gone and the object there"
		o := s.working("race.zip")
		s.forget(t, o)
		id := s.begin(t, o)
		parts := []photos.UploadedPart{s.part(t, o, id, 1, first), s.part(t, o, id, 2, last)}
		var group sync.WaitGroup
		codes := make([]photos.Code, 4)
		for i := range codes {
			group.Go(func() {
				_, err := s.CompleteUpload(ctx, o, id, parts)
				codes[i] = photos.CodeOf(err)
				content, _, err := s.get(t, o, 0, 0, "")
				if err != nil || !bytes.Equal(content, slices.Concat(first, last)) {
					t.Errorf("%s: Get: %d bytes, %v", reason, len(content), err)
				}
			})
		}
		group.Wait()
		won := 0
		for _, code := range codes {
			switch code {
			case "":
				won++
			case photos.NotFound:
			default:
				t.Errorf("%s: code %q, want success or NotFound", reason, code)
			}
		}
		if won < 1 {
			t.Errorf("%s: nobody completed it", reason)
		}
	})
}

func testMultipartFailures(t *testing.T, s objectsTest) {
	ctx := t.Context()
	o := s.working("failing.zip")
	s.forget(t, o)
	id := s.begin(t, o)
	stale := s.part(t, o, id, 1, pattern(1, photos.MinPartSize))
	one := s.part(t, o, id, 1, pattern(2, photos.MinPartSize))
	small := s.part(t, o, id, 2, pattern(3, photos.MinPartSize-1))
	last := s.part(t, o, id, 3, pattern(4, 10))

	cases := []struct {
		name   string
		reason string
		parts  []photos.UploadedPart
	}{
		{"None", "an object needs a part", nil},
		{"Stale", "a part that was sent again has another ETag", []photos.UploadedPart{stale, last}},
		{"Missing", "a part that never came cannot be used", []photos.UploadedPart{one, {Number: 7, ETag: one.ETag, Size: one.Size}}},
		{"TooSmall", "all parts but the last have 5 MiB", []photos.UploadedPart{one, small, last}},
		{"Order", "parts go by ascending number", []photos.UploadedPart{last, one}},
		{"Twice", "a part is used once", []photos.UploadedPart{one, one}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.CompleteUpload(ctx, o, id, c.parts)
			want(t, c.reason, "CompleteUpload", err, photos.Conflict)
			parts, err := s.ListParts(ctx, o, id)
			if err != nil || !slices.Equal(parts, []photos.UploadedPart{one, small, last}) {
				t.Errorf("the upload still stands: %+v, %v", parts, err)
			}
			_, err = s.Head(ctx, o)
			want(t, "no object comes of a failed completion", "Head", err, photos.NotFound)
		})
	}

	content := pattern(5, 1000)
	if _, err := s.UploadPart(ctx, o, id, 4, content, sum(content)+1); err == nil {
		t.Error("the store checks a part's CRC-32: a wrong one gives no error")
	}
	parts, err := s.ListParts(ctx, o, id)
	if err != nil || len(parts) != 3 {
		t.Errorf("a part with a wrong CRC-32 is not kept: %+v, %v", parts, err)
	}
	for _, number := range []int{0, photos.MaxParts + 1} {
		if _, err := s.UploadPart(ctx, o, id, number, content, sum(content)); err == nil {
			t.Errorf("part numbers are 1 to 10,000: %d gives no error", number)
		}
	}
	if _, err := s.CompleteUpload(ctx, o, id, []photos.UploadedPart{one, small}); err != nil {
		t.Errorf("after all that the upload can be completed: %v", err)
	}

	t.Run("Aborted", func(t *testing.T) {
		o := s.working("aborted.zip")
		id := s.begin(t, o)
		part := s.part(t, o, id, 1, content)
		for range 2 {
			if err := s.AbortUpload(ctx, o, id); err != nil {
				t.Fatalf("aborting, also twice, is no error: %v", err)
			}
		}
		_, err := s.ListParts(ctx, o, id)
		want(t, "an aborted upload is gone", "ListParts", err, photos.NotFound)
		_, err = s.UploadPart(ctx, o, id, 1, content, sum(content))
		want(t, "an aborted upload is gone", "UploadPart", err, photos.NotFound)
		_, err = s.CompleteUpload(ctx, o, id, []photos.UploadedPart{part})
		want(t, "an aborted upload is gone", "CompleteUpload", err, photos.NotFound)
		_, err = s.Head(ctx, o)
		want(t, "no object comes of an aborted upload", "Head", err, photos.NotFound)
	})
}

func testUploads(t *testing.T, s objectsTest) {
	ctx := t.Context()
	ids := map[string]string{}
	for _, name := range []string{"archives/a/zip", "archives/b/zip", "archives/b/zip", "other"} {
		o := s.working(name)
		id := s.begin(t, o)
		ids[id] = o.Key
		s.part(t, o, id, 1, []byte(name))
	}
	all, err := s.ListUploads(ctx, photos.WorkingBucket, s.prefix, 1000)
	if err != nil || len(all) != len(ids) {
		t.Fatalf("%s: ListUploads: %d, want %d (%v)", s.reason, len(all), len(ids), err)
	}
	for _, upload := range all {
		if upload.Object != (photos.Object{Bucket: photos.WorkingBucket, Key: ids[upload.ID]}) {
			t.Errorf("an upload is listed with its key: %+v, want %s", upload, ids[upload.ID])
		}
		if age := time.Since(upload.Started); age < -time.Minute || age > time.Hour {
			t.Errorf("an upload is listed with its time: %v ago, want just now", age)
		}
	}
	some, err := s.ListUploads(ctx, photos.WorkingBucket, s.prefix+"archives/b/", 1000)
	if err != nil || len(some) != 2 {
		t.Errorf("a prefix selects: %+v, want 2 (%v)", some, err)
	}
	for limit := 1; limit <= 4; limit++ {
		limited, err := s.ListUploads(ctx, photos.WorkingBucket, s.prefix, limit)
		if err != nil || len(limited) != limit {
			t.Errorf("no more than asked for, and no fewer: %d, want %d (%v)", len(limited), limit, err)
		}
	}
	for _, upload := range all {
		if err := s.AbortUpload(ctx, upload.Object, upload.ID); err != nil {
			t.Errorf("what is listed can be aborted: %v", err)
		}
	}
	none, err := s.ListUploads(ctx, photos.WorkingBucket, s.prefix, 1000)
	if err != nil || len(none) != 0 {
		t.Errorf("aborted uploads are not listed: %+v, %v", none, err)
	}
}
