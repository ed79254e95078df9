package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	driver "modernc.org/sqlite"
)

const (
	// readerCacheKiB and writerCacheKiB bound the page cache of one connection.
	readerCacheKiB = 8 << 10
	writerCacheKiB = 32 << 10
	// maxWALBytes is what the write-ahead log is cut back to when it has been copied into the database.
	maxWALBytes = 64 << 20
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	writer  *pool
	readers *pool
	queue   *Queue
	// durable is how far a commit has got that a caller relies on: syncFull but in tests.
	durable syncMode
}

// Open opens the database file, makes it where it is missing, and brings its tables up to date. The folder must exist.
// A database that a newer PAM has written is refused. ctx bounds the opening alone.
func Open(ctx context.Context, path string) (*DB, error) { return open(ctx, path, syncFull) }

func open(ctx context.Context, path string, durable syncMode) (_ *DB, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	// Where the platform has it, fdatasync shortens the wait of a commit and is as durable: it is what SQLite uses in
	// every Linux distribution. The switch is the driver's, for the whole process; where there is none, fsync stays.
	if _, err := driver.Fdatasync(true); err != nil && !errors.Is(err, driver.ErrFdatasyncUnavailable) {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	// SQLite makes the file with 0644, and its companions (-wal, -shm) with the mode that the file has when they are made.
	if err := private(path); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db := &DB{durable: durable}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db.writer, err = newPool(path, 1, "BEGIN IMMEDIATE", url.Values{
		"_journal_mode": {"wal"},
		"_pragma":       {cacheSize(writerCacheKiB), "journal_size_limit(" + strconv.Itoa(maxWALBytes) + ")"},
	}); err != nil {
		return nil, err
	}
	if err := db.migratePatiently(ctx); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if db.readers, err = newPool(path, max(4, runtime.GOMAXPROCS(0)), "BEGIN", url.Values{
		"_query_only": {"on"},
		"_pragma":     {cacheSize(readerCacheKiB)},
	}); err != nil {
		return nil, err
	}
	db.queue = newQueue(db)
	return db, nil
}

// private makes the file where it is not there, and keeps others from reading it.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// cacheSize is the pragma that bounds a connection's page cache; negative values count in KiB.
func cacheSize(kib int) string { return "cache_size(-" + strconv.Itoa(kib) + ")" }

// Close waits for the transactions under way and ends all connections. Nothing needs to be flushed: what was committed
// is in the file.
func (db *DB) Close() error {
	var errs []error
	for _, p := range []*pool{db.readers, db.writer} { // the writer last: it copies the log into the database
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	return errors.Join(errs...)
}

// Catalog gives the records kept in the database.
func (db *DB) Catalog() *Catalog { return &Catalog{db} }

// Queue gives the queue kept in the database: the same one at each call, because its senders wake its receivers.
func (db *DB) Queue() *Queue { return db.queue }

// Subscriptions gives the subscriptions to notices kept in the database.
func (db *DB) Subscriptions() *Subscriptions { return &Subscriptions{db} }

// read runs f in a transaction that sees one state of the database. what names the operation in errors.
func (db *DB) read(ctx context.Context, what string, f func(t tx) error) error {
	return wrap(db.readers.transact(ctx, syncNormal, f), what)
}

// readOnce runs f, one statement that reads few rows by their keys. What names the operation in errors.
func (db *DB) readOnce(ctx context.Context, what string, f func(t tx) error) error {
	return wrap(db.readers.once(ctx, syncNormal, func(t tx) error { return f(t.shortly()) }), what)
}

// write runs f in a transaction that is on the disk when write returns nil.
func (db *DB) write(ctx context.Context, what string, f func(t tx) error) error {
	return wrap(db.writer.transact(ctx, db.durable, f), what)
}

// writeSoon is like write for what may be lost in a power cut without harm: it does not wait for the disk.
func (db *DB) writeSoon(ctx context.Context, what string, f func(t tx) error) error {
	return wrap(db.writer.transact(ctx, syncNormal, f), what)
}

// writeOnceSoon runs f, one statement, like writeSoon.
func (db *DB) writeOnceSoon(ctx context.Context, what string, f func(t tx) error) error {
	return wrap(db.writer.once(ctx, syncNormal, f), what)
}
