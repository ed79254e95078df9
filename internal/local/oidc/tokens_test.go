package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestCodeExchangeRefuses(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	verifier := oauth2.GenerateVerifier()
	tests := []struct {
		name, reason string
		change       func(cfg *oauth2.Config)
		verifier     string
		wait         time.Duration
		wantError    string
	}{
		{"wrong verifier", "whoever caught the code did not begin the sign-in", nil, oauth2.GenerateVerifier(), 0, "invalid_grant"},
		{"no verifier", "PKCE is not optional", nil, "", 0, "invalid_request"},
		{"other redirect", "the code was for another URI", func(c *oauth2.Config) { c.RedirectURL += "x" }, verifier, 0, "invalid_grant"},
		{"other client", "the code was for another client", func(c *oauth2.Config) { c.ClientID = "reader" }, verifier, 0, "invalid_grant"},
		{"unknown client", "it is not registered", func(c *oauth2.Config) { c.ClientID = "stranger" }, verifier, 0, "invalid_client"},
		{"client with a secret", "clients are public, a secret is a mistake", func(c *oauth2.Config) { c.ClientSecret = "x" }, verifier, 0, "invalid_client"},
		{"late", "codes live 5 minutes", nil, verifier, 5 * time.Minute, "invalid_grant"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, cfg := newBrowser(t), d.oauth(web)
			page := b.get(t, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
			got := code(t, b.login(t, d, page, "anna", ""))
			d.clock.advance(tt.wait)
			wrong := *cfg
			if tt.change != nil {
				tt.change(&wrong)
			}
			var options []oauth2.AuthCodeOption
			if tt.verifier != "" {
				options = append(options, oauth2.VerifierOption(tt.verifier))
			}
			_, err := wrong.Exchange(t.Context(), got, options...)
			wantOAuthError(t, err, tt.wantError)
			if tt.wait == 0 {
				if _, err := cfg.Exchange(t.Context(), got, oauth2.VerifierOption(verifier)); err != nil {
					t.Errorf("the rightful client can no longer use its code: %v", err)
				}
			}
		})
	}
}

