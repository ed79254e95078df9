package photostest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io"
	"testing"

	"pam/internal/photos"
)

// Objects checks the contract of photos.Objects. It calls open once for each of its parts, never again before the part
// and its cleanups are over, so an implementation may be alone in its process; it leaves nothing behind that a later
// part could see, so a store may also be shared.
//
// A stand-in for the store of production may lack things. Each is a case left out, with what is missing, by the name of the
// part or of one in it, such as Multipart/Race. What PAM is run on lacks none.
func Objects(t *testing.T, open func(t *testing.T) photos.Objects, lacks ...Lack) {
	parts := []struct {
		name   string
		reason string
		run    func(*testing.T, objectsTest)
	}{
		{"Store", "whole objects are written, read, listed and deleted", testStore},
		{"Ranges", "an archive reads parts of large photos", testRanges},
		{"Lists", "the sweeper pages through keys", testLists},
		{"Deletes", "what is gone is gone, and deleting it again is no error", testDeletes},
		{"Concurrency", "many workers share one store", testConcurrency},
		{"Multipart", "archives are assembled from parts that come in any order and more than once", testMultipart},
		{"MultipartFailures", "a completion that cannot be done leaves the upload as it was", testMultipartFailures},
		{"Copies", "an archive takes large photos without their bytes passing through a worker", testCopies},
		{"Uploads", "the sweeper finds uploads that nobody finished", testUploads},
		{"SignedUpload", "a browser uploads exactly what was agreed, once", testSignedUpload},
		{"SignedUploadAttacks", "the store itself refuses whatever differs from the terms", testSignedUploadAttacks},
		{"SignedUploadRace", "of several uploads to one URL one wins", testSignedUploadRace},
		{"SignedDownload", "a browser downloads under the name that we say, whatever the name is", testSignedDownload},
		{"SignedLimits", "what cannot be signed safely is not signed", testSignedLimits},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			s := objectsTest{reason: part.reason, prefix: "photostest/" + rand.Text() + "/", lacks: lacks}
			s.needs(t, part.name)
			s.Objects = open(t)
			part.run(t, s)
		})
	}
}

// objectsTest is a store under test, with a prefix of keys that no other test uses.
type objectsTest struct {
	photos.Objects
	reason string
	prefix string
	lacks  []Lack
}

// Lack is a case that a stand-in does not pass.
type Lack struct{ Case, Reason string }

// needs leaves a case out that the store under test does not pass.
func (s objectsTest) needs(t *testing.T, name string) {
	t.Helper()
	for _, lack := range s.lacks {
		if lack.Case == name {
			t.Skipf("this stand-in cannot show it: %s", lack.Reason)
		}
	}
}

func (s objectsTest) storage(name string) photos.Object {
	return photos.Object{Bucket: photos.StorageBucket, Key: s.prefix + name}
}

func (s objectsTest) working(name string) photos.Object {
	return photos.Object{Bucket: photos.WorkingBucket, Key: s.prefix + name}
}

// put writes an object and forgets it at the end of the test.
func (s objectsTest) put(t *testing.T, o photos.Object, content []byte) {
	t.Helper()
	if err := s.Put(t.Context(), o, "application/octet-stream", content); err != nil {
		t.Fatalf("%s: Put(%s): %v", s.reason, o.Key, err)
	}
	s.forget(t, o)
}

// forget deletes an object at the end of the test.
func (s objectsTest) forget(t *testing.T, o photos.Object) {
	t.Cleanup(func() {
		if err := s.Delete(context.WithoutCancel(t.Context()), o.Bucket, o.Key); err != nil {
			t.Errorf("clean up %s: %v", o.Key, err)
		}
	})
}

// read gives an object's bytes.
func (s objectsTest) read(t *testing.T, o photos.Object) []byte {
	t.Helper()
	content, info, err := s.get(t, o, 0, 0, "")
	if err != nil {
		t.Fatalf("%s: Get(%s): %v", s.reason, o.Key, err)
	}
	if info.Size != int64(len(content)) {
		t.Fatalf("%s: Get(%s): %d bytes, want the size that was said, %d", s.reason, o.Key, len(content), info.Size)
	}
	return content
}

func (s objectsTest) get(t *testing.T, o photos.Object, offset, length int64, ifMatch string) ([]byte, photos.ObjectInfo, error) {
	t.Helper()
	body, info, err := s.Get(t.Context(), o, offset, length, ifMatch)
	if err != nil {
		return nil, info, err
	}
	content, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		t.Fatalf("%s: read %s: %v", s.reason, o.Key, err)
	}
	return content, info, nil
}

// want checks an error's code; "" wants none.
func want(t *testing.T, reason, call string, err error, code photos.Code) {
	t.Helper()
	if got := photos.CodeOf(err); got != code {
		t.Errorf("%s: %s: code %q (%v), want %q", reason, call, got, err, code)
	}
}

// pattern gives n bytes that differ by seed and have no period that a wrong offset could hide behind.
func pattern(seed, n int) []byte {
	content := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range content {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		content[i] = byte(x)
	}
	return content
}

func sum(content []byte) uint32 { return crc32.ChecksumIEEE(content) }

func sameBytes(t *testing.T, reason, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %s: %d bytes with CRC-32 %08x, want %d with %08x", reason, what, len(got), sum(got), len(want), sum(want))
	}
}
