package sqlite

import (
	"context"
	"fmt"
	"time"
)

// OpenUnsynced is Open without waiting for the disk: for tests of everything but durability.
func OpenUnsynced(ctx context.Context, path string) (*DB, error) { return open(ctx, path, syncNormal) }

// Pragma reads a setting of a connection as a transaction finds it.
func (db *DB) Pragma(ctx context.Context, writer bool, name string) (string, error) {
	run := db.read
	if writer {
		run = db.write
	}
	var value string
	err := run(ctx, "read a setting", func(t tx) error { return t.row(ctx, "PRAGMA "+name, nil, &value) })
	return value, err
}

// SetBusyTimeout shortens the wait for other processes.
func (db *DB) SetBusyTimeout(ctx context.Context, d time.Duration) error {
	return db.write(ctx, "set the timeout", func(t tx) error {
		_, err := t.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", d.Milliseconds()))
		return err
	})
}
