package oidc

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// CodeExchange answers grant_type=authorization_code.
func (s server) CodeExchange(ctx context.Context, r *op.ClientRequest[protocol.AccessTokenRequest]) (*op.Response, error) {
	now := s.now()
	x, err := s.store.redeemCode(ctx, r.Data.Code, r.Data.CodeVerifier, r.Client.GetID(), r.Data.RedirectURI, now)
	if err != nil {
		return nil, s.refusal(ctx, "exchange code", err)
	}
	return s.tokenResponse(ctx, x, now)
}

// RefreshToken answers grant_type=refresh_token.
func (s server) RefreshToken(ctx context.Context, r *op.ClientRequest[protocol.RefreshTokenRequest]) (*op.Response, error) {
	now := s.now()
	x, err := s.store.rotate(ctx, r.Data.RefreshToken, r.Client.GetID(), uniqueScopes(r.Data.Scopes), now)
	if err != nil {
		return nil, s.refusal(ctx, "refresh", err)
	}
	return s.tokenResponse(ctx, x, now)
}

// refusal turns a store's error into the answer for the client.
func (s server) refusal(ctx context.Context, what string, err error) error {
	var known *protocol.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, errInvalidGrant):
		s.log.WarnContext(ctx, "local login: "+what, "error", err)
		return protocol.ErrInvalidGrant().WithDescription("the code or token is unknown, expired, used or not this client's")
	default:
		return s.internal(ctx, what, err)
	}
}

// tokenResponse makes the tokens of an exchange. As with Cognito, a refresh token
// always comes along, and an id token where the scope openid was granted.
func (s server) tokenResponse(ctx context.Context, x exchange, now time.Time) (*op.Response, error) {
	access, err := accessToken(s.key, s.issuer, x.authorization, now, accessTokenLifetime)
	if err != nil {
		return nil, s.internal(ctx, "make access token", err)
	}
	response := &protocol.AccessTokenResponse{
		AccessToken:  access,
		TokenType:    protocol.BearerToken,
		RefreshToken: x.refreshToken,
		ExpiresIn:    uint64(accessTokenLifetime / time.Second),
		Scope:        x.scopes,
	}
	if slices.Contains(x.scopes, protocol.ScopeOpenID) {
		if response.IDToken, err = idToken(s.key, s.issuer, x.authorization, now, x.nonce, access); err != nil {
			return nil, s.internal(ctx, "make id token", err)
		}
	}
	return op.NewResponse(response), nil
}

// Revocation ends a refresh token and all that came from the same sign-in. Access
// tokens are verified without asking here, so revoking one cannot be promised; Cognito
// answers the same (RFC 7009, section 2.2.1).
func (s server) Revocation(ctx context.Context, r *op.ClientRequest[protocol.RevocationRequest]) (*op.Response, error) {
	var claims accessClaims
	if s.key.verify(r.Data.Token, &claims) == nil {
		return nil, &protocol.Error{ErrorType: "unsupported_token_type", Description: "only refresh tokens can be revoked"}
	}
	if err := s.store.revoke(ctx, r.Data.Token, r.Client.GetID()); err != nil {
		return nil, s.internal(ctx, "revoke", err)
	}
	return op.NewResponse(nil), nil
}

// userInfo is the answer of the user info endpoint, named as Cognito's
// (https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html).
type userInfo struct {
	Subject       string `json:"sub"`
	Username      string `json:"username"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
}

// UserInfo says who the bearer of an access token with the scope openid is.
func (s server) UserInfo(ctx context.Context, r *op.Request[protocol.UserInfoRequest]) (*op.Response, error) {
	refuse := func() (*op.Response, error) {
		return nil, op.NewStatusError(&protocol.Error{
			ErrorType: "invalid_token", Description: "the access token is not valid",
		}, http.StatusUnauthorized)
	}
	var claims accessClaims
	if err := s.key.verify(r.Data.AccessToken, &claims); err != nil {
		return refuse()
	}
	if claims.Issuer != s.issuer.String() || claims.TokenUse != useAccess || s.now().Unix() >= claims.Expiry {
		return refuse()
	}
	if !slices.Contains(splitScopes(claims.Scope), protocol.ScopeOpenID) {
		return nil, op.NewStatusError(&protocol.Error{
			ErrorType: "insufficient_scope", Description: "the scope openid is needed",
		}, http.StatusForbidden)
	}
	u, err := userBySubject(ctx, s.store.db, claims.Subject)
	if errors.Is(err, errNoRow) {
		return refuse()
	}
	if err != nil {
		return nil, s.internal(ctx, "look up a user", err)
	}
	return op.NewResponse(userInfo{Subject: u.subject, Username: u.name, Email: u.email, EmailVerified: true}), nil
}
