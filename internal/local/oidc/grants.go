package oidc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	// codeLifetime is Cognito's; RFC 6749, section 4.1.2, allows 10 minutes at most.
	codeLifetime = 5 * time.Minute
	// rotationGrace is how long a refresh token still works after it was exchanged:
	// two tabs may refresh at the same moment, and an answer may get lost. (Cognito
	// lets one choose 0 to 60 seconds.)
	rotationGrace = 10 * time.Second
)

// errInvalidGrant says that a code or refresh token is not worth tokens: unknown,
// expired, used before, or another client's. Clients learn no more than that.
var errInvalidGrant = errors.New("invalid grant")

// createCode makes a grant of the request for the user of the session, and the code
// that the client can exchange.
func createCode(ctx context.Context, tx *sql.Tx, r authRequest, s session, now time.Time) (code string, err error) {
	if err := deleteExpired(ctx, tx, now); err != nil {
		return "", err
	}
	grant := uuid.NewString()
	_, err = tx.ExecContext(ctx, `
		INSERT INTO grants (id, client_id, subject, session_hash, scope, auth_time, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		grant, r.clientID, s.subject, s.hash, joinScopes(r.scopes), s.authTime.Unix(), now.Add(refreshLifetime).Unix())
	if err != nil {
		return "", err
	}
	code = newSecret()
	_, err = tx.ExecContext(ctx, `
		INSERT INTO codes (hash, grant_id, redirect_uri, nonce, code_challenge, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		secretHash(code), grant, r.redirectURI, r.nonce, r.codeChallenge, now.Add(codeLifetime).Unix())
	return code, err
}

// exchange is what a code or refresh token is worth.
type exchange struct {
	authorization
	nonce        string // of the authorization request; "" on refresh
	refreshToken string // the new one
}

// redeemCode exchanges a code once. A second use means that someone else has seen the
// code, so it ends the grant with all its tokens (RFC 6749, section 4.1.2). A wrong
// verifier returns the library's error and leaves the code to its owner.
func (s *store) redeemCode(
	ctx context.Context, code, verifier, clientID, redirectURI string, now time.Time,
) (exchange, error) {
	var x exchange
	var refused error
	err := s.update(ctx, func(tx *sql.Tx) error {
		var grant, uri, challenge string
		var usedAt sql.NullInt64
		err := tx.QueryRowContext(ctx, `
			SELECT grant_id, redirect_uri, nonce, code_challenge, used_at FROM codes WHERE hash = ? AND expires_at > ?`,
			secretHash(code), now.Unix()).Scan(&grant, &uri, &x.nonce, &challenge, &usedAt)
		if errors.Is(err, sql.ErrNoRows) {
			refused = errInvalidGrant
			return nil
		}
		if err != nil {
			return err
		}
		if usedAt.Valid {
			refused = fmt.Errorf("code used twice: %w", errInvalidGrant)
			return deleteGrant(ctx, tx, grant)
		}
		if x.authorization, err = grantByID(ctx, tx, grant, now); err != nil {
			return err
		}
		if x.clientID != clientID || uri != redirectURI {
			refused = errInvalidGrant
			return nil
		}
		refused = op.AuthorizeCodeChallenge(verifier, &protocol.CodeChallenge{
			Challenge: challenge, Method: protocol.CodeChallengeMethodS256,
		})
		if refused != nil {
			return nil //nolint:nilerr // it is said after the transaction, which keeps what it found out
		}
		_, err = tx.ExecContext(ctx, `UPDATE codes SET used_at = ? WHERE hash = ?`, now.Unix(), secretHash(code))
		if err != nil {
			return err
		}
		x.refreshToken, err = createRefreshToken(ctx, tx, grant)
		return err
	})
	return x, errors.Join(err, refused)
}

// rotate exchanges a refresh token for a new one. Using a token again later than
// rotationGrace means that it was stolen or copied, so it ends the grant (RFC 9700,
// section 4.14.2). Fewer scopes than the grant's may be asked for; none means all.
func (s *store) rotate(ctx context.Context, token, clientID string, scopes []string, now time.Time) (exchange, error) {
	var x exchange
	var refused error
	err := s.update(ctx, func(tx *sql.Tx) error {
		var grant string
		var rotatedAt sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT grant_id, rotated_at FROM refresh_tokens WHERE hash = ?`, secretHash(token)).
			Scan(&grant, &rotatedAt)
		if errors.Is(err, sql.ErrNoRows) {
			refused = errInvalidGrant
			return nil
		}
		if err != nil {
			return err
		}
		x.authorization, err = grantByID(ctx, tx, grant, now)
		if errors.Is(err, errNoRow) || err == nil && x.clientID != clientID {
			refused = errInvalidGrant
			return nil
		}
		if err != nil {
			return err
		}
		if rotatedAt.Valid && now.Sub(time.Unix(rotatedAt.Int64, 0)) > rotationGrace {
			refused = fmt.Errorf("refresh token used twice: %w", errInvalidGrant)
			return deleteGrant(ctx, tx, grant)
		}
		if firstNotIn(x.scopes, scopes) != "" {
			refused = protocol.ErrInvalidScope().WithDescription("more scopes than were granted")
			return nil
		}
		if len(scopes) > 0 {
			x.scopes = scopes
		}
		if !rotatedAt.Valid {
			_, err := tx.ExecContext(ctx, `UPDATE refresh_tokens SET rotated_at = ? WHERE hash = ?`, now.Unix(), secretHash(token))
			if err != nil {
				return err
			}
		}
		x.refreshToken, err = createRefreshToken(ctx, tx, grant)
		return err
	})
	return x, errors.Join(err, refused)
}

func createRefreshToken(ctx context.Context, tx *sql.Tx, grant string) (string, error) {
	token := newSecret()
	_, err := tx.ExecContext(ctx, `INSERT INTO refresh_tokens (hash, grant_id) VALUES (?, ?)`, secretHash(token), grant)
	return token, err
}

// grantByID returns errNoRow for a grant that is unknown or over.
func grantByID(ctx context.Context, tx *sql.Tx, id string, now time.Time) (authorization, error) {
	a := authorization{id: id}
	var scope string
	var authTime int64
	err := tx.QueryRowContext(ctx, `
		SELECT g.client_id, g.scope, g.auth_time, u.subject, u.name, u.email
		FROM grants g JOIN users u ON u.subject = g.subject WHERE g.id = ? AND g.expires_at > ?`, id, now.Unix()).
		Scan(&a.clientID, &scope, &authTime, &a.user.subject, &a.user.name, &a.user.email)
	a.scopes, a.authTime = splitScopes(scope), time.Unix(authTime, 0)
	return a, orNoRow(err)
}

func deleteGrant(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM grants WHERE id = ?`, id)
	return err
}

// revoke ends the grant of a client's refresh token. It does nothing for a token that
// is unknown or another client's (RFC 7009, section 2.2).
func (s *store) revoke(ctx context.Context, token, clientID string) error {
	_, err := s.db.ExecContext(ctx, `
		DELETE FROM grants WHERE client_id = ? AND id = (SELECT grant_id FROM refresh_tokens WHERE hash = ?)`,
		clientID, secretHash(token))
	return err
}
