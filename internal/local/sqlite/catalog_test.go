package sqlite_test

import (
	"path/filepath"
	"testing"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// openDB opens a new database for the duration of a test.
func openDB(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.OpenUnsynced(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
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

func TestCatalog(t *testing.T) {
	photostest.Catalog(t, func(t *testing.T) photos.Catalog { return openDB(t).Catalog() })
}
