package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// plainDB opens the file with the driver alone, as another program would.
func plainDB(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path}).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestOpen(t *testing.T) {
	for _, tc := range []struct {
		name    string
		reason  string
		prepare func(t *testing.T, path string)
		want    string // part of the error; "" for none
	}{
		{"New", "the first start makes the database", func(*testing.T, string) {}, ""},
		{"Again", "a later start finds it", func(t *testing.T, path string) { open(t, path) }, ""},
		{"Newer", "a database that a newer program has changed is left alone", func(t *testing.T, path string) {
			open(t, path)
			if _, err := plainDB(t, path).Exec("PRAGMA user_version = 1000"); err != nil {
				t.Fatal(err)
			}
		}, "use the newer program"},
		{"NoDatabase", "a file of something else is left alone", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("This is a letter to my aunt. ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a database"},
		{"NoFolder", "a missing folder is not made silently somewhere", func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, "no such file or directory"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			// Characters that mean something in a URL must mean nothing in a path.
			path := filepath.Join(t.TempDir(), "a folder?x=1#y %41 ünï", "pam.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			tc.prepare(t, path)
			db, err := sqlite.Open(t.Context(), path)
			if tc.want != "" {
				if err == nil || !strings.Contains(err.Error(), tc.want) {
					t.Fatalf("%s: want an error with %q, got %v", tc.reason, tc.want, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			defer db.Close()
			if _, err := db.Catalog().Stats(t.Context(), "owner-1"); err != nil {
				t.Errorf("%s: %v", tc.reason, err)
			}
			for _, file := range []string{path, path + "-wal", path + "-shm"} {
				info, err := os.Stat(file)
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm() != 0o600 {
					t.Errorf("others must not read photos' records: %s is %v", file, info.Mode())
				}
			}
		})
	}
}

// open opens and closes a database.
func open(t *testing.T, path string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pam.db")
	var wg sync.WaitGroup
	for range 4 { // pam token or pam check may start beside serve, on a new folder
		wg.Go(func() {
			db, err := sqlite.OpenUnsynced(t.Context(), path)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestSettings(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, tc := range []struct {
		name, reason string
		writer       bool
		pragma, want string
	}{
		{"WriterSyncs", "what a caller was told survives a power cut: 2 is FULL", true, "synchronous", "2"},
		{"WriterLog", "readers never wait for the writer", true, "journal_mode", "wal"},
		{"WriterKeys", "edges without a label are refused", true, "foreign_keys", "1"},
		{"WriterWaits", "another process's transaction is waited for", true, "busy_timeout", "10000"},
		{"ReaderOnly", "a reader that writes by mistake is refused", false, "query_only", "1"},
		{"ReaderWaits", "another process's recovery is waited for", false, "busy_timeout", "10000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := db.Pragma(t.Context(), tc.writer, tc.pragma)
			if err != nil || got != tc.want {
				t.Errorf("%s: %s is %q (%v), want %q", tc.reason, tc.pragma, got, err, tc.want)
			}
		})
	}
}

func TestTwoProcesses(t *testing.T) {
	// Two handles on one file share nothing but the file, as two processes do.
	path := filepath.Join(t.TempDir(), "pam.db")
	var dbs [2]*sqlite.DB
	for i := range dbs {
		db, err := sqlite.OpenUnsynced(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		dbs[i] = db
	}
	const each = 50
	var wg sync.WaitGroup
	for i, db := range dbs {
		wg.Go(func() {
			for n := range each {
				p := benchPhoto(i*each + n)
				if err := db.Catalog().AddPhotos(t.Context(), []photos.Photo{p}); err != nil {
					t.Errorf("process %d: %v", i, err)
				}
				// What one has committed the other sees at once.
				if _, err := dbs[1-i].Catalog().Photo(t.Context(), p.Owner, p.ID); err != nil {
					t.Errorf("process %d: %v", 1-i, err)
				}
			}
		})
	}
	wg.Wait()
	if s, err := dbs[0].Catalog().Stats(t.Context(), "owner-1"); err != nil || s.Pending != 2*each {
		t.Errorf("stats %+v, %v", s, err)
	}
}

func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pam.db")
	db, err := sqlite.OpenUnsynced(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.SetBusyTimeout(t.Context(), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	other := plainDB(t, path)
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	add := func() error { return db.Catalog().AddPhotos(t.Context(), []photos.Photo{benchPhoto(1)}) }
	if err := add(); !errors.Is(err, photos.ErrBusy) {
		t.Errorf("another process's long transaction says nothing about the job: want ErrBusy, got %v", err)
	}
	if _, err := db.Catalog().Stats(t.Context(), "owner-1"); err != nil {
		t.Errorf("readers do not wait for a writer: %v", err)
	}
	if _, err := other.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := add(); err != nil {
		t.Errorf("the connection is of use again once the other is done: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	db := openDB(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Catalog().AddPhotos(ctx, []photos.Photo{benchPhoto(1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that has gone gets its own reason: %v", err)
	}
	if _, err := db.Catalog().Stats(ctx, "owner-1"); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that has gone gets its own reason: %v", err)
	}
	// Nothing is left behind on the connections.
	if err := db.Catalog().AddPhotos(t.Context(), []photos.Photo{benchPhoto(1)}); err != nil {
		t.Errorf("after a cancelled call: %v", err)
	}
}

func TestCancelledInTheMiddle(t *testing.T) {
	db := openDB(t)
	var batch []photos.Photo
	for n := range 100 {
		batch = append(batch, benchPhoto(n))
	}
	for n := range 30 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*100*time.Microsecond)
		err := db.Catalog().AddPhotos(ctx, batch)
		cancel()
		stats, statsErr := db.Catalog().Stats(t.Context(), "owner-1")
		if statsErr != nil {
			t.Fatal(statsErr)
		}
		want := 0
		if err == nil {
			want = 100
		}
		if stats.Pending != want {
			t.Fatalf("a call that gave %v has left %d photos", err, stats.Pending)
		}
		if err == nil {
			return
		}
	}
	if err := db.Catalog().AddPhotos(t.Context(), batch); err != nil {
		t.Errorf("after cancelled calls: %v", err)
	}
}

func TestClosed(t *testing.T) {
	db, err := sqlite.OpenUnsynced(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := db.Catalog().Stats(t.Context(), "owner-1"); err == nil {
		t.Error("a closed database answers")
	}
}

func TestSubscriptions(t *testing.T) {
	s := openDB(t).Subscriptions()
	if _, err := s.Subscription(t.Context(), "owner-1"); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("an owner without a subscription: %v", err)
	}
	for _, want := range []photos.NoticeSubscription{{Address: "a@example.org"}, {Address: "a@example.org", Confirmed: true}, {Address: "b@example.org"}} {
		if err := s.SaveSubscription(t.Context(), "owner-1", want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Subscription(t.Context(), "owner-1"); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if _, err := s.Subscription(t.Context(), "owner-2"); photos.CodeOf(err) != photos.NotFound {
		t.Errorf("another owner: %v", err)
	}
}
