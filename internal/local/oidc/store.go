package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	databaseFile = "login.db"
	// busyTimeout is how long a statement waits for another process's transaction.
	// The longest of them makes the signing key, which takes well under a second.
	busyTimeout = 10 * time.Second
)

//go:embed migrations/*.sql
var migrations embed.FS

// errNoRow says that nothing live is stored under a key: it never was, or it is over.
var errNoRow = errors.New("not found")

// store keeps the provider's state in one SQLite file. It holds one connection, so
// that this process has one writer; other processes are kept apart by SQLite's locks.
type store struct {
	db *sql.DB
}

// openStore opens login.db in the folder, makes both where they are missing, and
// brings the tables up to date.
func openStore(ctx context.Context, folder string) (_ *store, err error) {
	if !filepath.IsAbs(folder) {
		return nil, fmt.Errorf("data folder %q: must be an absolute path", folder)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(folder, databaseFile)
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
		"_foreign_keys": {"on"},
		"_synchronous":  {"full"}, // a code or token that went out must be known after a power cut
		"_txlock":       {"immediate"},
		"_dqs":          {"false"},
	}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("login database: %w", err)
	}
	db.SetMaxOpenConns(1)
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("login database: %w", err)
	}
	// SQLite makes the file with 0644; its companions (-wal, -shm), which come next, take
	// after it. (Making it here instead would be wrong: closing a file of one's own drops
	// the locks that SQLite holds on it elsewhere in the process.)
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, fmt.Errorf("login database: %w", err)
	}
	s := &store{db: db}
	if err := s.useWAL(ctx); err != nil {
		return nil, fmt.Errorf("login database: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		return nil, fmt.Errorf("login database: %w", err)
	}
	return s, nil
}

// useWAL turns on the write-ahead log, which is a property of the file. When two
// processes make a new file at once, SQLite answers the second one "busy" without
// waiting, since the change needs the file alone; so wait here.
func (s *store) useWAL(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		_, err := s.db.ExecContext(ctx, `PRAGMA journal_mode = WAL`)
		if err == nil || !isBusy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func isBusy(err error) bool {
	var e *sqlite.Error
	// The low byte is the primary result code (https://sqlite.org/rescode.html).
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// migrate runs the files of migrations/ that the database has not seen, in the order
// of their names and in one transaction. PRAGMA user_version counts them.
func (s *store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx *sql.Tx) error {
		var done int
		if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&done); err != nil {
			return err
		}
		if done > len(files) {
			return fmt.Errorf("it is of version %d, this program knows %d: a newer PAM has used this folder", done, len(files))
		}
		for _, file := range files[done:] {
			statements, err := migrations.ReadFile(file)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(files)))
		return err
	})
}

// update runs do in a transaction that holds the write lock from its start, also
// against other processes, and commits it unless do fails.
func (s *store) update(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// deleteExpired drops what is over, at the start and with each sign-in (which is what
// makes rows), so that the file stays as small as its use.
func (s *store) deleteExpired(ctx context.Context, now time.Time) error {
	return s.update(ctx, func(tx *sql.Tx) error { return deleteExpired(ctx, tx, now) })
}

func deleteExpired(ctx context.Context, tx *sql.Tx, now time.Time) error {
	for _, table := range []string{"auth_requests", "codes", "grants", "sessions"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE expires_at <= ?`, now.Unix()); err != nil {
			return err
		}
	}
	return nil
}

// saveIssuer records where the provider is served, for IssueAccessToken.
func (s *store) saveIssuer(ctx context.Context, issuer string) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO settings (name, value) VALUES ('issuer', ?) ON CONFLICT DO UPDATE SET value = excluded.value`, issuer)
	return err
}

// issuerOr returns the recorded issuer, and records the given one where none is.
func (s *store) issuerOr(ctx context.Context, otherwise string) (issuer string, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO settings (name, value) VALUES ('issuer', ?) ON CONFLICT DO NOTHING`, otherwise); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = 'issuer'`).Scan(&issuer)
	})
	return issuer, err
}

func (s *store) close() error { return s.db.Close() }

// newSecret makes a value that nobody can guess: 256 random bits, in 43 characters
// that are safe in URLs, cookies and forms.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// secretHash is what the store keeps of a secret. The secret has 256 bits of its own,
// so a plain hash suffices.
func secretHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// orNoRow gives the absence of a row its name in this package.
func orNoRow(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errNoRow
	}
	return err
}
