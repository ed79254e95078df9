package s3server_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"pam/internal/local/s3server"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
	"pam/internal/s3"
)

const site = "http://localhost:8080"

// start starts a server in cfg.Folder, or in one of its own.
func start(t *testing.T, cfg s3server.Config) *s3server.Server {
	t.Helper()
	if cfg.Folder == "" {
		cfg.Folder = t.TempDir()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	cfg.Addr, cfg.AllowOrigin = "127.0.0.1:0", site
	server, err := s3server.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { stop(t, server) })
	return server
}

func stop(t *testing.T, server *s3server.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
	defer cancel()
	if err := server.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("a server that was closed has not failed: %v", err)
	}
}

// sdk gives a client that sends what PAM's own does not.
func sdk(server *s3server.Server) *awss3.Client {
	return awss3.New(awss3.Options{
		Region:                     s3server.Region,
		Credentials:                server.Credentials(),
		BaseEndpoint:               aws.String(server.Endpoint()),
		UsePathStyle:               true,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	})
}

// signBare signs a PUT that pins nothing but the key, without a checksum: only the length tells whether bytes are missing.
func signBare(t *testing.T, server *s3server.Server, o photos.Object) string {
	t.Helper()
	signed, err := awss3.NewPresignClient(sdk(server)).PresignPutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: aws.String(server.Buckets().Storage), Key: aws.String(o.Key),
	})
	if err != nil {
		t.Fatal(err)
	}
	return signed.URL
}

// sidecar gives a folder that keeps metadata in files, as on a filesystem without extended attributes.
func sidecar(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "metadata"), 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestObjectsSidecar proves the contract where the filesystem has no extended attributes; package s3 proves it where it
// has them.
func TestObjectsSidecar(t *testing.T) {
	photostest.Objects(t, func(t *testing.T) photos.Objects {
		return start(t, s3server.Config{Folder: sidecar(t)}).Objects()
	})
}

