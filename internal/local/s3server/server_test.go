package s3server_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
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

// objects gives a client of the server.
func objects(server *s3server.Server) *s3.Objects {
	return s3.New(server.AWSConfig(), s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
}

// start starts a server in cfg.Folder, or in one of its own.
func start(t *testing.T, cfg s3server.Config) *s3server.Server {
	t.Helper()
	if cfg.Folder == "" {
		cfg.Folder = t.TempDir()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	cfg.Addr, cfg.AllowOrigins = "127.0.0.1:0", []string{"https://other.example.org", site}
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
		Bucket: aws.String(s3server.StorageBucket), Key: aws.String(o.Key),
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
		return objects(start(t, s3server.Config{Folder: sidecar(t)}))
	})
}

func TestRestart(t *testing.T) {
	for name, folder := range map[string]string{"Attributes": t.TempDir(), "Sidecar": sidecar(t)} {
		t.Run(name, func(t *testing.T) {
			o := photos.Object{Bucket: photos.StorageBucket, Key: "photos/owner/id"}
			first := start(t, s3server.Config{Folder: folder})
			if err := objects(first).Put(t.Context(), o, "image/jpeg", []byte("photo")); err != nil {
				t.Fatal(err)
			}
			before, err := objects(first).Head(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			stop(t, first)

			second := start(t, s3server.Config{Folder: folder})
			after, err := objects(second).Head(t.Context(), o)
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
	store := objects(server)
	o := photos.Object{Bucket: photos.WorkingBucket, Key: "zip"}
	if err := store.Put(t.Context(), o, "application/zip", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.CreateUpload(t.Context(), o, "application/zip"); err != nil {
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
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
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
		if err := objects(server).Put(t.Context(), o, "image/jpeg", []byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := objects(server).Head(t.Context(), photos.Object{Key: "missing"}); photos.CodeOf(err) != photos.NotFound {
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
