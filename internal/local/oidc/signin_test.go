package oidc_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

// TestRelyingParty signs in by a library that knows nothing of this provider beyond
// its issuer, and so checks discovery, keys and id token by the book.
func TestRelyingParty(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	party, err := rp.NewRelyingPartyOIDC(t.Context(), d.issuer, web, "", callback,
		[]string{"openid", "email", string(photos.ScopeLabelsRead)})
	if err != nil {
		t.Fatal(err)
	}
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t)
	page := b.get(t, rp.AuthURL("s-1", party, rp.WithCodeChallenge(oauth2.S256ChallengeFromVerifier(verifier))))
	if page.status != http.StatusOK || !strings.Contains(page.body, "For development only") {
		t.Fatalf("login page: status %d, body %s", page.status, page.body)
	}
	back := b.login(t, d, page, "Anna", "anna@example.com")
	if got := back.location.Query().Get("state"); got != "s-1" {
		t.Errorf("state: got %q, want s-1", got)
	}
	if back.status != http.StatusSeeOther {
		t.Errorf("status %d, want 303, which turns the form's POST into a GET", back.status)
	}

	tokens, err := rp.CodeExchange[*protocol.IDTokenClaims](t.Context(), code(t, back), party, rp.WithCodeVerifier(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if tokens.IDTokenClaims.Email != "anna@example.com" || !bool(tokens.IDTokenClaims.EmailVerified) {
		t.Errorf("id token: email %q, verified %v", tokens.IDTokenClaims.Email, tokens.IDTokenClaims.EmailVerified)
	}
	info, err := rp.Userinfo[*protocol.UserInfo](t.Context(), tokens.AccessToken, "Bearer", tokens.IDTokenClaims.Subject, party)
	if err != nil {
		t.Fatal(err)
	}
	if info.Email != "anna@example.com" {
		t.Errorf("user info: email %q", info.Email)
	}

	refreshed, err := rp.RefreshTokens[*protocol.IDTokenClaims](t.Context(), party, tokens.RefreshToken, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if refreshed.RefreshToken == tokens.RefreshToken || refreshed.IDTokenClaims.Subject != tokens.IDTokenClaims.Subject {
		t.Error("the refresh token did not rotate, or the subject changed")
	}
	if err := rp.RevokeToken(t.Context(), party, refreshed.RefreshToken, "refresh_token"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.refresh(t.Context(), web, refreshed.RefreshToken); err == nil {
		t.Error("a revoked refresh token still works")
	}
	if _, err := rp.EndSession(t.Context(), party, tokens.IDToken, "", "", "", nil); err != nil {
		t.Error(err)
	}
}

// TestTokenShape holds the tokens to Cognito's shape, claim by claim.
func TestTokenShape(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	cfg := d.oauth(web, "openid", "pam/labels.read", "pam/photos.read", "pam/photos.write", "pam/archives")
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t)
	page := b.get(t, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", "n-1")))
	signedInAt := d.clock.Now()
	back := b.login(t, d, page, "anna", "")
	d.clock.advance(time.Minute)
	issuedAt := d.clock.Now()
	token, err := cfg.Exchange(t.Context(), code(t, back), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := oidc.SubjectOf("anna")
	if err != nil {
		t.Fatal(err)
	}
	unix := func(at time.Time) any { return float64(at.Unix()) }
	present := func(claims map[string]any, names ...string) { // values that are random
		for _, name := range names {
			if s, ok := claims[name].(string); !ok || s == "" {
				t.Errorf("claim %s: got %v, want a text", name, claims[name])
			}
			delete(claims, name)
		}
	}
	compare := func(what string, got, want map[string]any) {
		if !maps.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", what, got, want)
		}
	}

	header, access := d.verified(t, token.AccessToken)
	present(access, "jti", "origin_jti")
	compare("access token", access, map[string]any{
		"sub": subject, "iss": d.issuer, "client_id": web, "token_use": "access", "username": "anna",
		"scope":     "openid pam/labels.read pam/photos.read pam/photos.write pam/archives",
		"auth_time": unix(signedInAt), "iat": unix(issuedAt), "exp": unix(issuedAt.Add(time.Hour)),
	})
	if header.Algorithm != "RS256" || header.KeyID == "" || len(header.ExtraHeaders) > 0 {
		t.Errorf("header: %+v, want alg and kid alone", header)
	}

	raw, ok := token.Extra("id_token").(string)
	if !ok {
		t.Fatal("no id token")
	}
	wantHash, err := protocol.ClaimHash(token.AccessToken, "RS256")
	if err != nil {
		t.Fatal(err)
	}
	_, id := d.verified(t, raw)
	present(id, "jti", "origin_jti")
	compare("id token", id, map[string]any{
		"sub": subject, "iss": d.issuer, "aud": web, "token_use": "id", "nonce": "n-1", "at_hash": wantHash,
		"email": "anna@localhost", "email_verified": true, "cognito:username": "anna",
		"auth_time": unix(signedInAt), "iat": unix(issuedAt), "exp": unix(issuedAt.Add(time.Hour)),
	})
	if token.ExpiresIn != 3600 || token.RefreshToken == "" {
		t.Errorf("expires_in %d (want 3600), refresh token %q", token.ExpiresIn, token.RefreshToken)
	}
}

// TestNoIDTokenWithoutOpenID: a client that wants access alone learns nothing else.
func TestNoIDTokenWithoutOpenID(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	token := newBrowser(t).signIn(t, d, d.oauth(web, "pam/archives"), "anna")
	if token.Extra("id_token") != nil {
		t.Error("got an id token without the scope openid")
	}
	r := newRequest(t, http.MethodGet, d.issuer+"/oauth2/userInfo", nil)
	r.Header.Set("Authorization", "Bearer "+token.AccessToken)
	if got := newBrowser(t).do(t, r).status; got != http.StatusForbidden {
		t.Errorf("user info: status %d, want 403", got)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	var got map[string]any
	if err := json.Unmarshal([]byte(newBrowser(t).get(t, d.issuer+"/.well-known/openid-configuration").body), &got); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, reason string
		want         any
	}{
		{"issuer", "clients compare it with what they asked for", d.issuer},
		{"jwks_uri", "verifiers fetch the keys there", d.issuer + "/.well-known/jwks.json"},
		{"end_session_endpoint", "clients sign out there", d.issuer + "/logout"},
		{"response_types_supported", "the implicit flow is off", []any{"code"}},
		{"grant_types_supported", "all grants without a person are off", []any{"authorization_code", "refresh_token"}},
		{"code_challenge_methods_supported", "plain PKCE is off", []any{"S256"}},
		{"token_endpoint_auth_methods_supported", "clients are public", []any{"none"}},
		{"id_token_signing_alg_values_supported", "Cognito signs with RS256", []any{"RS256"}},
		{"introspection_endpoint", "there is none", nil},
		{"device_authorization_endpoint", "there is none", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, isList := tt.want.([]any)
			gotList, _ := got[tt.name].([]any)
			if isList && !slices.Equal(gotList, list) || !isList && got[tt.name] != tt.want {
				t.Errorf("got %v, want %v: %s", got[tt.name], tt.want, tt.reason)
			}
		})
	}
}

func TestAuthorizeRefuses(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	good := func() url.Values {
		return url.Values{
			"client_id": {web}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid pam/archives"},
			"state": {"s"}, "code_challenge": {oauth2.S256ChallengeFromVerifier("v")}, "code_challenge_method": {"S256"},
		}
	}
	set := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	del := func(name string) func(url.Values) { return func(q url.Values) { q.Del(name) } }
	tests := []struct {
		name, reason string
		change       func(url.Values)
		wantError    string // sent to the client; "" where the person must see a page
	}{
		{"no challenge", "a public client without PKCE lets anyone use its codes", del("code_challenge"), "invalid_request"},
		{"plain challenge", "a plain challenge shows the verifier to whoever sees the request", set("code_challenge_method", "plain"), "invalid_request"},
		{"challenge without method", "no method means plain", del("code_challenge_method"), "invalid_request"},
		{"unknown method", "a method that cannot be verified protects nothing", set("code_challenge_method", "S512"), "invalid_request"},
		{"unknown client", "there is nobody to redirect to", set("client_id", "stranger"), ""},
		{"no client", "there is nobody to redirect to", del("client_id"), ""},
		{"foreign redirect", "an unregistered URI would hand the code to anyone", set("redirect_uri", "https://evil.example/callback"), ""},
		{"redirect with another port", "another program may listen there", set("redirect_uri", "http://127.0.0.1:7778/callback"), ""},
		{"redirect with a longer path", "URIs are compared exactly", set("redirect_uri", callback+"/x"), ""},
		{"redirect with a query", "URIs are compared exactly", set("redirect_uri", callback+"?x=1"), ""},
		{"redirect of another client", "each client has its own", set("redirect_uri", "http://127.0.0.1:7777/reader"), ""},
		{"no redirect", "OpenID Connect requires it", del("redirect_uri"), ""},
		{"scope that does not exist", "Cognito refuses it", set("scope", "openid pam/everything"), "invalid_scope"},
		{"standard scope that is not offered", "the library alone would let it pass", set("scope", "openid phone"), "invalid_scope"},
		{"no scope", "a token without scopes is worth nothing", del("scope"), "invalid_request"},
		{"blank scope", "a token without scopes is worth nothing", set("scope", "  "), "invalid_scope"},
		{"implicit flow", "tokens in URLs leak", set("response_type", "id_token token"), "unauthorized_client"},
		{"hybrid flow", "tokens in URLs leak", set("response_type", "code id_token"), "unauthorized_client"},
		{"no response type", "it is required", del("response_type"), "invalid_request"},
		{"fragment mode", "codes go in the query alone", set("response_mode", "fragment"), "invalid_request"},
		{"request object", "not supported, and must not be ignored", set("request", "e30.e30."), "request_not_supported"},
		{"request by reference", "not supported, and must not be fetched", set("request_uri", "http://127.0.0.1/x"), "request_uri_not_supported"},
		{"silent without a session", "nobody is signed in", set("prompt", "none"), "login_required"},
		{"silent and asking at once", "the two contradict each other", set("prompt", "none login"), "invalid_request"},
		{"bad hint", "the client means someone in particular, and we cannot tell whom", set("id_token_hint", "x.y.z"), "login_required"},
		{
			"scope of another client", "each client has its own",
			func(q url.Values) { q.Set("client_id", "reader") }, "invalid_scope",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := good()
			tt.change(q)
			got := newBrowser(t).get(t, d.issuer+"/oauth2/authorize?"+q.Encode())
			if tt.wantError == "" {
				if got.status != http.StatusBadRequest || got.location != nil || !strings.Contains(got.header.Get("Content-Type"), "text/html") {
					t.Errorf("got status %d, location %v, type %q; want a page with 400: %s",
						got.status, got.location, got.header.Get("Content-Type"), tt.reason)
				}
				return
			}
			if got.location == nil {
				t.Fatalf("got status %d and no redirect, want error %s: %s\n%s", got.status, tt.wantError, tt.reason, got.body)
			}
			answer := got.location.Query()
			if fragment, err := url.ParseQuery(got.location.Fragment); err == nil && len(answer) == 0 {
				answer = fragment // where the implicit flow has its errors
			}
			if answer.Get("error") != tt.wantError || answer.Get("state") != "s" || answer.Has("code") {
				t.Errorf("got %v, want error %s and the state: %s", answer, tt.wantError, tt.reason)
			}
		})
	}
	if got := newBrowser(t).get(t, d.issuer+"/oauth2/authorize?"+good().Encode()); got.status != http.StatusOK {
		t.Errorf("the unchanged request got status %d: the refusals above prove nothing", got.status)
	}
}
