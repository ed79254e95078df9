package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// signedOut says whether the browser's session and the sign-in made in it are over.
func signedOut(t *testing.T, d *deployment, b browser, token *oauth2.Token) (session, grant bool) {
	t.Helper()
	silent := b.get(t, authURL(d, oauth2.SetAuthURLParam("prompt", "none")))
	_, err := d.refresh(t.Context(), web, token.RefreshToken)
	return silent.location.Query().Get("error") == "login_required", err != nil
}

func TestLogout(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	hint := func(o *oauth2.Token) string { return o.Extra("id_token").(string) }
	others := newBrowser(t).signIn(t, d, d.oauth(web), "berta")
	tests := []struct {
		name, reason string
		query        func(*oauth2.Token) url.Values
		wantStatus   int
		wantLocation string
		wantOut      bool
	}{
		{"by hint", "the client proves which session it means", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(o)}, "post_logout_redirect_uri": {farewell}, "state": {"s 1"}}
		}, http.StatusFound, farewell + "?state=s+1", true},
		{"by hint to our own page", "not every client expects the person back", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(o)}}
		}, http.StatusOK, "", true},
		{"without hint", "any page can send a person here, so the person is asked", func(*oauth2.Token) url.Values {
			return url.Values{"client_id": {web}, "post_logout_redirect_uri": {farewell}}
		}, http.StatusOK, "", false},
		{"another's hint", "it proves nothing about this browser", func(*oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(others)}}
		}, http.StatusOK, "", false},
		{"bad hint", "a forged token must not do", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(o) + "x"}}
		}, http.StatusBadRequest, "", false},
		{"access token as hint", "it is no id token", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {o.AccessToken}}
		}, http.StatusBadRequest, "", false},
		{"hint of one client, id of another", "the two contradict each other", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(o)}, "client_id": {"reader"}}
		}, http.StatusBadRequest, "", false},
		{"foreign target", "we must not send people to strangers", func(o *oauth2.Token) url.Values {
			return url.Values{"id_token_hint": {hint(o)}, "post_logout_redirect_uri": {"https://evil.example/"}}
		}, http.StatusBadRequest, "", false},
		{"target without client", "nobody registered it", func(*oauth2.Token) url.Values {
			return url.Values{"post_logout_redirect_uri": {farewell}}
		}, http.StatusBadRequest, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			token := b.signIn(t, d, d.oauth(web), "anna")
			got := b.get(t, d.issuer+"/logout?"+tt.query(token).Encode())
			var location string
			if got.location != nil {
				location = got.location.String()
			}
			if got.status != tt.wantStatus || location != tt.wantLocation {
				t.Errorf("status %d (want %d), location %q (want %q): %s\n%s", got.status, tt.wantStatus, location, tt.wantLocation, tt.reason, got.body)
			}
			if session, grant := signedOut(t, d, b, token); session != tt.wantOut || grant != tt.wantOut {
				t.Errorf("session over: %v, sign-in over: %v, want both %v: %s", session, grant, tt.wantOut, tt.reason)
			}
		})
	}
}

// TestLogoutConfirmed follows the question that a sign-out without a hint brings.
func TestLogoutConfirmed(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason string
		change       func(url.Values)
		wantStatus   int
		wantOut      bool
	}{
		{"yes", "the person pressed the button", func(url.Values) {}, http.StatusSeeOther, true},
		{"forged", "a foreign page cannot press it", func(f url.Values) { f.Del("token") }, http.StatusForbidden, false},
		{"bent", "the target is checked again", func(f url.Values) { f.Set("post_logout_redirect_uri", "https://evil.example/") }, http.StatusForbidden, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			token := b.signIn(t, d, d.oauth(web), "anna")
			page := b.get(t, d.issuer+"/logout?"+url.Values{"client_id": {web}, "post_logout_redirect_uri": {farewell}, "state": {"s"}}.Encode())
			form := hiddenFields(t, page)
			tt.change(form)
			got := b.post(t, d.issuer+"/logout/confirm", form)
			if got.status != tt.wantStatus {
				t.Errorf("status %d, want %d: %s", got.status, tt.wantStatus, tt.reason)
			}
			if tt.wantOut && (got.location == nil || got.location.String() != farewell+"?state=s") {
				t.Errorf("location %v", got.location)
			}
			if session, grant := signedOut(t, d, b, token); session != tt.wantOut || grant != tt.wantOut {
				t.Errorf("session over: %v, sign-in over: %v, want both %v: %s", session, grant, tt.wantOut, tt.reason)
			}
		})
	}
}

// TestLogoutAfterSession: the session ended by itself, the tokens had not.
func TestLogoutAfterSession(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b := newBrowser(t)
	token := b.signIn(t, d, d.oauth(web), "anna")
	d.clock.advance(25 * time.Hour)
	got := b.get(t, d.issuer+"/logout?"+url.Values{"id_token_hint": {token.Extra("id_token").(string)}}.Encode())
	if !strings.Contains(got.body, "You are signed out") {
		t.Errorf("status %d, body %s", got.status, got.body)
	}
	if _, grant := signedOut(t, d, b, token); !grant {
		t.Error("the refresh token still works")
	}
}
