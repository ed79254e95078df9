package photostest

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"pam/internal/photos"
)

func testCopies(t *testing.T, s objectsTest) {
	ctx := t.Context()
	// A signed upload, as photos come: the store then has a checksum of the whole object, which is not that of a range.
	photo := s.storage("photo with a + and ä")
	content := pattern(1, photos.MinPartSize+1000)
	s.upload(t, photo, content)
	info, err := s.Head(ctx, photo)
	if err != nil {
		t.Fatalf("%s: Head: %v", s.reason, err)
	}
	o := s.working("copied.zip")
	s.forget(t, o)
	id := s.begin(t, o)

	// copied has a part copied and describes it.
	copied := func(number int, offset, length int64) photos.UploadedPart {
		t.Helper()
		etag, told, err := s.CopyPart(ctx, o, id, number, photo, offset, length, info.ETag)
		if err != nil || etag == "" {
			t.Fatalf("%s: CopyPart %d: %q, %v", s.reason, number, etag, err)
		}
		crc := photos.Checksum{CRC32: sum(content[offset : offset+length]), Known: true}
		if told.Known && told != crc {
			t.Errorf("the CRC-32 of a copied part is that of its own bytes: %08x, want %08x", told.CRC32, crc.CRC32)
		}
		return photos.UploadedPart{Number: number, ETag: etag, Size: length, Checksum: crc}
	}
	first := s.part(t, o, id, 1, pattern(2, photos.MinPartSize))
	copied(2, 0, 10)
	parts := []photos.UploadedPart{first, copied(2, 0, info.Size), copied(3, 1000, photos.MinPartSize), copied(7, info.Size-3, 3)}
	listed, err := s.ListParts(ctx, o, id)
	if err != nil || len(listed) != len(parts) {
		t.Fatalf("copied parts are listed like others: %+v, %v", listed, err)
	}
	for i, part := range listed {
		if part.Number != parts[i].Number || part.ETag != parts[i].ETag || part.Size != parts[i].Size || part.Checksum.Known && part.Checksum != parts[i].Checksum {
			t.Errorf("copied parts are listed like others, a replaced one as it is now: %+v, want %+v", part, parts[i])
		}
	}

	missing := s.storage("missing")
	for _, c := range []struct {
		name, reason   string
		from           photos.Object
		upload         string
		number         int
		offset, length int64
		etag           string
		want           photos.Code
	}{
		{"Changed", "another ETag means other bytes", photo, id, 4, 0, info.Size, `"0123456789abcdef0123456789abcdef"`, photos.Conflict},
		{"Missing", "what is deleted cannot be copied", missing, id, 4, 0, 5, info.ETag, photos.NotFound},
		{"NoUpload", "an upload that is gone takes no part", photo, "nothing", 4, 0, 5, info.ETag, photos.NotFound},
		{"BeyondTheEnd", "a part that is shorter than planned would shift all that follows", photo, id, 4, 10, info.Size, info.ETag, photos.Internal},
		{"Negative", "there is nothing before the beginning", photo, id, 4, -1, 5, info.ETag, photos.Internal},
		{"Empty", "no bytes are no part", photo, id, 4, 0, 0, info.ETag, photos.Internal},
		{"AnyETag", "a copy that is not tied to its source may be of anything", photo, id, 4, 0, 5, "", photos.Internal},
		{"NumberZero", "numbers begin at 1", photo, id, 0, 0, 5, info.ETag, photos.Internal},
		{"NumberTooLarge", "numbers end at 10,000", photo, id, photos.MaxParts + 1, 0, 5, info.ETag, photos.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := s.CopyPart(ctx, o, c.upload, c.number, c.from, c.offset, c.length, c.etag)
			want(t, c.reason, "CopyPart", err, c.want)
		})
	}
	if after, err := s.ListParts(ctx, o, id); err != nil || !slices.Equal(after, listed) {
		t.Errorf("what was refused has left no part: %+v, %v", after, err)
	}

	wrong := slices.Clone(parts)
	wrong[1].Checksum.CRC32++
	_, err = s.CompleteUpload(ctx, o, id, wrong)
	want(t, "the store checks the CRC-32 of the whole object", "CompleteUpload", err, photos.Conflict)
	if after, err := s.ListParts(ctx, o, id); err != nil || !slices.Equal(after, listed) {
		t.Errorf("the upload still stands: %+v, %v", after, err)
	}
	if _, err := s.CompleteUpload(ctx, o, id, parts); err != nil {
		t.Fatalf("%s: CompleteUpload: %v", s.reason, err)
	}
	sameBytes(t, s.reason, "Get", s.read(t, o), slices.Concat(pattern(2, photos.MinPartSize), content, content[1000:1000+photos.MinPartSize], content[info.Size-3:]))
	sameBytes(t, "the source is as it was", "Get", s.read(t, photo), content)
}

// upload stores an object by a signed URL, as browsers do.
func (s objectsTest) upload(t *testing.T, o photos.Object, content []byte) {
	t.Helper()
	s.forget(t, o)
	if got := send(t, s.signUpload(t, o, content, time.Minute), content, nil); got.status != http.StatusOK {
		t.Fatalf("%s: PUT: %d %s", s.reason, got.status, got.body)
	}
}
