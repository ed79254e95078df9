package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver by which the test writes past the catalog

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

func TestCheckCommand(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		spoil        string // SQL; "" for nothing
		prints       string
		fails        string // the error; "" for none
	}{
		{name: "right", reason: "an operator wants to hear that all is well", prints: "all counters are right\n"},
		{
			name: "one wrong", reason: "an operator wants to know which",
			spoil:  `UPDATE labels SET c55 = c55 + 1 WHERE owner = 'dan' AND name = 'Fox'`,
			prints: "dan: label Fox, 55 to 60: kept 2, found 1\n", fails: "1 counters are wrong",
		},
		{
			name: "several wrong", reason: "each has a line of its own",
			spoil:  `UPDATE owners SET labelled = 0, rejected = 7`,
			prints: "dan: photos LABELLED: kept 0, found 1\ndan: photos REJECTED: kept 7, found 0\n", fails: "2 counters are wrong",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, databaseFile)
			labelOneFox(t, path)
			if c.spoil != "" {
				raw, err := sql.Open("sqlite", path)
				if err != nil {
					t.Fatal(err)
				}
				defer raw.Close()
				if _, err := raw.ExecContext(t.Context(), c.spoil); err != nil {
					t.Fatal(err)
				}
			}
			root := rootCommand()
			var out bytes.Buffer
			root.SetOut(&out)
			root.SetArgs([]string{"check", "--data", folder})
			failure := ""
			if err := root.ExecuteContext(t.Context()); err != nil {
				failure = err.Error()
			}
			if out.String() != c.prints || failure != c.fails {
				t.Errorf("it prints %q and ends with %q, want %q and %q: %s", out.String(), failure, c.prints, c.fails, c.reason)
			}
			want := 0
			if c.fails != "" {
				want = 1 // what scripts look at
			}
			if stdout, stderr, code := runPam(t, folder, "check", "--data", "."); code != want || stdout != c.prints {
				t.Errorf("the program exits with %d and prints %q, %q; want %d and %q", code, stdout, stderr, want, c.prints)
			}
		})
	}
}

// labelOneFox makes a database in which dan has one photo, which shows a fox.
func labelOneFox(t *testing.T, path string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	if err := db.Catalog().AddPhotos(t.Context(), []photos.Photo{{
		Owner: "dan", ID: "fox", FileName: "fox.jpg", ContentType: "image/jpeg", Size: 1000, Status: photos.Pending,
		UploadedAt: at, ExpiresAt: at.Add(photos.PendingLife),
	}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Catalog().SaveInspection(t.Context(), "dan", "fox", photos.Inspection{
		SHA256: "f", ETag: `"e"`, Width: 96, Height: 80, Labels: []photos.PhotoLabel{{Name: "Fox", Confidence: 57.5}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Catalog().CommitLabelled(t.Context(), "dan", "fox"); err != nil {
		t.Fatal(err)
	}
}
