package s3server_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pam/internal/local/s3server"
	"pam/internal/photos"
)

// TestBrokenOff cuts an upload in the middle, as a lost connection does.
func TestBrokenOff(t *testing.T) {
	server := start(t, s3server.Config{})
	store := objects(server)
	o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/o/1"}
	target, err := url.Parse(signBare(t, server, o))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", target.Host)
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
	if _, err := store.Head(t.Context(), o); photos.CodeOf(err) != photos.NotFound {
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
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.Endpoint(), "http://"))
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
	info, err := objects(again).Head(t.Context(), o)
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
			id, err := objects(first).CreateUpload(t.Context(), o, "application/zip")
			if err != nil {
				t.Fatal(err)
			}
			content := []byte("content")
			etag, err := objects(first).UploadPart(t.Context(), o, id, 1, content, crc32.ChecksumIEEE(content))
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

			second := objects(start(t, s3server.Config{Folder: folder}))
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

// Browsers open connections ahead of use, and a program that asks for nothing may hold one for ever: neither keeps the
// server from closing, and neither is an error.
func TestCloseWithSilentConnection(t *testing.T) {
	server := start(t, s3server.Config{})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.Endpoint(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	began := time.Now()
	if err := server.Close(t.Context()); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a connection that says nothing held up the end for %s", took)
	}
}
