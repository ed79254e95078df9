package oidc

import (
	"errors"
	"fmt"
	"slices"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is an application that may sign people in. All clients are public: they
// hold no secret and prove by PKCE that they began the sign-in which they finish.
type Client struct {
	// ID is the `client_id`, shown in tokens. It must not be empty.
	ID string
	// Scopes are those that the client may ask for; a request for any other is
	// refused as invalid_scope. Each must be one of Scopes().
	Scopes []string
	// RedirectURIs are compared exactly, port included. Each is https, or http on a
	// loopback host, without fragment. At least one is needed.
	RedirectURIs []string
	// PostLogoutRedirectURIs are where a person may land after signing out; the same
	// rules hold.
	PostLogoutRedirectURIs []string
	// AllowedOrigins are the origins from which the client's scripts may call the
	// token, user info, revocation, key and discovery endpoints (CORS).
	AllowedOrigins []string
}

// validate refuses a configuration that could not work or would be unsafe.
func (c Client) validate() error {
	if c.ID == "" {
		return errors.New("client without an id")
	}
	if scope := firstNotIn(Scopes(), c.Scopes); scope != "" {
		return fmt.Errorf("client %s: unknown scope %q", c.ID, scope)
	}
	if len(c.RedirectURIs) == 0 {
		return fmt.Errorf("client %s: no redirect URI", c.ID)
	}
	for _, uri := range slices.Concat(c.RedirectURIs, c.PostLogoutRedirectURIs) {
		if err := checkRedirectURI(uri); err != nil {
			return fmt.Errorf("client %s: redirect URI %q: %w", c.ID, uri, err)
		}
	}
	for _, origin := range c.AllowedOrigins {
		if err := checkOrigin(origin); err != nil {
			return fmt.Errorf("client %s: allowed origin %q: %w", c.ID, origin, err)
		}
	}
	return nil
}

// registration presents a Client to the protocol library.
type registration struct {
	Client
}

var _ op.Client = registration{}

func (r registration) GetID() string                    { return r.ID }
func (r registration) RedirectURIs() []string           { return r.Client.RedirectURIs }
func (r registration) PostLogoutRedirectURIs() []string { return r.Client.PostLogoutRedirectURIs }
func (r registration) AuthMethod() protocol.AuthMethod  { return protocol.AuthMethodNone }

// ApplicationType is that of a script in a browser. (For the native type the library
// would let any port of a registered loopback URI pass.)
func (r registration) ApplicationType() op.ApplicationType { return op.ApplicationTypeUserAgent }

// DevMode lets plain http pass; Client.validate has limited it to loopback hosts.
func (r registration) DevMode() bool { return true }

func (r registration) ResponseTypes() []protocol.ResponseType {
	return []protocol.ResponseType{protocol.ResponseTypeCode}
}

func (r registration) GrantTypes() []protocol.GrantType {
	return []protocol.GrantType{protocol.GrantTypeCode, protocol.GrantTypeRefreshToken}
}

// IsScopeAllowed lets every scope through. The library would silently drop the
// others; authorize refuses them instead, as Cognito does.
func (r registration) IsScopeAllowed(string) bool { return true }

// What follows describes tokens to the part of the library that makes them, which
// this package does not use; the answers agree with what it does itself.

func (r registration) LoginURL(id string) string           { return loginPath + "?request=" + id }
func (r registration) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }
func (r registration) IDTokenLifetime() time.Duration      { return idTokenLifetime }
func (r registration) IDTokenUserinfoClaimsAssertion() bool {
	return true
}
func (r registration) ClockSkew() time.Duration { return 0 }

//nolint:revive // the library's name
func (r registration) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
func (r registration) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
