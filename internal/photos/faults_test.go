package photos_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"pam/internal/photos"
)

// errCrash is what a step gives at which the test lets the process die.
var errCrash = errors.New("the process died here")

// faults lets one chosen step of many fail: before it has done anything, or after it has.
type faults struct {
	mu    sync.Mutex
	count int
	at    int // the step that fails, from 1; 0 for none
	after bool
	name  string // of the step that failed
}

func (f *faults) set(at int, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count, f.at, f.after, f.name = 0, at, after, ""
}

func (f *faults) fired() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.name
}

// step does one step of the world outside the process.
func (f *faults) step(name string, do func() error) error {
	f.mu.Lock()
	f.count++
	dies := f.at > 0 && f.count == f.at
	after := f.after
	if dies {
		f.name = name
	}
	f.mu.Unlock()
	if dies && !after {
		return errCrash
	}
	if err := do(); err != nil {
		return err
	}
	if dies {
		return errCrash
	}
	return nil
}

// faultyCatalog can fail at every change.
type faultyCatalog struct {
	photos.Catalog
	f *faults
}

func (c faultyCatalog) SaveInspection(ctx context.Context, o photos.Owner, id string, in photos.Inspection) error {
	return c.f.step("SaveInspection", func() error { return c.Catalog.SaveInspection(ctx, o, id, in) })
}

func (c faultyCatalog) CommitLabelled(ctx context.Context, o photos.Owner, id string) error {
	return c.f.step("CommitLabelled", func() error { return c.Catalog.CommitLabelled(ctx, o, id) })
}

func (c faultyCatalog) CommitRejected(ctx context.Context, o photos.Owner, id string, r photos.Rejection) error {
	return c.f.step("CommitRejected", func() error { return c.Catalog.CommitRejected(ctx, o, id, r) })
}

func (c faultyCatalog) StartBuilding(ctx context.Context, a photos.Archive, parts []photos.ArchivePart) error {
	return c.f.step("StartBuilding", func() error { return c.Catalog.StartBuilding(ctx, a, parts) })
}

func (c faultyCatalog) CompletePart(ctx context.Context, o photos.Owner, id, upload string, p photos.ArchivePart, at time.Time) (a photos.Archive, err error) {
	err = c.f.step("CompletePart", func() (err error) {
		a, err = c.Catalog.CompletePart(ctx, o, id, upload, p, at)
		return err
	})
	return a, err
}

func (c faultyCatalog) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	return c.f.step("MoveArchive", func() error { return c.Catalog.MoveArchive(ctx, a, from...) })
}

func (c faultyCatalog) AddNotice(ctx context.Context, n photos.Notice) error {
	return c.f.step("AddNotice", func() error { return c.Catalog.AddNotice(ctx, n) })
}

func (c faultyCatalog) DeletePhotos(ctx context.Context, o photos.Owner, ids []string, at time.Time) (gone []string, err error) {
	err = c.f.step("DeletePhotos", func() (err error) {
		gone, err = c.Catalog.DeletePhotos(ctx, o, ids, at)
		return err
	})
	return gone, err
}

func (c faultyCatalog) ForgetPhoto(ctx context.Context, o photos.Owner, id string) error {
	return c.f.step("ForgetPhoto", func() error { return c.Catalog.ForgetPhoto(ctx, o, id) })
}

// faultyObjects can fail at every request.
type faultyObjects struct {
	photos.Objects
	f *faults
}

func (s faultyObjects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (body io.ReadCloser, info photos.ObjectInfo, err error) {
	err = s.f.step("Get", func() (err error) {
		body, info, err = s.Objects.Get(ctx, o, offset, length, ifMatch)
		return err
	})
	if err != nil && body != nil {
		body.Close()
	}
	return body, info, err
}

func (s faultyObjects) Put(ctx context.Context, o photos.Object, contentType string, body []byte) error {
	return s.f.step("Put "+strings.SplitN(o.Key, "/", 2)[0], func() error { return s.Objects.Put(ctx, o, contentType, body) })
}

func (s faultyObjects) Delete(ctx context.Context, bucket photos.Bucket, keys ...string) error {
	return s.f.step("Delete", func() error { return s.Objects.Delete(ctx, bucket, keys...) })
}

func (s faultyObjects) CreateUpload(ctx context.Context, o photos.Object, contentType string) (id string, err error) {
	err = s.f.step("CreateUpload", func() (err error) {
		id, err = s.Objects.CreateUpload(ctx, o, contentType)
		return err
	})
	return id, err
}

func (s faultyObjects) UploadPart(ctx context.Context, o photos.Object, id string, n int, body []byte, crc uint32) (etag string, err error) {
	err = s.f.step("UploadPart", func() (err error) {
		etag, err = s.Objects.UploadPart(ctx, o, id, n, body, crc)
		return err
	})
	return etag, err
}

func (s faultyObjects) CompleteUpload(ctx context.Context, o photos.Object, id string, parts []photos.UploadedPart) (etag string, err error) {
	err = s.f.step("CompleteUpload", func() (err error) {
		etag, err = s.Objects.CompleteUpload(ctx, o, id, parts)
		return err
	})
	return etag, err
}
