package oidc

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// VerifyAuthRequest finds the client of an authorization request. Its errors are
// shown to the person, for nobody has checked the redirect URI yet.
func (s server) VerifyAuthRequest(
	_ context.Context, r *op.Request[protocol.AuthRequest],
) (*op.ClientRequest[protocol.AuthRequest], error) {
	c, ok := s.clients[r.Data.ClientID]
	if !ok {
		return nil, protocol.ErrInvalidRequest().WithDescription("unknown client_id")
	}
	return &op.ClientRequest[protocol.AuthRequest]{Request: r, Client: registration{c}}, nil
}

// Authorize answers an authorization request of which the library has checked client,
// redirect URI and response type: with a code where the browser is signed in, else
// with the login page. Its errors go back to the client's redirect URI.
func (s server) Authorize(ctx context.Context, r *op.ClientRequest[protocol.AuthRequest]) (*op.Redirect, error) {
	req, err := s.checkAuthRequest(r)
	if err != nil {
		return nil, err
	}
	hint, err := s.hintedSubject(r.Data.IDTokenHint)
	if err != nil {
		return nil, protocol.ErrLoginRequired().WithDescription("the id_token_hint is not valid")
	}
	now := s.now()
	cookies := &http.Request{Header: r.Header}

	current, err := s.session(ctx, cookies, now)
	if err != nil && !errors.Is(err, errNoRow) {
		return nil, s.internal(ctx, "read session", err)
	}
	signedIn := err == nil && (hint == "" || hint == current.subject) && !tooOld(current, r.Data.MaxAge, now)
	prompt := r.Data.Prompt
	asks := slices.ContainsFunc(prompt, func(p string) bool { return p != "" && p != protocol.PromptNone })

	switch {
	case signedIn && !asks:
		return s.redirectWithCode(ctx, req, current, now)
	case slices.Contains(prompt, protocol.PromptNone):
		return nil, protocol.ErrLoginRequired().WithDescription("nobody is signed in in this browser")
	default:
		return s.redirectToLogin(ctx, req, cookies, now)
	}
}

// checkAuthRequest refuses what the library lets pass and this provider does not do.
func (s server) checkAuthRequest(r *op.ClientRequest[protocol.AuthRequest]) (authRequest, error) {
	q := r.Data
	switch {
	case q.RequestParam != "":
		return authRequest{}, protocol.ErrRequestNotSupported()
	case r.Form.Has("request_uri"):
		return authRequest{}, &protocol.Error{ErrorType: "request_uri_not_supported"}
	case q.ResponseMode != "" && q.ResponseMode != protocol.ResponseModeQuery:
		// Another mode must not be honoured for the error either.
		q.ResponseMode = protocol.ResponseModeQuery
		return authRequest{}, protocol.ErrInvalidRequest().WithDescription("response_mode must be query")
	case q.CodeChallenge == "":
		return authRequest{}, protocol.ErrInvalidRequest().WithDescription("PKCE required: code_challenge is missing")
	case q.CodeChallengeMethod != protocol.CodeChallengeMethodS256:
		return authRequest{}, protocol.ErrInvalidRequest().WithDescription("code_challenge_method must be S256")
	}
	scopes := uniqueScopes(q.Scopes)
	if len(scopes) == 0 || firstNotIn(s.clients[q.ClientID].Scopes, scopes) != "" {
		return authRequest{}, protocol.ErrInvalidScope().WithDescription("a scope is missing or not allowed for this client")
	}
	return authRequest{
		clientID: q.ClientID, redirectURI: q.RedirectURI, scopes: scopes, state: q.State, nonce: q.Nonce,
		codeChallenge: q.CodeChallenge, loginHint: q.LoginHint,
	}, nil
}

// hintedSubject reads whose id token a hint is; "" without a hint. An expired token is
// still a good hint (OpenID Connect RP-Initiated Logout 1.0, section 4).
func (p *Provider) hintedSubject(hint string) (string, error) {
	if hint == "" {
		return "", nil
	}
	claims, err := p.hintClaims(hint)
	return claims.Subject, err
}

func (p *Provider) hintClaims(hint string) (idClaims, error) {
	var claims idClaims
	if err := p.key.verify(hint, &claims); err != nil {
		return idClaims{}, err
	}
	if claims.Issuer != p.issuer.String() || claims.TokenUse != useID {
		return idClaims{}, errors.New("not an id token of this provider")
	}
	return claims, nil
}

// tooOld says that the client wants the person to have signed in more recently.
// (The library turns prompt=login into a maximum age of 0.)
func tooOld(s session, maxAge *uint, now time.Time) bool {
	return maxAge != nil && now.Sub(s.authTime).Seconds() >= float64(*maxAge)
}

func (s server) redirectWithCode(
	ctx context.Context, req authRequest, current session, now time.Time,
) (*op.Redirect, error) {
	var code string
	err := s.store.update(ctx, func(tx *sql.Tx) (err error) {
		code, err = createCode(ctx, tx, req, current, now)
		return err
	})
	if err != nil {
		return nil, s.internal(ctx, "create code", err)
	}
	uri, err := codeResponseURL(req, code)
	if err != nil {
		return nil, s.internal(ctx, "build code response", err)
	}
	return op.NewRedirect(uri), nil
}

// codeResponseURL adds code and state to the redirect URI.
func codeResponseURL(req authRequest, code string) (string, error) {
	return op.AuthResponseURL(req.redirectURI, protocol.ResponseTypeCode, protocol.ResponseModeQuery,
		&op.CodeResponseType{Code: code, State: req.state}, protocol.NewEncoder())
}

// redirectToLogin keeps the request and sends the browser to the login page, bound to
// it by a cookie: nobody can begin a sign-in and have another person finish it.
func (s server) redirectToLogin(
	ctx context.Context, req authRequest, cookies *http.Request, now time.Time,
) (*op.Redirect, error) {
	browser, cookie := s.browserSecret(cookies)
	id := newSecret()
	err := s.store.update(ctx, func(tx *sql.Tx) error {
		if err := deleteExpired(ctx, tx, now); err != nil {
			return err
		}
		return saveAuthRequest(ctx, tx, id, secretHash(browser), req, now)
	})
	if err != nil {
		return nil, s.internal(ctx, "save authorization request", err)
	}
	redirect := op.NewRedirect(s.issuer.String() + loginPath + "?" + url.Values{"request": {id}}.Encode())
	if cookie != nil {
		redirect.Header.Add("Set-Cookie", cookie.String())
	}
	return redirect, nil
}
