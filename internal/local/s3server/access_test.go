package s3server_test

import (
	"bytes"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pam/internal/local/s3server"
	"pam/internal/photos"
)

func TestAnonymous(t *testing.T) {
	server := start(t, s3server.Config{})
	if err := objects(server).Put(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}, "image/jpeg", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{
		"GET /", "GET /pam-storage", "GET /pam-storage?list-type=2", "GET /pam-storage/photos/o/1", "HEAD /pam-storage/photos/o/1",
		"PUT /pam-storage/new", "DELETE /pam-storage/photos/o/1", "POST /pam-storage", "PUT /another-bucket", "PATCH /list-users",
	} {
		t.Run(strings.ReplaceAll(target, "/", "_"), func(t *testing.T) {
			method, path, _ := strings.Cut(target, " ")
			response := do(t, method, server.Endpoint()+path, nil, nil)
			if response.StatusCode < 400 || response.StatusCode > 499 {
				t.Errorf("nothing is open to everybody: %s gives status %d", target, response.StatusCode)
			}
		})
	}
}

// do sends a plain request; the answer's body is read and closed.
func do(t *testing.T, method, target string, header map[string]string, body io.Reader) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, request.URL.Path, err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Errorf("%s: %v", request.URL.Path, err)
	}
	if err := response.Body.Close(); err != nil {
		t.Errorf("%s: %v", request.URL.Path, err)
	}
	return response
}

func TestCORS(t *testing.T) {
	server := start(t, s3server.Config{})
	const headers = "content-type,if-none-match,x-amz-checksum-crc32,x-amz-storage-class"
	preflights := []struct {
		name                    string
		reason                  string
		origin, method, headers string
		allowed                 bool
	}{
		{"Upload", "the site uploads", site, "PUT", headers, true},
		{"Download", "the site downloads", site, "GET", "range", true},
		{"OtherSite", "no other site does", "http://evil.example", "PUT", headers, false},
		{"NullOrigin", "nor does a page of no origin", "null", "GET", "", false},
		{"Delete", "browsers only upload and download", site, "DELETE", "", false},
		{"OtherHeader", "browsers send what they were told", site, "PUT", "x-amz-acl", false},
	}
	for _, c := range preflights {
		t.Run(c.name, func(t *testing.T) {
			for _, bucket := range []string{s3server.StorageBucket, s3server.WorkingBucket} {
				response := do(t, http.MethodOptions, server.Endpoint()+"/"+bucket+"/photos/o/1", map[string]string{
					"Origin": c.origin, "Access-Control-Request-Method": c.method, "Access-Control-Request-Headers": c.headers,
				}, nil)
				allowed := response.StatusCode < 300 && response.Header.Get("Access-Control-Allow-Origin") == c.origin
				if allowed != c.allowed {
					t.Errorf("%s: status %d, headers %v, want it allowed: %v", c.reason, response.StatusCode, response.Header, c.allowed)
				}
			}
		})
	}

	content := []byte("photo")
	signed, err := objects(server).SignUpload(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"},
		photos.UploadTerms{ContentType: "image/jpeg", Size: 5, CRC32: crc32.ChecksumIEEE([]byte("other"))}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]string{"Origin": site}
	for _, h := range signed.Headers {
		header[h.Name] = h.Value
	}
	// The CRC-32 of the terms is not that of the content.
	response := do(t, signed.Method, signed.URL, header, bytes.NewReader(content))
	if response.StatusCode != http.StatusBadRequest || response.Header.Get("Access-Control-Allow-Origin") != site {
		t.Errorf("the site can read why it was refused: status %d, headers %v", response.StatusCode, response.Header)
	}
	if !strings.Contains(response.Header.Get("Access-Control-Expose-Headers"), "ETag") {
		t.Errorf("the site can read the ETag: %v", response.Header)
	}
}
