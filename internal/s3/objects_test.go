package s3_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

func TestObjects(t *testing.T) {
	photostest.Objects(t, func(t *testing.T) photos.Objects { return open(t).Objects() })
}

// open starts a server of its own for a test.
func open(t testing.TB) *s3server.Server {
	t.Helper()
	server, err := s3server.Open(t.Context(), s3server.Config{
		Folder: t.TempDir(),
		Addr:   "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatalf("open server: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Errorf("close server: %v", err)
		}
	})
	return server
}
