package sqlite

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// busyTimeout is how long a statement waits for another process's transaction. PAM's own end within milliseconds.
	busyTimeout = 10 * time.Second
	// maxStatements bounds the compiled statements that a connection keeps. All fixed ones and the usual shapes of a
	// match fit; what comes later is compiled at each use.
	maxStatements = 256
)

// syncMode is how far a commit has got when it returns: a value of PRAGMA synchronous. Source:
// https://sqlite.org/pragma.html#pragma_synchronous.
type syncMode string

const (
	syncFull   syncMode = "FULL"   // on the disk: survives a power cut
	syncNormal syncMode = "NORMAL" // with the operating system: survives kill -9
)

// pool is a fixed set of connections. A transaction has one of them for itself, so what belongs to a connection
// (compiled statements, its durability) needs no lock.
//
// Of the idle connections the one that was used last is taken first: it has the statements compiled and the pages at hand,
// and those that only a crowd needs are not even opened before there is one.
type pool struct {
	db    *sql.DB
	begin string
	free  chan struct{} // as many as there are idle connections

	mu   sync.Mutex
	idle []*conn // the last used last
}

// newPool makes a pool of size connections, opened when first needed, with the parameters that all have in common and
// those given. begin is the statement that begins a transaction.
func newPool(path string, size int, begin string, params url.Values) (*pool, error) {
	params.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	params.Set("_foreign_keys", "on")
	params.Set("_dqs", "false") // a misspelt column is an error, not a string
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: params.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	p := &pool{db: db, begin: begin, free: make(chan struct{}, size)}
	for range size {
		p.giveBack(&conn{})
	}
	return p, nil
}

// close waits for the transactions under way and closes the connections. Later transactions find the pool closed.
func (p *pool) close() error {
	conns := make([]*conn, cap(p.free))
	for i := range conns {
		<-p.free
		conns[i] = p.lastUsed()
	}
	errs := make([]error, 0, len(conns)+1)
	for _, c := range conns {
		errs = append(errs, c.discard())
	}
	errs = append(errs, p.db.Close())
	for _, c := range conns {
		p.giveBack(c)
	}
	return errors.Join(errs...)
}

// lastUsed takes an idle connection; there must be one.
func (p *pool) lastUsed() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	c := p.idle[last]
	p.idle = p.idle[:last]
	return c
}

func (p *pool) giveBack(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	p.free <- struct{}{}
}

// take gives a connection that is ready for use, and the function that gives it back.
func (p *pool) take(ctx context.Context, sync syncMode) (c *conn, release func(), err error) {
	select {
	case <-p.free:
		c = p.lastUsed()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	release = func() { p.giveBack(c) }
	if err := c.prepare(ctx, p.db, sync); err != nil {
		release()
		return nil, nil, err
	}
	return c, release, nil
}

// transact runs f in a transaction and commits it when f gives nil.
func (p *pool) transact(ctx context.Context, sync syncMode, f func(t tx) error) error {
	c, release, err := p.take(ctx, sync)
	if err != nil {
		return err
	}
	defer release()
	// The end of a transaction is not interrupted, or it would be unknown which end it was.
	settle := context.WithoutCancel(ctx)
	t, committed := tx{conn: c}, false
	defer func() {
		if !committed { // also when f panics
			c.rollback(settle)
		}
	}()
	if _, err := t.exec(ctx, p.begin); err != nil {
		return err
	}
	if err := f(t); err != nil {
		return err
	}
	if _, err := t.exec(settle, "COMMIT"); err != nil {
		return err
	}
	committed = true
	return nil
}

// once runs one statement, which needs no transaction around it: it sees one state of the database, and is done wholly or
// not at all. It spares the two that begin and end a transaction.
func (p *pool) once(ctx context.Context, sync syncMode, f func(t tx) error) error {
	c, release, err := p.take(ctx, sync)
	if err != nil {
		return err
	}
	defer release()
	return f(tx{conn: c})
}

// conn is one connection; its Conn is nil until it is needed.
type conn struct {
	*sql.Conn
	statements map[string]*sql.Stmt
	sync       syncMode
}

// prepare opens the connection if need be and gives it the durability that the next transaction needs.
func (c *conn) prepare(ctx context.Context, db *sql.DB, sync syncMode) error {
	if c.Conn == nil {
		opened, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		*c = conn{Conn: opened, statements: make(map[string]*sql.Stmt)}
	}
	if sync == c.sync {
		return nil
	}
	if _, err := c.ExecContext(ctx, "PRAGMA synchronous = "+string(sync)); err != nil {
		c.sync = "" // unknown: set it again next time
		return err
	}
	c.sync = sync
	return nil
}

// rollback ends a transaction without a trace. Some errors have ended it already; then SQLite says that there is none.
// A connection that cannot be brought back to a known state is closed, and opened anew when next needed.
func (c *conn) rollback(ctx context.Context) {
	_, err := tx{conn: c}.exec(ctx, "ROLLBACK")
	var e *driver.Error
	if err == nil || errors.As(err, &e) && e.Code() == sqlite3.SQLITE_ERROR {
		return
	}
	_ = c.discard() // there is nothing to be done about a connection that cannot even be closed
}

// discard closes the connection for good.
func (c *conn) discard() error {
	if c.Conn == nil {
		return nil
	}
	var errs []error
	for _, stmt := range c.statements {
		errs = append(errs, stmt.Close())
	}
	// This answer makes database/sql close the connection instead of keeping it.
	if err := c.Raw(func(any) error { return sqldriver.ErrBadConn }); !errors.Is(err, sqldriver.ErrBadConn) {
		errs = append(errs, err)
	}
	*c = conn{}
	return errors.Join(errs...)
}

// tx is a transaction under way on a connection.
type tx struct {
	conn  *conn
	short bool
}

// shortly gives the same transaction for statements that touch few rows by their keys: once begun, they are not interrupted
// when their context ends. For a statement that can be, the driver and database/sql each start a goroutine which watches the
// context. Whoever may wait for another process is not short.
func (t tx) shortly() tx {
	t.short = true
	return t
}

// begin says with which context a statement runs; it gives the error of one that has ended.
func (t tx) begin(ctx context.Context) (context.Context, error) {
	if !t.short {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

// exec runs a statement and says how many rows it changed.
func (t tx) exec(ctx context.Context, query string, args ...any) (changed int, err error) {
	ctx, err = t.begin(ctx)
	if err != nil {
		return 0, err
	}
	stmt, err := t.compiled(ctx, query) //nolint:sqlclosecheck // kept until the connection is closed
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = t.conn.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// rows calls scan for each row of a query.
func (t tx) rows(ctx context.Context, query string, args []any, scan func(row *sql.Rows) error) error {
	ctx, err := t.begin(ctx)
	if err != nil {
		return err
	}
	stmt, err := t.compiled(ctx, query) //nolint:sqlclosecheck // kept until the connection is closed
	if err != nil {
		return err
	}
	var rows *sql.Rows
	if stmt != nil {
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = t.conn.QueryContext(ctx, query, args...)
	}
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// row reads the first row of a query into dest; sql.ErrNoRows where there is none.
func (t tx) row(ctx context.Context, query string, args []any, dest ...any) error {
	found := false
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		found = true
		return row.Scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// compiled gives the compiled form of a query, nil where no more are kept.
func (t tx) compiled(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := t.conn.statements[query]; stmt != nil || len(t.conn.statements) >= maxStatements {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.conn.statements[query] = stmt
	return stmt, nil
}