// TestCodeReplay: a code that is used twice was seen by someone else, so what the
// first use brought must end, too.
func TestCodeReplay(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b, cfg, verifier := newBrowser(t), d.oauth(web), oauth2.GenerateVerifier()
	page := b.get(t, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
	got := code(t, b.login(t, d, page, "anna", ""))
	token, err := cfg.Exchange(t.Context(), got, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	_, err = cfg.Exchange(t.Context(), got, oauth2.VerifierOption(verifier))
	wantOAuthError(t, err, "invalid_grant")
	_, err = d.refresh(t.Context(), web, token.RefreshToken)
	wantOAuthError(t, err, "invalid_grant")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	signIn := func(t *testing.T) *oauth2.Token {
		t.Helper()
		return newBrowser(t).signIn(t, d, d.oauth(web), "anna")
	}
	refresh := func(t *testing.T, token string) *oauth2.Token {
		t.Helper()
		got, err := d.refresh(t.Context(), web, token)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	refused := func(t *testing.T, token string) {
		t.Helper()
		_, err := d.refresh(t.Context(), web, token)
		wantOAuthError(t, err, "invalid_grant")
	}
	tests := []struct {
		name, reason string
		run          func(t *testing.T)
	}{
		{"rotates", "each answer brings a new token, and the new one works", func(t *testing.T) {
			first := signIn(t)
			second := refresh(t, first.RefreshToken)
			if second.RefreshToken == first.RefreshToken {
				t.Error("the token did not change")
			}
			refresh(t, second.RefreshToken)
		}},
		{"keeps who and when", "a refresh is no sign-in", func(t *testing.T) {
			first := signIn(t)
			d.clock.advance(50 * time.Minute)
			_, before := d.verified(t, first.AccessToken)
			second := refresh(t, first.RefreshToken)
			_, after := d.verified(t, second.AccessToken)
			for _, claim := range []string{"sub", "auth_time", "origin_jti", "scope", "client_id", "username"} {
				if before[claim] != after[claim] {
					t.Errorf("%s: was %v, is %v", claim, before[claim], after[claim])
				}
			}
			_, id := d.verified(t, second.Extra("id_token").(string))
			if id["nonce"] != nil || id["auth_time"] != before["auth_time"] {
				t.Errorf("refreshed id token: nonce %v, auth_time %v", id["nonce"], id["auth_time"])
			}
		}},
		{"twice at once", "two tabs may refresh at the same moment", func(t *testing.T) {
			first := signIn(t)
			a, b := refresh(t, first.RefreshToken), refresh(t, first.RefreshToken)
			refresh(t, a.RefreshToken)
			refresh(t, b.RefreshToken)
		}},
		{"reuse ends all", "a token that comes again later was copied, and nobody knows who holds the newer one", func(t *testing.T) {
			first := signIn(t)
			second := refresh(t, first.RefreshToken)
			d.clock.advance(11 * time.Second)
			refused(t, first.RefreshToken)
			refused(t, second.RefreshToken)
		}},
		{"reuse in the grace does not prolong it", "the grace counts from the first use", func(t *testing.T) {
			first := signIn(t)
			refresh(t, first.RefreshToken)
			d.clock.advance(8 * time.Second)
			refresh(t, first.RefreshToken)
			d.clock.advance(8 * time.Second)
			refused(t, first.RefreshToken)
		}},
		{"another client", "the token was not given to it, and its owner keeps it", func(t *testing.T) {
			first := signIn(t)
			_, err := d.refresh(t.Context(), "reader", first.RefreshToken)
			wantOAuthError(t, err, "invalid_grant")
			refresh(t, first.RefreshToken)
		}},
		{"after 30 days", "rotation does not prolong a sign-in", func(t *testing.T) {
			token := signIn(t).RefreshToken
			for range 3 {
				d.clock.advance(9 * 24 * time.Hour)
				token = refresh(t, token).RefreshToken
			}
			d.clock.advance(3 * 24 * time.Hour)
			refused(t, token)
		}},
		{"unknown", "it was never given out", func(t *testing.T) { refused(t, "nonsense") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Log(tt.reason)
			tt.run(t)
		})
	}
}

func TestRefreshScopes(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason, scope  string
		wantScope, wantError string
	}{
		{"fewer", "a client may step down", "pam/archives", "pam/archives", ""},
		{"none named", "that means all", "", "openid pam/archives", ""},
		{"more", "a refresh grants nothing new", "openid pam/photos.write", "", "invalid_scope"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := newBrowser(t).signIn(t, d, d.oauth(web, "openid", "pam/archives"), "anna")
			form := url.Values{"grant_type": {"refresh_token"}, "client_id": {web}, "refresh_token": {token.RefreshToken}}
			if tt.scope != "" {
				form.Set("scope", tt.scope)
			}
			var got struct {
				Access string `json:"access_token"`
				Error  string `json:"error"`
			}
			if err := json.Unmarshal([]byte(newBrowser(t).post(t, d.issuer+"/oauth2/token", form).body), &got); err != nil {
				t.Fatal(err)
			}
			if got.Error != tt.wantError {
				t.Fatalf("got error %q, want %q: %s", got.Error, tt.wantError, tt.reason)
			}
			if tt.wantError == "" {
				if _, claims := d.verified(t, got.Access); claims["scope"] != tt.wantScope {
					t.Errorf("got scope %v, want %q: %s", claims["scope"], tt.wantScope, tt.reason)
				}
			}
		})
	}
}

func TestOtherGrantsAreOff(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason string
		form         url.Values
	}{
		{"client credentials", "such a token has no person, so no owner", url.Values{"grant_type": {"client_credentials"}, "scope": {"pam/archives"}}},
		{"password", "no password is asked for, so none may be taken", url.Values{"grant_type": {"password"}, "username": {"anna"}, "password": {"x"}}},
		{"device", "no screenless device signs in", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {"x"}}},
		{"token exchange", "nobody acts for another", url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {"x"},
			"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
		}},
		{"jwt bearer", "no other issuer is trusted", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {"x"}}},
		{"none", "it is required", url.Values{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.form.Set("client_id", web)
			got := newBrowser(t).post(t, d.issuer+"/oauth2/token", tt.form)
			var body map[string]any
			if err := json.Unmarshal([]byte(got.body), &body); err != nil {
				t.Fatal(err)
			}
			if got.status != http.StatusBadRequest || body["error"] == nil || body["access_token"] != nil {
				t.Errorf("status %d, body %s, want a refusal: %s", got.status, got.body, tt.reason)
			}
		})
	}
	for _, path := range []string{"/oauth2/introspect", "/oauth/introspect", "/device_authorization", "/oauth2/register"} {
		if got := newBrowser(t).post(t, d.issuer+path, url.Values{"client_id": {web}}); got.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, got.status)
		}
	}
}

