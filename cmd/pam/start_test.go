package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to write the records of many photos at once
)

// What serve may take to be ready, and hold in memory while nobody has uploaded anything, with the records of 100,000
// photos in its data folder: the labeller's networks are loaded for the first photo.
const (
	readyTime      = time.Second
	idleMemory     = 250 << 20
	photosAtStart  = 100_000
	labelsPerPhoto = 8
)

// TestStart starts serve on an existing data folder and looks at it when it has answered a page of labels. With
// PAM_TEST_FULL_SIZE the folder has 100,000 photos and the time counts.
func TestStart(t *testing.T) {
	count, full := photosAtStart/50, os.Getenv("PAM_TEST_FULL_SIZE") != ""
	if full {
		count = photosAtStart
	}
	folder := t.TempDir()
	first := startServe(t, folder) // makes the tables and the login
	token := signIn(t, first.url, "dan")
	var me struct{ Me struct{ ID string } }
	api{t, first.url, token}.do(`{ me { id } }`, nil, &me)
	if err := first.end(t, os.Interrupt); err != nil {
		t.Fatal(err)
	}
	writePhotos(t, filepath.Join(folder, "data", databaseFile), me.Me.ID, count)

	began := time.Now()
	s := startServe(t, folder)
	ready := time.Since(began)
	var labels struct {
		Labels struct {
			TotalCount int
			Nodes      []struct{ Count int }
		}
	}
	api{t, s.url, signIn(t, s.url, "dan")}.do(`{ labels(first: 100) { totalCount nodes { count } } }`, nil, &labels)
	if got := labels.Labels; got.TotalCount != 3000 || len(got.Nodes) != 100 {
		t.Errorf("the folder has %d labels", got.TotalCount)
	}
	resident := residentMemory(t, s.cmd.Process.Pid)
	t.Logf("%d photos: ready after %s, %d MiB resident", count, ready.Round(time.Millisecond), resident>>20)
	if full && ready > readyTime {
		t.Errorf("serve was ready after %s, which should be within %s", ready, readyTime)
	}
	if resident > idleMemory {
		t.Errorf("serve holds %d MiB while idle, which should be at most %d", resident>>20, idleMemory>>20)
	}
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// writePhotos writes labelled photos of one owner, each with some of 3,000 labels, straight into the tables.
func writePhotos(t *testing.T, file, owner string, count int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(0)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	numbers := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d - 1), l(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM l WHERE j < %d - 1) ", count, labelsPerPhoto)
	for _, statement := range []string{
		"INSERT INTO owners (owner) VALUES (?1) ON CONFLICT DO NOTHING",
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) " +
			"INSERT INTO labels (owner, name, parents, categories, c50, c55, c60, c65, c70, c75, c80, c85, c90, c95) " +
			`SELECT ?1, 'Label ' || i, '["Animal"]', '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 + i FROM n`,
		numbers + "INSERT INTO photos (owner, id, file_name, content_type, size, crc32, status, uploaded_at, sha256, etag, width, height, labels) " +
			"SELECT ?1, printf('01HZ%022d', i), 'photo.jpg', 'image/jpeg', 3000000, 0, 'LABELLED', 1750000000000 + i, printf('%064x', i), '\"e\"', 4000, 3000, '[]' FROM n",
		numbers + "INSERT INTO label_edges (owner, label, photo_id, confidence, size) " +
			"SELECT ?1, 'Label ' || ((i * 37 + j * 375) % 3000), printf('01HZ%022d', i), 97.5, 3000000 FROM n, l",
		fmt.Sprintf("UPDATE owners SET version = 1, labelled = %d, labelled_bytes = %d WHERE owner = ?1", count, count*3_000_000),
	} {
		if _, err := tx.ExecContext(t.Context(), statement, owner); err != nil {
			t.Fatalf("%v: %s", err, statement)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// residentMemory is what a process holds in memory, in bytes; 0 where the system does not say.
func residentMemory(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kib); err == nil {
			return kib << 10
		}
	}
	t.Fatal("/proc does not say how much memory a process has")
	return 0
}
