package oidc

import (
	"bytes"
	"context"
	"database/sql"
	"time"
)

// sessionLifetime is how long a browser that signed in is not asked again.
const sessionLifetime = 24 * time.Hour

// session is a browser in which a user is signed in; the browser holds its secret in
// a cookie.
type session struct {
	hash     []byte // of the secret
	subject  string
	authTime time.Time
}

// sessionByHash returns errNoRow for a session that is unknown or over.
func sessionByHash(ctx context.Context, q querier, hash []byte, now time.Time) (session, error) {
	s := session{hash: hash}
	var authTime int64
	err := q.QueryRowContext(ctx,
		`SELECT subject, auth_time FROM sessions WHERE hash = ? AND expires_at > ?`, hash, now.Unix()).
		Scan(&s.subject, &authTime)
	s.authTime = time.Unix(authTime, 0)
	return s, orNoRow(err)
}

// saveSession starts a session, or prolongs the one of that hash.
func saveSession(ctx context.Context, tx *sql.Tx, s session) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sessions (hash, subject, auth_time, expires_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET auth_time = excluded.auth_time, expires_at = excluded.expires_at`,
		s.hash, s.subject, s.authTime.Unix(), s.authTime.Add(sessionLifetime).Unix())
	return err
}

// endSession signs the browser out: the session ends, and with it every grant that
// was made in it.
func endSession(ctx context.Context, tx *sql.Tx, hash []byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM grants WHERE session_hash = ?`, hash); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash = ?`, hash)
	return err
}

// authRequestLifetime is how long the login page may stay open before the sign-in has
// to begin anew.
const authRequestLifetime = 30 * time.Minute

// authRequest is an authorization request that has passed all checks and lacks
// nothing but the user.
type authRequest struct {
	clientID      string
	redirectURI   string
	scopes        []string
	state         string
	nonce         string
	codeChallenge string // S256
	loginHint     string
}

// saveAuthRequest keeps a request for the login page, for the browser of that hash.
func saveAuthRequest(ctx context.Context, tx *sql.Tx, id string, browserHash []byte, r authRequest, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO auth_requests
			(id, browser_hash, client_id, redirect_uri, scope, state, nonce, code_challenge, login_hint, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, browserHash, r.clientID, r.redirectURI, joinScopes(r.scopes), r.state, r.nonce, r.codeChallenge,
		r.loginHint, now.Add(authRequestLifetime).Unix())
	return err
}

// authRequestByID returns errNoRow for a request that is unknown, over, answered, or
// another browser's.
func authRequestByID(ctx context.Context, q querier, id string, browserHash []byte, now time.Time) (authRequest, error) {
	var r authRequest
	var owner []byte
	var scope string
	err := q.QueryRowContext(ctx, `
		SELECT browser_hash, client_id, redirect_uri, scope, state, nonce, code_challenge, login_hint
		FROM auth_requests WHERE id = ? AND expires_at > ?`, id, now.Unix()).
		Scan(&owner, &r.clientID, &r.redirectURI, &scope, &r.state, &r.nonce, &r.codeChallenge, &r.loginHint)
	if err != nil {
		return authRequest{}, orNoRow(err)
	}
	if !bytes.Equal(owner, browserHash) {
		return authRequest{}, errNoRow
	}
	r.scopes = splitScopes(scope)
	return r, nil
}

// takeAuthRequest removes a request, so that it is answered once. It returns errNoRow
// where another answer was first.
func takeAuthRequest(ctx context.Context, tx *sql.Tx, id string) error {
	var gone string
	return orNoRow(tx.QueryRowContext(ctx, `DELETE FROM auth_requests WHERE id = ? RETURNING id`, id).Scan(&gone))
}
