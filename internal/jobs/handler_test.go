package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pam/internal/imaging"
	"pam/internal/jobs"
	"pam/internal/local/s3server"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/s3event"
)

// errOutOfOrder is what the catalog of a test says of the photos that it was told to fail for.
var errOutOfOrder = errors.New("out of order")

// catalog is the real one, but for the photos that it fails for. It notes how much time it was given.
type catalog struct {
	photos.Catalog
	failing []string      // ids
	left    time.Duration // at the latest call; 0 for no deadline
}

func (c *catalog) Photo(ctx context.Context, owner photos.Owner, id string) (photos.Photo, error) {
	c.left = 0
	if deadline, ok := ctx.Deadline(); ok {
		c.left = time.Until(deadline)
	}
	if slices.Contains(c.failing, id) {
		return photos.Photo{}, errOutOfOrder
	}
	return c.Catalog.Photo(ctx, owner, id)
}

// labeler labels when it is told to, or when the time is over.
type labeler struct{ wait chan struct{} }

func (l labeler) Label(ctx context.Context, _ photos.Picture) ([]photos.PhotoLabel, error) {
	select {
	case <-l.wait:
		return []photos.PhotoLabel{{Name: "Fox", Confidence: 90}}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// outside stands for everything that labelling needs nothing of.
type outside struct{}

func (outside) Send(context.Context, ...photos.Job) error                   { return nil }
func (outside) Notify(context.Context, photos.Notice, photos.Archive) error { return nil }
func (outside) VerifiedEmail(context.Context, photos.Owner) (string, error) { return "", nil }
func (outside) Subscribe(context.Context, photos.Owner, string) (s photos.NoticeSubscription, err error) {
	return s, nil
}

// harness is a handler before the real records and the real S3 protocol.
type harness struct {
	t       *testing.T
	catalog *catalog
	library *photos.Library
	labels  chan struct{} // closed: the labeller answers
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	ctx := t.Context()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, err := s3server.Open(ctx, s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close(context.Background()) })
	h := &harness{t: t, catalog: &catalog{Catalog: db.Catalog()}, labels: make(chan struct{})}
	h.library, err = photos.NewLibrary(photos.Config{
		Catalog: h.catalog, Objects: s3.New(store.AWSConfig(), s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket}),
		Inspector: imaging.Inspector{}, Labeler: labeler{h.labels}, Queue: outside{}, Notifier: outside{}, Directory: outside{},
		Now: time.Now, NewID: photos.ULIDs(), Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// upload puts photos of dan into the store and on record, PENDING.
func (h *harness) upload(ids ...string) {
	h.t.Helper()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, image.NewGray(image.Rect(0, 0, 96, 80)), nil); err != nil {
		h.t.Fatal(err)
	}
	for _, id := range ids {
		p := photos.Photo{
			Owner: "dan", ID: id, FileName: id + ".jpg", ContentType: "image/jpeg", Size: int64(data.Len()),
			CRC32: crc32.ChecksumIEEE(data.Bytes()), Status: photos.Pending, UploadedAt: time.Now().UTC().Truncate(time.Millisecond),
		}
		p.ExpiresAt = p.UploadedAt.Add(photos.PendingLife)
		if err := h.catalog.AddPhotos(h.t.Context(), []photos.Photo{p}); err != nil {
			h.t.Fatal(err)
		}
		object := photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}
		if err := h.library.Objects.Put(h.t.Context(), object, p.ContentType, data.Bytes()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// look gives a photo as it stands.
func (h *harness) look(id string) photos.Photo {
	h.t.Helper()
	p, err := h.catalog.Catalog.Photo(h.t.Context(), "dan", id)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// notification is one message of S3 that announces several photos of dan.
func notification(t *testing.T, ids ...string) []byte {
	t.Helper()
	var all struct{ Records []json.RawMessage }
	for _, id := range ids {
		message, err := s3event.EncodeCreated("pam-storage", photos.PhotoKey("dan", id), 3, `"e"`, time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		var one struct{ Records []json.RawMessage }
		if err := json.Unmarshal(message, &one); err != nil {
			t.Fatal(err)
		}
		all.Records = append(all.Records, one.Records...)
	}
	message, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func TestHandleTriesAllOfANotification(t *testing.T) {
	h := newHarness(t)
	close(h.labels)
	h.upload("one", "two", "three")
	message := notification(t, "one", "two", "three")
	for _, c := range []struct {
		name, reason string
		failing      []string
		labelled     []string // in all
	}{
		{"first and last fail", "the one between them need not wait", []string{"one", "three"}, []string{"two"}},
		{"first fails", "the last need not wait, and one is done already", []string{"one"}, []string{"two", "three"}},
		{"none fails", "the message is done when all are", nil, []string{"one", "two", "three"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.catalog.failing = c.failing
			err := jobs.Handler{Library: h.library}.Handle(t.Context(), message)
			if errors.Is(err, errOutOfOrder) != (len(c.failing) > 0) || len(c.failing) == 0 && err != nil {
				t.Errorf("%s: it ends with %v", c.reason, err)
			}
			for _, id := range []string{"one", "two", "three"} {
				want := photos.Pending
				if slices.Contains(c.labelled, id) {
					want = photos.Labelled
				}
				if p := h.look(id); p.Status != want {
					t.Errorf("%s is %s, want %s: %s", id, p.Status, want, c.reason)
				}
			}
		})
	}
}

func TestGiveUpEndsAllOfANotification(t *testing.T) {
	h := newHarness(t)
	h.upload("one", "two", "three")
	h.catalog.failing = []string{"one"}
	handler := jobs.Handler{Library: h.library}
	message := notification(t, "one", "two", "three")
	if err := handler.GiveUp(t.Context(), message, errOutOfOrder); !errors.Is(err, errOutOfOrder) {
		t.Errorf("one photo could not be ended, and it says %v", err)
	}
	for id, want := range map[string]photos.PhotoStatus{"one": photos.Pending, "two": photos.Rejected, "three": photos.Rejected} {
		if p := h.look(id); p.Status != want || want == photos.Rejected && p.Rejection.Code != photos.LabellingFailed {
			t.Errorf("%s is %s, %+v, want %s", id, p.Status, p.Rejection, want)
		}
	}
	h.catalog.failing = nil
	if err := handler.GiveUp(t.Context(), message, errOutOfOrder); err != nil {
		t.Errorf("given up again: %v", err)
	}
	if p := h.look("one"); p.Status != photos.Rejected {
		t.Errorf("the photo is %s", p.Status)
	}
}

func TestUnreadableMessage(t *testing.T) {
	h := newHarness(t)
	handler := jobs.Handler{Library: h.library}
	for _, c := range []struct{ name, reason, message string }{
		{"garbage", "it is nobody's", "hello"},
		{"foreign", "it is somebody else's", `{"hello":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := handler.Handle(t.Context(), []byte(c.message)); err == nil {
				t.Errorf("it must not pass for done: %s", c.reason)
			}
			if err := handler.GiveUp(t.Context(), []byte(c.message), errOutOfOrder); err != nil {
				t.Errorf("it concerns no record, so there is nothing to end: %v; %s", err, c.reason)
			}
		})
	}
}

func TestMessagesHaveADeadline(t *testing.T) {
	h := newHarness(t)
	close(h.labels)
	for _, c := range []struct {
		name, reason string
		time         time.Duration // of the handler
		within       time.Duration // of the caller's context; 0 for none
		want         time.Duration
	}{
		{"default", "Lambda stops a function after 15 minutes, and one that is stopped says nothing", 0, 0, 14 * time.Minute},
		{"set", "an operator knows better", 3 * time.Minute, 0, 3 * time.Minute},
		{"caller's", "a caller in a hurry is not kept", 3 * time.Minute, 2 * time.Minute, 2 * time.Minute},
	} {
		handler := jobs.Handler{Library: h.library, Time: c.time}
		message := notification(t, "none")
		for what, do := range map[string]func(context.Context) error{
			"Handle": func(ctx context.Context) error { return handler.Handle(ctx, message) },
			"GiveUp": func(ctx context.Context) error { return handler.GiveUp(ctx, message, errOutOfOrder) },
		} {
			t.Run(what+" "+c.name, func(t *testing.T) {
				ctx := t.Context()
				if c.within > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.within)
					defer cancel()
				}
				if err := do(ctx); err != nil {
					t.Fatal(err)
				}
				if left := h.catalog.left; left > c.want || left < c.want-time.Minute+time.Second {
					t.Errorf("it has %s, want %s: %s", left, c.want, c.reason)
				}
			})
		}
	}
}

// A labeller that does not answer is not waited for, and the photo gets another try.
func TestHandleEndsAtItsDeadline(t *testing.T) {
	h := newHarness(t)
	h.upload("slow")
	message := notification(t, "slow")
	ended := make(chan error, 1)
	go func() {
		ended <- jobs.Handler{Library: h.library, Time: 200 * time.Millisecond}.Handle(t.Context(), message)
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ends with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
	}
	if p := h.look("slow"); p.Status != photos.Pending {
		t.Errorf("the photo is %s", p.Status)
	}
	close(h.labels)
	if err := (jobs.Handler{Library: h.library}).Handle(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if p := h.look("slow"); p.Status != photos.Labelled {
		t.Errorf("the photo is %s", p.Status)
	}
}