// TestTokenParametersInQuery: what stands in a URL ends up in logs.
func TestTokenParametersInQuery(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	token := newBrowser(t).signIn(t, d, d.oauth(web), "anna")
	query := url.Values{"grant_type": {"refresh_token"}, "client_id": {web}, "refresh_token": {token.RefreshToken}}.Encode()
	if got := newBrowser(t).get(t, d.issuer+"/oauth2/token?"+query); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d, want 405", got.status)
	}
	if got := newBrowser(t).post(t, d.issuer+"/oauth2/token?"+query, url.Values{}); got.status != http.StatusBadRequest {
		t.Errorf("POST with a query: status %d, want 400", got.status)
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason string
		client       string
		token        func(*oauth2.Token) string
		wantStatus   int
		wantAlive    bool
	}{
		{"refresh token", "the client has no more use for it", web, func(o *oauth2.Token) string { return o.RefreshToken }, http.StatusOK, false},
		{"another client's", "nobody ends another's sign-in, nor learns that it exists", "reader", func(o *oauth2.Token) string { return o.RefreshToken }, http.StatusOK, true},
		{"access token", "it is verified without asking here, so it cannot be revoked", web, func(o *oauth2.Token) string { return o.AccessToken }, http.StatusBadRequest, true},
		{"unknown token", "RFC 7009 wants no error", web, func(*oauth2.Token) string { return "nonsense" }, http.StatusOK, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := newBrowser(t).signIn(t, d, d.oauth(web), "anna")
			got := newBrowser(t).post(t, d.issuer+"/oauth2/revoke", url.Values{"client_id": {tt.client}, "token": {tt.token(token)}})
			_, err := d.refresh(t.Context(), web, token.RefreshToken)
			if got.status != tt.wantStatus || (err == nil) != tt.wantAlive {
				t.Errorf("status %d (want %d), then refresh: %v (want it to work: %v): %s", got.status, tt.wantStatus, err, tt.wantAlive, tt.reason)
			}
		})
	}
}

func TestUserInfoRefuses(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	token := newBrowser(t).signIn(t, d, d.oauth(web), "anna")
	ask := func(bearer string) int {
		r := newRequest(t, http.MethodGet, d.issuer+"/oauth2/userInfo", nil)
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		return newBrowser(t).do(t, r).status
	}
	if got := ask(token.AccessToken); got != http.StatusOK {
		t.Fatalf("good token: status %d, so the refusals below prove nothing", got)
	}
	tests := []struct{ name, reason, bearer string }{
		{"no token", "nobody is asking", ""},
		{"nonsense", "not signed by us", "nonsense"},
		{"id token", "it is for the client to read, not to call with", token.Extra("id_token").(string)},
		{"tampered", "the signature no longer fits", token.AccessToken[:len(token.AccessToken)-4] + "AAAA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(tt.bearer); got != http.StatusUnauthorized {
				t.Errorf("status %d, want 401: %s", got, tt.reason)
			}
		})
	}
	d.clock.advance(time.Hour)
	if got := ask(token.AccessToken); got != http.StatusUnauthorized {
		t.Errorf("expired token: status %d, want 401", got)
	}
}