func TestRestart(t *testing.T) {
	for name, folder := range map[string]string{"Attributes": t.TempDir(), "Sidecar": sidecar(t)} {
		t.Run(name, func(t *testing.T) {
			o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/owner/id"}
			first := start(t, s3server.Config{Folder: folder})
			if err := first.Objects().Put(t.Context(), o, "image/jpeg", []byte("photo")); err != nil {
				t.Fatal(err)
			}
			before, err := first.Objects().Head(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			stop(t, first)

			second := start(t, s3server.Config{Folder: folder})
			after, err := second.Objects().Head(t.Context(), o)
			if err != nil || after != before {
				t.Errorf("objects survive a restart: %+v, want %+v (%v)", after, before, err)
			}
			was, err := first.Credentials().Retrieve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			is, err := second.Credentials().Retrieve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if was.AccessKeyID != is.AccessKeyID || was.SecretAccessKey != is.SecretAccessKey {
				t.Error("keys survive a restart: signed links stay good")
			}
		})
	}
}

func TestFolder(t *testing.T) {
	outside := t.TempDir()
	t.Setenv("TMPDIR", outside)
	t.Setenv("HOME", outside)
	folder := filepath.Join(t.TempDir(), "made", "here")
	server := start(t, s3server.Config{Folder: folder})
	objects := server.Objects()
	o := photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}
	if err := objects.Put(t.Context(), o, "application/zip", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := objects.CreateUpload(t.Context(), o, "application/zip"); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(outside)
	if err != nil || len(left) != 0 {
		t.Errorf("nothing is written outside the folder: %v, %v", left, err)
	}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if path != folder && filepath.Dir(path) == folder && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "keys.json"), []byte(`{"accessKeyId":"x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cases := []struct {
		name   string
		reason string
		config s3server.Config
	}{
		{"Relative", "the working directory changes, so a relative folder would move", s3server.Config{Folder: "data", Addr: "127.0.0.1:0"}},
		{"NoPort", "an address has a port", s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1"}},
		{"Taken", "a port that somebody has is not taken over", s3server.Config{Folder: t.TempDir(), Addr: taken.Addr().String()}},
		{"Keys", "keys that are broken are not replaced: the links that they signed would die", s3server.Config{Folder: bad, Addr: "127.0.0.1:0"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, err := os.Getwd()
			if err != nil {
				t.Fatal(err)
			}
			c.config.Logger = slog.New(slog.DiscardHandler)
			if _, err := s3server.Open(t.Context(), c.config); err == nil {
				t.Errorf("%s: no error", c.reason)
			}
			if after, err := os.Getwd(); err != nil || after != before {
				t.Errorf("a failed Open leaves the working directory: %s, want %s (%v)", after, before, err)
			}
		})
	}

	start(t, s3server.Config{})
	_, err = s3server.Open(t.Context(), s3server.Config{Folder: t.TempDir(), Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, s3server.ErrRunning) {
		t.Errorf("a process has one working directory, so it can have one server: %v", err)
	}
}

func TestAnonymous(t *testing.T) {
	server := start(t, s3server.Config{})
	if err := server.Objects().Put(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}, "image/jpeg", []byte("x")); err != nil {
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
	signed, err := server.Objects().SignUpload(t.Context(), photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"},
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

// recorder is a queue for events that can fail.
type recorder struct {
	mu     sync.Mutex
	events []s3.Event
	err    error
}

func (r *recorder) emit(_ context.Context, body []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	events, err := s3.ParseEvents(body)
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
	objects := server.Objects()
	storage := func(key string) photos.Object { return photos.Object{Bucket: photos.StorageBucket, Key: key} }
	put := func(o photos.Object) {
		t.Helper()
		if err := objects.Put(t.Context(), o, "image/jpeg", []byte("photo")); err != nil {
			t.Fatal(err)
		}
	}
	put(storage("photos/ow ner/1"))
	put(storage("thumbs/owner/1"))
	put(photos.Object{Bucket: photos.WorkingBucket, Key: "photos/owner/2"})
	if keys := got.keys(); keys != "photos/ow ner/1" {
		t.Fatalf("a photo is announced when its upload is answered, and nothing else: %q", keys)
	}
	info, err := objects.Head(t.Context(), storage("photos/ow ner/1"))
	if err != nil {
		t.Fatal(err)
	}
	event := got.events[0]
	if owner, id, ok := event.Photo(); owner != "ow ner" || id != "1" || !ok || event.Bucket != s3server.StorageBucket ||
		event.Size != 5 || `"`+event.ETag+`"` != info.ETag || event.Sequencer == "" {
		t.Errorf("the event describes the object: %+v, %+v", event, info)
	}

	id, err := objects.CreateUpload(t.Context(), storage("photos/owner/3"), "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	content := []byte("photo")
	etag, err := objects.UploadPart(t.Context(), storage("photos/owner/3"), id, 1, content, crc32.ChecksumIEEE(content))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.CompleteUpload(t.Context(), storage("photos/owner/3"), id, []photos.UploadedPart{{Number: 1, ETag: etag}}); err != nil {
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

// TestBrokenOff cuts an upload in the middle, as a lost connection does.
func TestBrokenOff(t *testing.T) {
	server := start(t, s3server.Config{})
	objects := server.Objects()
	o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}
	target, err := url.Parse(signBare(t, server, o))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", target.Host)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, "PUT "+target.RequestURI()+" HTTP/1.1\r\nHost: "+target.Host+"\r\nContent-Length: 100000\r\n\r\n"+strings.Repeat("x", 50_000))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil { // until the server has given up
		t.Logf("the server closed the connection: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if _, err := objects.Head(t.Context(), o); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("a part of a photo is not stored: %v", err)
	}
}

// TestDrain closes the server while an upload is coming in.
func TestDrain(t *testing.T) {
	var got recorder
	folder := t.TempDir()
	server := start(t, s3server.Config{Folder: folder, Emit: got.emit})
	o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}
	content := bytes.Repeat([]byte("photo"), 20_000) // more than the gateway reads before it begins
	body, send := io.Pipe()
	answered := make(chan error, 1)
	target := signBare(t, server, o)
	go func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, target, body)
		if err != nil {
			answered <- err
			return
		}
		request.ContentLength = 100_000
		transport := &http.Transport{DisableKeepAlives: true}
		response, err := transport.RoundTrip(request)
		if err == nil {
			err = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				err = errors.New(response.Status)
			}
		}
		answered <- err
	}()
	if _, err := send.Write(content[:50_000]); err != nil {
		t.Fatal(err)
	}
	if err := waitFor(t, func() bool { return server.Busy() }); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- server.Close(t.Context()) }()
	if err := waitFor(t, func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.Endpoint(), "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	}); err != nil {
		t.Fatalf("a closing server takes no connections: %v", err)
	}
	if _, err := send.Write(content[50_000:]); err != nil {
		t.Fatal(err)
	}
	if err := send.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("an upload that was under way is finished: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	if keys := got.keys(); keys != o.Key {
		t.Errorf("and announced: %q", keys)
	}
	again := start(t, s3server.Config{Folder: folder})
	info, err := again.Objects().Head(t.Context(), o)
	if err != nil || info.Size != 100_000 {
		t.Errorf("and there after a restart: %+v, %v", info, err)
	}
}

// waitFor polls until done, at most 5 s.
func waitFor(t *testing.T, done func() bool) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// TestCrashWhileCompleting restarts after a crash in the middle of a completion, when the gateway has moved the upload.
func TestCrashWhileCompleting(t *testing.T) {
	for name, folder := range map[string]string{"Attributes": t.TempDir(), "Sidecar": sidecar(t)} {
		t.Run(name, func(t *testing.T) {
			o := photos.Object{Bucket: photos.WorkingBucket, Key: "archives/1/zip"}
			first := start(t, s3server.Config{Folder: folder})
			id, err := first.Objects().CreateUpload(t.Context(), o, "application/zip")
			if err != nil {
				t.Fatal(err)
			}
			content := []byte("content")
			etag, err := first.Objects().UploadPart(t.Context(), o, id, 1, content, crc32.ChecksumIEEE(content))
			if err != nil {
				t.Fatal(err)
			}
			stop(t, first)

			roots := []string{filepath.Join(folder, "objects")}
			if name == "Sidecar" {
				roots = append(roots, filepath.Join(folder, "metadata"))
			}
			for _, root := range roots {
				found, err := filepath.Glob(filepath.Join(root, s3server.WorkingBucket, ".sgwtmp", "multipart", "*", id))
				if err != nil || len(found) != 1 {
					t.Fatalf("upload in %s: %v, %v", root, found, err)
				}
				if err := os.Rename(found[0], found[0]+".d41d8cd98f00b204e9800998ecf8427e-1.inprogress"); err != nil {
					t.Fatal(err)
				}
			}

			second := start(t, s3server.Config{Folder: folder}).Objects()
			parts, err := second.ListParts(t.Context(), o, id)
			if err != nil || len(parts) != 1 || parts[0].ETag != etag {
				t.Fatalf("the upload is there again, with its part: %+v, %v", parts, err)
			}
			if _, err := second.CompleteUpload(t.Context(), o, id, parts); err != nil {
				t.Errorf("and can be completed: %v", err)
			}
		})
	}
}

// TestQuiet checks that the server keeps off the process's standard output, of which `pam serve` owns every line.
func TestQuiet(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = write
	defer func() { os.Stdout = stdout }()
	for _, folder := range []string{t.TempDir(), sidecar(t)} {
		server := start(t, s3server.Config{Folder: folder})
		o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}
		if err := server.Objects().Put(t.Context(), o, "image/jpeg", []byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := server.Objects().Head(t.Context(), photos.Object{Key: "missing"}); photos.CodeOf(err) != photos.NotFound {
			t.Error(err)
		}
		do(t, http.MethodGet, server.Endpoint()+"/pam-storage", nil, nil)
		stop(t, server)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	printed, err := io.ReadAll(read)
	if err != nil || len(printed) != 0 {
		t.Errorf("nothing is printed: %q, %v", printed, err)
	}
}
