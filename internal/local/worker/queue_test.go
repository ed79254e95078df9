package worker_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/local/worker"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

const maxAttempts = 4

// TestQueue holds the SQLite queue and these workers to the contract of the JobQueue port.
func TestQueue(t *testing.T) {
	photostest.Queue(t, func(t *testing.T) photostest.QueueUnderTest {
		return openQueue(t, filepath.Join(t.TempDir(), "pam.db"))
	})
}

func openQueue(t *testing.T, path string) photostest.QueueUnderTest {
	db := openDB(t, path)
	return photostest.QueueUnderTest{
		JobQueue:    db.Queue(),
		MaxAttempts: maxAttempts,
		Work: func(t *testing.T, handle func(context.Context, photos.Job) error, giveUp func(context.Context, photos.Job, error) error) func() {
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			for _, topic := range []sqlite.Topic{sqlite.Detector, sqlite.Archiver} {
				c := config(t, db.Queue(), topic)
				c.Handle = func(ctx context.Context, body []byte) error { return handle(ctx, jobOf(t, body)) }
				c.GiveUp = func(ctx context.Context, body []byte, cause error) error { return giveUp(ctx, jobOf(t, body), cause) }
				running.Go(func() {
					if err := worker.Run(ctx, c); err != nil {
						t.Errorf("Run: %v", err)
					}
				})
			}
			return func() { cancel(); running.Wait() }
		},
		Dead: func(t *testing.T) []photos.Job {
			letters, err := db.Queue().DeadLetters(t.Context(), 100)
			if err != nil {
				t.Errorf("DeadLetters: %v", err)
			}
			var jobs []photos.Job
			for _, l := range letters {
				jobs = append(jobs, jobOf(t, l.Body))
			}
			return jobs
		},
		Reopen: func(t *testing.T) photostest.QueueUnderTest {
			if err := db.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			q := openQueue(t, path)
			if err := q.JobQueue.(*sqlite.Queue).ReleaseAll(t.Context()); err != nil {
				t.Errorf("ReleaseAll: %v", err)
			}
			return q
		},
	}
}

func openDB(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("open a database: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// config is a worker's with short times. Handlers must be added.
func config(t *testing.T, q worker.Queue, topic sqlite.Topic) worker.Config {
	return worker.Config{
		Queue: q, Topic: topic, Workers: 4, MaxAttempts: maxAttempts, VisibleFor: 30 * time.Second,
		Backoff: worker.Backoff{Base: time.Millisecond, Cap: 20 * time.Millisecond}, Poll: time.Second,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func jobOf(t *testing.T, body []byte) photos.Job {
	var j photos.Job
	if err := json.Unmarshal(body, &j); err != nil {
		t.Errorf("a body that is no job: %v", err)
	}
	return j
}
