package sweepevent_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"pam/internal/photos"
	"pam/internal/sweepevent"
)

type sweeper struct {
	swept photos.Swept
	err   error
	left  time.Duration
}

func (s *sweeper) Sweep(ctx context.Context) (photos.Swept, error) {
	if deadline, ok := ctx.Deadline(); ok {
		s.left = time.Until(deadline)
	}
	return s.swept, s.err
}

func TestHandle(t *testing.T) {
	event, err := os.ReadFile("testdata/scheduled.json")
	if err != nil {
		t.Fatal(err)
	}
	s := &sweeper{swept: photos.Swept{PhotosResent: 3}}
	h := sweepevent.Handler{Sweeper: s, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if swept, err := h.Handle(ctx, event); err != nil || swept.PhotosResent != 3 {
		t.Errorf("%+v, %v", swept, err)
	}
	if s.left > 59*time.Second {
		t.Errorf("it had %v of a minute: too little is left to say what it came to", s.left)
	}
	s.err = errors.New("the catalog is away")
	if swept, err := h.Handle(ctx, event); !errors.Is(err, s.err) || swept.PhotosResent != 3 {
		t.Errorf("a sweep that failed in part tells both: %+v, %v", swept, err)
	}
}
