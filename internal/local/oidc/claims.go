package oidc

import (
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
)

// Lifetimes, those of a Cognito app client by default
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html).
const (
	accessTokenLifetime = time.Hour
	idTokenLifetime     = time.Hour
	// refreshLifetime is counted from the sign-in: as with Cognito, a rotated refresh
	// token lives for what its forerunner had left.
	refreshLifetime = 30 * 24 * time.Hour
)

// Values of the `token_use` claim.
const (
	useAccess = "access"
	useID     = "id"
)

// accessClaims are the claims of an access token, in Cognito's shape: it names the
// client in `client_id` and has neither `aud` nor an e-mail address
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
// Times are in seconds since 1970.
type accessClaims struct {
	Subject   string `json:"sub"`
	Issuer    string `json:"iss"`
	ClientID  string `json:"client_id"`
	OriginJTI string `json:"origin_jti"` // one for all tokens that descend from one sign-in
	TokenUse  string `json:"token_use"`
	Scope     string `json:"scope"`
	AuthTime  int64  `json:"auth_time"`
	Expiry    int64  `json:"exp"`
	IssuedAt  int64  `json:"iat"`
	ID        string `json:"jti"`
	Username  string `json:"username"`
}

// idClaims are the claims of an id token, in Cognito's shape
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html).
type idClaims struct {
	Subject         string `json:"sub"`
	Issuer          string `json:"iss"`
	Audience        string `json:"aud"`
	OriginJTI       string `json:"origin_jti"`
	TokenUse        string `json:"token_use"`
	AuthTime        int64  `json:"auth_time"`
	Expiry          int64  `json:"exp"`
	IssuedAt        int64  `json:"iat"`
	ID              string `json:"jti"`
	Nonce           string `json:"nonce,omitempty"`
	AccessTokenHash string `json:"at_hash"`
	Email           string `json:"email"`
	EmailVerified   bool   `json:"email_verified"`
	CognitoUsername string `json:"cognito:username"`
}

// authorization is what a token states: who allowed which client what, and when.
type authorization struct {
	id       string // `origin_jti`
	user     user
	clientID string
	scopes   []string
	authTime time.Time
}

// accessToken makes a signed access token.
func accessToken(key *signingKey, iss issuer, a authorization, now time.Time, lifetime time.Duration) (string, error) {
	return key.sign(accessClaims{
		Subject:   a.user.subject,
		Issuer:    iss.String(),
		ClientID:  a.clientID,
		OriginJTI: a.id,
		TokenUse:  useAccess,
		Scope:     joinScopes(a.scopes),
		AuthTime:  a.authTime.Unix(),
		Expiry:    now.Add(lifetime).Unix(),
		IssuedAt:  now.Unix(),
		ID:        uuid.NewString(),
		Username:  a.user.name,
	})
}

// idToken makes a signed id token that goes with an access token. The nonce is the
// authorization request's; a refreshed token has none (OpenID Connect Core 1.0,
// section 12.2).
func idToken(key *signingKey, iss issuer, a authorization, now time.Time, nonce, access string) (string, error) {
	hash, err := protocol.ClaimHash(access, jose.RS256)
	if err != nil {
		return "", fmt.Errorf("at_hash: %w", err)
	}
	return key.sign(idClaims{
		Subject:         a.user.subject,
		Issuer:          iss.String(),
		Audience:        a.clientID,
		OriginJTI:       a.id,
		TokenUse:        useID,
		AuthTime:        a.authTime.Unix(),
		Expiry:          now.Add(idTokenLifetime).Unix(),
		IssuedAt:        now.Unix(),
		ID:              uuid.NewString(),
		Nonce:           nonce,
		AccessTokenHash: hash,
		Email:           a.user.email,
		EmailVerified:   true,
		CognitoUsername: a.user.name,
	})
}
