package s3server_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/s3event"
)

// recorder is a queue for events that can fail.
type recorder struct {
	mu     sync.Mutex
	events []s3event.Event
	err    error
}

func (r *recorder) emit(_ context.Context, body []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	events, err := s3event.ParseEvents(body)
	r.events = append(r.events, events...)
	return err
}

func (r *recorder) keys() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var keys []string
	for _, e := range r.events {
		keys = append(keys, e.Key)
	}
	return strings.Join(keys, " ")
}

func TestEvents(t *testing.T) {
	var got recorder
	var logged bytes.Buffer
	server := start(t, s3server.Config{Emit: got.emit, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	store := objects(server)
	storage := func(key string) photos.Object { return photos.Object{Bucket: photos.StorageBucket, Key: key} }
	put := func(o photos.Object) {
		t.Helper()
		if err := store.Put(t.Context(), o, "image/jpeg", []byte("photo")); err != nil {
			t.Fatal(err)
		}
	}
	put(storage("photos/ow ner/1"))
	put(storage("thumbs/owner/1"))
	put(photos.Object{Bucket: photos.WorkingBucket, Key: "photos/owner/2"})
	if keys := got.keys(); keys != "photos/ow ner/1" {
		t.Fatalf("a photo is announced when its upload is answered, and nothing else: %q", keys)
	}
	info, err := store.Head(t.Context(), storage("photos/ow ner/1"))
	if err != nil {
		t.Fatal(err)
	}
	event := got.events[0]
	if owner, id, ok := event.Photo(); owner != "ow ner" || id != "1" || !ok || event.Bucket != s3server.StorageBucket ||
		event.Size != 5 || `"`+event.ETag+`"` != info.ETag || event.Sequencer == "" {
		t.Errorf("the event describes the object: %+v, %+v", event, info)
	}

	id, err := store.CreateUpload(t.Context(), storage("photos/owner/3"), "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	content := []byte("photo")
	etag, err := store.UploadPart(t.Context(), storage("photos/owner/3"), id, 1, content, crc32.ChecksumIEEE(content))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.CompleteUpload(t.Context(), storage("photos/owner/3"), id, []photos.UploadedPart{{Number: 1, ETag: etag}}); err != nil {
		t.Fatal(err)
	}
	_, err = sdk(server).CopyObject(t.Context(), &awss3.CopyObjectInput{
		Bucket: aws.String(s3server.StorageBucket), Key: aws.String("photos/owner/4"),
		CopySource: aws.String(s3server.StorageBucket + "/" + url.PathEscape("photos/ow ner/1")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if keys := got.keys(); keys != "photos/ow ner/1 photos/owner/3 photos/owner/4" {
		t.Errorf("photos that are assembled or copied are announced too: %q", keys)
	}

	got.err = errors.New("disk full")
	put(storage("photos/owner/5"))
	if !strings.Contains(logged.String(), "disk full") {
		t.Errorf("an upload succeeds although its event is lost, which is logged: %s", logged.String())
	}
}
