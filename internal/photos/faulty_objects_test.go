package photos_test

import (
	"context"
	"fmt"
	"io"

	"pam/internal/photos"
)

// faultyObjects makes every request to a store of bytes a step that can go wrong. Signing is no request.
type faultyObjects struct {
	photos.Objects
	w world
}

func (s faultyObjects) Head(ctx context.Context, o photos.Object) (photos.ObjectInfo, error) {
	return give(ctx, s.w, "Head "+o.Key, func(ctx context.Context) (photos.ObjectInfo, error) { return s.Objects.Head(ctx, o) })
}

func (s faultyObjects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	var body io.ReadCloser
	var info photos.ObjectInfo
	err := s.w.step(ctx, "Get "+o.Key, func(ctx context.Context) (err error) {
		if body != nil {
			body.Close() // of the same request before
		}
		body, info, err = s.Objects.Get(ctx, o, offset, length, ifMatch)
		return err
	})
	if err != nil {
		if body != nil {
			body.Close()
		}
		return nil, photos.ObjectInfo{}, err
	}
	return body, info, nil
}

func (s faultyObjects) Put(ctx context.Context, o photos.Object, contentType string, body []byte) error {
	return s.w.step(ctx, "Put "+o.Key, func(ctx context.Context) error { return s.Objects.Put(ctx, o, contentType, body) })
}

func (s faultyObjects) Delete(ctx context.Context, bucket photos.Bucket, keys ...string) error {
	return s.w.step(ctx, "Delete "+keys[0], func(ctx context.Context) error { return s.Objects.Delete(ctx, bucket, keys...) })
}

func (s faultyObjects) List(ctx context.Context, bucket photos.Bucket, prefix, after string, limit int) ([]string, error) {
	return give(ctx, s.w, "List "+prefix, func(ctx context.Context) ([]string, error) { return s.Objects.List(ctx, bucket, prefix, after, limit) })
}

func (s faultyObjects) CreateUpload(ctx context.Context, o photos.Object, contentType string) (string, error) {
	return give(ctx, s.w, "CreateUpload "+o.Key, func(ctx context.Context) (string, error) { return s.Objects.CreateUpload(ctx, o, contentType) })
}

func (s faultyObjects) UploadPart(ctx context.Context, o photos.Object, id string, n int, body []byte, crc uint32) (string, error) {
	return give(ctx, s.w, fmt.Sprint("UploadPart ", o.Key, " ", n), func(ctx context.Context) (string, error) {
		return s.Objects.UploadPart(ctx, o, id, n, body, crc)
	})
}

func (s faultyObjects) CopyPart(ctx context.Context, o photos.Object, id string, n int, from photos.Object, offset, length int64, ifMatch string) (etag string, sum photos.Checksum, err error) {
	err = s.w.step(ctx, fmt.Sprint("CopyPart ", o.Key, " ", n), func(ctx context.Context) (err error) {
		etag, sum, err = s.Objects.CopyPart(ctx, o, id, n, from, offset, length, ifMatch)
		return err
	})
	return etag, sum, err
}

func (s faultyObjects) ListParts(ctx context.Context, o photos.Object, id string) ([]photos.UploadedPart, error) {
	return give(ctx, s.w, "ListParts "+o.Key, func(ctx context.Context) ([]photos.UploadedPart, error) { return s.Objects.ListParts(ctx, o, id) })
}

func (s faultyObjects) CompleteUpload(ctx context.Context, o photos.Object, id string, parts []photos.UploadedPart) (string, error) {
	return give(ctx, s.w, "CompleteUpload "+o.Key, func(ctx context.Context) (string, error) { return s.Objects.CompleteUpload(ctx, o, id, parts) })
}

func (s faultyObjects) AbortUpload(ctx context.Context, o photos.Object, id string) error {
	return s.w.step(ctx, "AbortUpload "+o.Key, func(ctx context.Context) error { return s.Objects.AbortUpload(ctx, o, id) })
}

func (s faultyObjects) ListUploads(ctx context.Context, bucket photos.Bucket, prefix string, limit int) ([]photos.Upload, error) {
	return give(ctx, s.w, "ListUploads", func(ctx context.Context) ([]photos.Upload, error) {
		return s.Objects.ListUploads(ctx, bucket, prefix, limit)
	})
}

// The other ports have few calls.

type faultyInspector struct {
	photos.Inspector
	w world
}

func (i faultyInspector) Inspect(ctx context.Context, data []byte, contentType string) (photos.Inspected, error) {
	return give(ctx, i.w, "Inspect", func(ctx context.Context) (photos.Inspected, error) {
		return i.Inspector.Inspect(ctx, data, contentType)
	})
}

type faultyLabeler struct {
	photos.Labeler
	w world
}

func (l faultyLabeler) Label(ctx context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	return give(ctx, l.w, "Label "+p.Object.Key, func(ctx context.Context) ([]photos.PhotoLabel, error) { return l.Labeler.Label(ctx, p) })
}

type faultyQueue struct {
	photos.JobQueue
	w world
}

func (q faultyQueue) Send(ctx context.Context, jobs ...photos.Job) error {
	return q.w.step(ctx, fmt.Sprintf("Send %d %s", len(jobs), jobs[0].Kind), func(ctx context.Context) error { return q.JobQueue.Send(ctx, jobs...) })
}

type faultyNotifier struct {
	photos.Notifier
	w world
}

func (n faultyNotifier) Notify(ctx context.Context, notice photos.Notice, a photos.Archive) error {
	return n.w.step(ctx, "Notify "+notice.ID, func(ctx context.Context) error { return n.Notifier.Notify(ctx, notice, a) })
}

func (n faultyNotifier) Subscribe(ctx context.Context, o photos.Owner, address string) (photos.NoticeSubscription, error) {
	return give(ctx, n.w, "Subscribe", func(ctx context.Context) (photos.NoticeSubscription, error) {
		return n.Notifier.Subscribe(ctx, o, address)
	})
}

type faultyDirectory struct {
	photos.Directory
	w world
}

func (d faultyDirectory) VerifiedEmail(ctx context.Context, o photos.Owner) (string, error) {
	return give(ctx, d.w, "VerifiedEmail", func(ctx context.Context) (string, error) { return d.Directory.VerifiedEmail(ctx, o) })
}
