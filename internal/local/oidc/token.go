package oidc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// Bounds of TokenRequest.TTL.
const (
	minTokenTTL = time.Second
	maxTokenTTL = 24 * time.Hour // the longest that Cognito allows an access token
)

// TokenRequest says what IssueAccessToken shall put into a token.
type TokenRequest struct {
	// User is the user name, under the rules of SubjectOf.
	User string
	// ClientID goes into the token; the API decides which clients it accepts.
	ClientID string
	// Scopes are one or more of Scopes().
	Scopes []string
	// TTL is the token's lifetime, from 1 second to 24 hours.
	TTL time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Logger receives warnings about the data folder; nil is slog.Default().
	Logger *slog.Logger
}

// IssueAccessToken makes an access token without a browser, for a shell on the same
// computer. It signs with the folder's key in the name of the issuer last served from
// it, so a provider that runs there at the same time verifies it; in a new folder it
// makes the key and assumes DefaultIssuer. The user becomes known to VerifiedEmail.
//
// A bad user name returns ErrInvalidUserName; an unknown scope, an empty client id
// and a TTL out of bounds are errors, too.
func IssueAccessToken(ctx context.Context, folder string, t TokenRequest) (_ string, err error) {
	name, err := normalizeUserName(t.User)
	if err != nil {
		return "", err
	}
	scopes := uniqueScopes(t.Scopes)
	switch {
	case t.ClientID == "":
		return "", errors.New("a token needs a client id")
	case len(scopes) == 0:
		return "", errors.New("a token needs a scope")
	case firstNotIn(Scopes(), scopes) != "":
		return "", fmt.Errorf("unknown scope %q", firstNotIn(Scopes(), scopes))
	case t.TTL < minTokenTTL || t.TTL > maxTokenTTL:
		return "", fmt.Errorf("lifetime %s: must be from %s to %s", t.TTL, minTokenTTL, maxTokenTTL)
	}
	clock, log := t.Now, t.Logger
	if clock == nil {
		clock = time.Now
	}
	if log == nil {
		log = slog.Default()
	}

	s, err := openStore(ctx, folder)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	key, err := openSigningKey(ctx, s, folder, log)
	if err != nil {
		return "", err
	}
	recorded, err := s.issuerOr(ctx, DefaultIssuer)
	if err != nil {
		return "", fmt.Errorf("issuer: %w", err)
	}
	iss, err := parseIssuer(recorded)
	if err != nil {
		return "", err
	}
	var u user
	err = s.update(ctx, func(tx *sql.Tx) error {
		u, err = saveUser(ctx, tx, name, "")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("save user: %w", err)
	}
	now := clock()
	return accessToken(key, iss, authorization{
		id: uuid.NewString(), user: u, clientID: t.ClientID, scopes: scopes, authTime: now,
	}, now, t.TTL)
}
