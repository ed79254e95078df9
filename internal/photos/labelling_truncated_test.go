package photos_test

import (
	"context"
	"io"
	"testing"

	"pam/internal/photos"
)

// endingObjects gives bodies that end early, as if they were whole.
type endingObjects struct {
	photos.Objects
	after int64
}

func (s endingObjects) Get(ctx context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	body, info, err := s.Objects.Get(ctx, o, offset, length, ifMatch)
	if err != nil {
		return nil, info, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(body, s.after), body}, info, nil
}

// A refusal is for good and deletes the photo's bytes, so a connection that broke must not be taken for one.
func TestBodyThatEndsEarlyIsNoRefusal(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	p := h.send("dan", "fox.jpg", picture(t, 1, 0))
	h.labeler.say(p.Key(), label("Fox", 90))
	for _, after := range []int64{0, 1, p.Size - 1} {
		broken := h.with(func(c *photos.Config) { c.Objects = endingObjects{c.Objects, after} })
		if err := broken.LabelPhoto(ctx, "dan", p.ID); err == nil {
			t.Errorf("%d of %d bytes came, and that is no error", after, p.Size)
		}
		if got, err := h.Photo(ctx, "dan", p.ID); err != nil || got.Status != photos.Pending {
			t.Fatalf("%d of %d bytes came, and the photo is %s, %v", after, p.Size, got.Status, err)
		}
	}
	if err := h.LabelPhoto(ctx, "dan", p.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := h.Photo(ctx, "dan", p.ID); err != nil || got.Status != photos.Labelled {
		t.Errorf("the photo is %s, %v", got.Status, err)
	}
}
