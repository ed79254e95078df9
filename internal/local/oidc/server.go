package oidc

import (
	"context"
	"net/http"

	"github.com/go-jose/go-jose/v4"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Routes below the issuer's path, named as Cognito's.
const (
	authorizePath = "/oauth2/authorize"
	tokenPath     = "/oauth2/token"
	userInfoPath  = "/oauth2/userInfo"
	revokePath    = "/oauth2/revoke"
	endPath       = "/logout"
	jwksPath      = "/.well-known/jwks.json"
	loginPath     = "/login"
	signOutPath   = "/logout/confirm"
	signedOutPath = "/logout/done"
	stylePath     = "/style.css"
)

// endpoints are those that the protocol library routes. Introspection and device
// authorization are missing, so they answer 404.
func endpoints() op.Endpoints {
	return op.Endpoints{
		Authorization: op.NewEndpoint(authorizePath),
		Token:         op.NewEndpoint(tokenPath),
		Userinfo:      op.NewEndpoint(userInfoPath),
		Revocation:    op.NewEndpoint(revokePath),
		EndSession:    op.NewEndpoint(endPath),
		JwksURI:       op.NewEndpoint(jwksPath),
	}
}

// server answers the requests that the protocol library has routed and parsed. The
// embedded type refuses what is not written here: the grants of client credentials,
// device, JWT and token exchange, and introspection.
type server struct {
	op.UnimplementedServer
	*Provider
}

var _ op.Server = server{}

// internal hides what went wrong inside from the client and logs it.
func (p *Provider) internal(ctx context.Context, what string, err error) error {
	p.log.ErrorContext(ctx, "local login: "+what, "error", err)
	return op.NewStatusError(protocol.ErrServerError().WithDescription("internal error"), http.StatusInternalServerError)
}

// Discovery describes the provider (OpenID Connect Discovery 1.0, section 3).
func (s server) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	at := func(path string) string { return s.issuer.String() + path }
	return op.NewResponse(&protocol.DiscoveryConfiguration{
		Issuer:                                 s.issuer.String(),
		AuthorizationEndpoint:                  at(authorizePath),
		TokenEndpoint:                          at(tokenPath),
		UserinfoEndpoint:                       at(userInfoPath),
		RevocationEndpoint:                     at(revokePath),
		EndSessionEndpoint:                     at(endPath),
		JwksURI:                                at(jwksPath),
		ScopesSupported:                        Scopes(),
		ResponseTypesSupported:                 []string{string(protocol.ResponseTypeCode)},
		ResponseModesSupported:                 []string{string(protocol.ResponseModeQuery)},
		GrantTypesSupported:                    []protocol.GrantType{protocol.GrantTypeCode, protocol.GrantTypeRefreshToken},
		SubjectTypesSupported:                  []string{"public"},
		IDTokenSigningAlgValuesSupported:       []string{string(jose.RS256)},
		TokenEndpointAuthMethodsSupported:      []protocol.AuthMethod{protocol.AuthMethodNone},
		RevocationEndpointAuthMethodsSupported: []protocol.AuthMethod{protocol.AuthMethodNone},
		CodeChallengeMethodsSupported:          []protocol.CodeChallengeMethod{protocol.CodeChallengeMethodS256},
		ClaimsSupported: []string{
			"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "jti", "origin_jti", "token_use",
			"email", "email_verified", "cognito:username",
		},
	}), nil
}

// Keys serves the public key.
func (s server) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	return op.NewResponse(s.key.jwks()), nil
}

// VerifyClient identifies the client at the token and revocation endpoints. Clients
// are public, so a secret or an assertion is a mistake that must not pass as proof.
func (s server) VerifyClient(_ context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	if r.Data.ClientSecret != "" || r.Data.ClientAssertion != "" {
		return nil, protocol.ErrInvalidClient().WithDescription("clients here are public and have no secret")
	}
	c, ok := s.clients[r.Data.ClientID]
	if !ok {
		return nil, protocol.ErrInvalidClient().WithDescription("unknown client")
	}
	return registration{c}, nil
}
