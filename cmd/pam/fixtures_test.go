package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

// person is somebody with a token, and what tests record of theirs without waiting for the labeller.
type person struct {
	api
	owner photos.Owner
	p     *program
}

// newPerson gives a person a token with the given scopes; all of them where none is given.
func newPerson(t *testing.T, p *program, userName string, scopes ...photos.Scope) person {
	t.Helper()
	if len(scopes) == 0 {
		scopes = photos.AllScopes()
	}
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	token, err := oidc.IssueAccessToken(t.Context(), p.settings.data, oidc.TokenRequest{
		User: userName, ClientID: commandClient, Scopes: names, TTL: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	owner, err := oidc.SubjectOf(userName)
	if err != nil {
		t.Fatal(err)
	}
	return person{api{t, p.url, token}, photos.Owner(owner), p}
}

// in gives the person's API for a subtest.
func (x person) in(t *testing.T) person {
	x.t = t
	return x
}

// at is a label as the detector would have found it.
func at(name string, confidence float64, parents ...string) photos.PhotoLabel {
	return photos.PhotoLabel{Name: name, Confidence: confidence, Parents: parents}
}

// smallJPEG makes a picture that differs from those of other seeds.
func smallJPEG(t *testing.T, width, height, seed int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.Set(i%width, i/width, color.RGBA{uint8(i * seed), uint8(i + seed), uint8(i / width), 255})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pending records a photo whose bytes have not come.
func (x person) pending(name string, data []byte) photos.Photo {
	x.t.Helper()
	return x.begun(name, int64(len(data)), crc32.ChecksumIEEE(data))
}

func (x person) begun(name string, size int64, crc uint32) photos.Photo {
	x.t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	photo := photos.Photo{
		Owner: x.owner, ID: x.p.library.NewID(now), FileName: name, ContentType: "image/jpeg", Size: size, CRC32: crc,
		Status: photos.Pending, UploadedAt: now, ExpiresAt: now.Add(photos.PendingLife),
	}
	if err := x.p.library.Catalog.AddPhotos(x.t.Context(), []photos.Photo{photo}); err != nil {
		x.t.Fatal(err)
	}
	return photo
}

// rejected records a photo that was refused.
func (x person) rejected(name string) photos.Photo {
	x.t.Helper()
	photo := x.pending(name, []byte("x"))
	err := x.p.library.Catalog.CommitRejected(x.t.Context(), x.owner, photo.ID, photos.Rejection{Code: photos.NotAnImage, Message: "No picture."})
	if err != nil {
		x.t.Fatal(err)
	}
	return photo
}

// recorded records a LABELLED photo without bytes in the store.
func (x person) recorded(name string, data []byte, labels ...photos.PhotoLabel) photos.Photo {
	x.t.Helper()
	photo := x.pending(name, data)
	x.commit(photo, data, labels)
	return photo
}

// sized records a LABELLED photo that only says that it has so many bytes.
func (x person) sized(size int64, name string, labels ...photos.PhotoLabel) {
	x.t.Helper()
	photo := x.begun(name, size, 0)
	x.commit(photo, []byte(photo.ID), labels)
}

// commit makes a PENDING photo LABELLED, as the detector does.
func (x person) commit(photo photos.Photo, data []byte, labels []photos.PhotoLabel) {
	x.t.Helper()
	catalog := x.p.library.Catalog
	err := catalog.SaveInspection(x.t.Context(), x.owner, photo.ID, photos.Inspection{
		SHA256: sumText(data), Width: 96, Height: 80, Labels: labels,
		ETag: fmt.Sprintf("\"%x\"", md5.Sum(data)), // what S3 gives to bytes that came in one PUT
	})
	if err == nil {
		err = catalog.CommitLabelled(x.t.Context(), x.owner, photo.ID)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

// stored records a LABELLED photo and puts its bytes into the store. When the event of their coming arrives the photo is
// labelled already, so the labels stay those of the test.
func (x person) stored(name string, data []byte, labels ...photos.PhotoLabel) photos.Photo {
	x.t.Helper()
	photo := x.recorded(name, data, labels...)
	object := photos.Object{Bucket: photos.StorageBucket, Key: photo.Key()}
	if err := x.p.library.Objects.Put(x.t.Context(), object, photo.ContentType, data); err != nil {
		x.t.Fatal(err)
	}
	return photo
}

// requested requests an archive of the photos that carry a label, and waits until it is READY.
func (x person) requested(label, name, key string) (id string) {
	x.t.Helper()
	var out struct{ RequestArchive struct{ ID string } }
	x.do(`mutation($in: RequestArchiveInput!) { requestArchive(input: $in) { id } }`,
		vars("in", vars("match", vars("any", []string{label}), "name", name, "idempotencyKey", key)), &out)
	x.waitUntilReady(out.RequestArchive.ID)
	return out.RequestArchive.ID
}

// queued records an archive that nobody builds.
func (x person) queued(label string) (id string) {
	x.t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	a := photos.Archive{
		Owner: x.owner, ID: x.p.library.NewID(now), Name: fmt.Sprintf("%s of %s", label, x.owner), Status: photos.ArchiveQueued,
		Match: photos.LabelMatch{Any: []string{label}, MinConfidence: photos.DefaultConfidence}, CreatedAt: now, UpdatedAt: now,
	}
	if _, _, err := x.p.library.Catalog.CreateArchive(x.t.Context(), a, nil, nil); err != nil {
		x.t.Fatal(err)
	}
	return a.ID
}

// crcText writes a checksum as S3's x-amz-checksum-crc32 does.
func crcText(data []byte) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data)))
}

// sumText gives the SHA-256 in hex.
func sumText(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
