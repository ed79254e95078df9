package s3_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
	"pam/internal/s3"
)

func TestObjects(t *testing.T) {
	photostest.Objects(t, func(t *testing.T) photos.Objects { return client(open(t)) })
}

// open starts a server of its own for a test.
// client gives a client of the server as the program makes it.
func client(server *s3server.Server) *s3.Objects {
	return s3.New(server.AWSConfig(), s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
}

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
