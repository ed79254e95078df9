package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pam/internal/photos"
)

// primaryCode masks the primary part of an extended result code. Source: https://sqlite.org/rescode.html.
const primaryCode = 0xff

// wrap says what was being done when err came up. Errors of the domain pass through as they are.
func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	var domain *photos.Error
	if errors.As(err, &domain) {
		return err
	}
	if isBusy(err) {
		return fmt.Errorf("sqlite: %s: %w: %w", what, photos.ErrBusy, err)
	}
	return fmt.Errorf("sqlite: %s: %w", what, err)
}

// isBusy says whether another process's transaction was in the way for longer than busyTimeout.
func isBusy(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & primaryCode
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}

// isDuplicate says whether a row with this key is there already.
func isDuplicate(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
}

// missing turns "no such row" into the domain's NotFound for the named thing.
func missing(err error, thing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return photos.Errorf(photos.NotFound, "there is no such %s", thing)
	}
	return err
}
