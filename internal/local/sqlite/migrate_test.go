package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// A database of before selections were recorded goes on: its archives are there, those that are under way can be built,
// and what is left of parts of others is gone.
func TestMigrateToSelections(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pam.db")
	old := plainDB(t, path)
	run := func(statement string, args ...any) {
		t.Helper()
		if _, err := old.Exec(statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, name := range []string{"0001_photos", "0002_archives", "0003_notices", "0004_queue"} {
		text, err := os.ReadFile(filepath.Join("migrations", name+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		run(string(text))
	}
	run("PRAGMA user_version = 4")
	run("INSERT INTO owners (owner) VALUES ('dan')")
	parts := map[string]int{"QUEUED": 0, "BUILDING": 3, "READY": 3, "FAILED": 3, "CANCELLED": 3, "EXPIRED": 3}
	for status, n := range parts {
		run(`INSERT INTO archives (owner, id, name, label_match, status, photo_count, part_count, upload_id, created_at, updated_at)
			VALUES ('dan', ?, 'Dogs', '{"any":["Dog"],"minConfidence":55}', ?, 3, ?, 'u', 1, 1)`, status, status, n)
		for number := range n {
			run("INSERT INTO archive_parts (owner, archive_id, number, state, photos, bytes) VALUES ('dan', ?, ?, 'OPEN', 1, 0)", status, number+1)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := db.Catalog()
	for status := range parts {
		if a, err := c.Archive(t.Context(), "dan", status); err != nil || string(a.Status) != status || a.Match.Any[0] != "Dog" {
			t.Errorf("%s: %+v, %v", status, a, err)
		}
	}
	if a, err := c.CompletePart(t.Context(), "dan", "BUILDING", "u", photos.ArchivePart{Number: 2, State: photos.PartShort}, benchPhoto(1).UploadedAt); err != nil || a.PartsDone != 1 {
		t.Errorf("the archive that was under way: %+v, %v", a, err)
	}
	var left string
	if err := plainDB(t, path).QueryRow("SELECT group_concat(archive_id || number, ' ' ORDER BY archive_id, number) FROM archive_parts").Scan(&left); err != nil {
		t.Fatal(err)
	}
	if want := "BUILDING1 BUILDING2 BUILDING3"; left != want {
		t.Errorf("parts left: %s, want %s", left, want)
	}
	selection := &photos.Selection{Hash: "h", Photos: photos.PhotoSet{Digest: "d"}}
	for i, created := range []bool{true, false} {
		a := photos.Archive{Owner: "dan", ID: fmt.Sprint("new", i), Name: "Dogs", CreatedAt: benchPhoto(1).UploadedAt, UpdatedAt: benchPhoto(1).UploadedAt}
		if got, isNew, err := c.CreateArchive(t.Context(), a, selection, nil); err != nil || isNew != created || got.ID != "new0" {
			t.Errorf("request %d: %s, %v, %v", i, got.ID, isNew, err)
		}
	}
}
