package s3server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"pam/internal/local/s3server"
	"pam/internal/photos"
)

// A client that is refused while it sends a large photo has to hear why, not that its connection broke.
func TestRefusalIsHeard(t *testing.T) {
	server, err := s3server.Open(t.Context(), s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(context.Background())
	body := bytes.Repeat([]byte("x"), photos.MaxPhotoBytes)
	object := photos.Object{Bucket: photos.StorageBucket, Key: "photos/a/b"}
	signed, err := objects(server).SignUpload(t.Context(), object, photos.UploadTerms{ContentType: "image/jpeg", Size: int64(len(body))}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		req, err := http.NewRequestWithContext(t.Context(), signed.Method, strings.Replace(signed.URL, "X-Amz-Signature=", "X-Amz-Signature=0", 1), bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range signed.Headers {
			req.Header.Set(h.Name, h.Value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("instead of a refusal: %v", err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Fatalf("refused with %s", res.Status)
		}
	}
}
