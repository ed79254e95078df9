package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"pam/internal/photos"
)

// migrations holds the steps of the schema, 0001_name.sql and so on. A step that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies the steps that the database does not have yet, all in one transaction: after a crash it is as before.
// PRAGMA user_version, which is part of the transaction, holds the number of the last one.
func (db *DB) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql") // in lexical order
	if err != nil {
		return fmt.Errorf("list the migrations: %w", err)
	}
	return db.write(ctx, "migrate", func(t tx) error {
		var version int
		if err := t.row(ctx, "PRAGMA user_version", nil, &version); err != nil {
			return fmt.Errorf("read the schema version: %w", err)
		}
		if version > len(names) {
			return fmt.Errorf("the database has schema version %d, and this program knows versions up to %d: use the newer program", version, len(names))
		}
		for i, name := range names[version:] {
			number := version + i + 1
			if !strings.HasPrefix(name, fmt.Sprintf("migrations/%04d_", number)) {
				return fmt.Errorf("%s should have number %04d", name, number)
			}
			text, err := fs.ReadFile(migrations, name)
			if err != nil {
				return fmt.Errorf("read a migration: %w", err)
			}
			// Not through the statement cache: it holds one statement each, and a step has several.
			if _, err := t.conn.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("apply %s: %w", name, err)
			}
		}
		if version == len(names) {
			return nil
		}
		if _, err := t.conn.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(len(names))); err != nil {
			return fmt.Errorf("record the schema version: %w", err)
		}
		return nil
	})
}

// migratePatiently migrates, and tries again while other processes that open a new database at the same moment are in the
// way: for the change to WAL, SQLite gives up at once instead of waiting.
func (db *DB) migratePatiently(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migratePatience)
	defer cancel()
	for {
		err := db.migrate(ctx)
		if !errors.Is(err, photos.ErrBusy) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// migratePatience is how long an opening process waits for others.
const migratePatience = 30 * time.Second
