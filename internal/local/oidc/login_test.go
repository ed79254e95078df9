package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"pam/internal/local/oidc"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// authURL begins a sign-in whose tokens nobody will ask for.
func authURL(d *deployment, options ...oauth2.AuthCodeOption) string {
	return d.oauth(web).AuthCodeURL("s", append(options, oauth2.S256ChallengeOption("v"))...)
}

// TestLoginForgery tries to have a browser sign in (or be signed in) as someone whom
// its person did not choose.
func TestLoginForgery(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason string
		// attack sends a form, given the victim's browser with an open login page and
		// the form of that page.
		attack     func(t *testing.T, victim browser, form url.Values) answer
		wantStatus int
	}{
		{"no token", "a foreign page can send a form but not read ours", func(t *testing.T, victim browser, form url.Values) answer {
			form.Del("token")
			return victim.post(t, d.issuer+"/login", form)
		}, http.StatusForbidden},
		{"token of another form", "a token serves one form", func(t *testing.T, victim browser, form url.Values) answer {
			other := hiddenFields(t, victim.get(t, authURL(d)))
			form.Set("token", other.Get("token"))
			return victim.post(t, d.issuer+"/login", form)
		}, http.StatusForbidden},
		{"attacker's form in the victim's browser", "the victim would work, and upload, in the attacker's account", func(t *testing.T, victim browser, _ url.Values) answer {
			attackers := hiddenFields(t, newBrowser(t).get(t, authURL(d)))
			attackers.Set("username", "mallory")
			return victim.post(t, d.issuer+"/login", attackers)
		}, http.StatusForbidden},
		{"victim's form in the attacker's browser", "the request belongs to the browser that made it", func(t *testing.T, _ browser, form url.Values) answer {
			attacker := newBrowser(t)
			attacker.get(t, authURL(d)) // gets a cookie of its own
			return attacker.post(t, d.issuer+"/login", form)
		}, http.StatusForbidden},
		{"attacker's link in the victim's browser", "the page must not even open", func(t *testing.T, victim browser, _ url.Values) answer {
			attackers := newBrowser(t).get(t, authURL(d))
			return victim.get(t, attackers.url.String())
		}, http.StatusBadRequest},
		{"no cookies", "without cookies the browser cannot be told from others", func(t *testing.T, _ browser, form url.Values) answer {
			return newBrowser(t).post(t, d.issuer+"/login", form)
		}, http.StatusForbidden},
		{"sent by a foreign site", "the browser says so", func(t *testing.T, victim browser, form url.Values) answer {
			r := newRequest(t, http.MethodPost, d.issuer+"/login", form)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			return victim.do(t, r)
		}, http.StatusForbidden},
		{"answered before", "one form is one sign-in", func(t *testing.T, victim browser, form url.Values) answer {
			victim.post(t, d.issuer+"/login", form)
			form.Set("username", "berta")
			return victim.post(t, d.issuer+"/login", form)
		}, http.StatusBadRequest},
		{"answered late", "a page that stayed open is no sign-in any more", func(t *testing.T, victim browser, form url.Values) answer {
			d.clock.advance(30 * time.Minute)
			return victim.post(t, d.issuer+"/login", form)
		}, http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			victim := newBrowser(t)
			form := hiddenFields(t, victim.get(t, authURL(d)))
			form.Set("username", "anna")
			got := tt.attack(t, victim, form)
			if got.status != tt.wantStatus || got.location != nil || got.header.Get("Set-Cookie") != "" {
				t.Errorf("status %d (want %d), location %v, cookie %q: %s",
					got.status, tt.wantStatus, got.location, got.header.Get("Set-Cookie"), tt.reason)
			}
		})
	}
}

func TestLoginInput(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason, user, email string
		wantProblem               string // "" where the login succeeds
	}{
		{"plain", "the ordinary case", "anna", "", ""},
		{"spaces and capitals", "people type them", "  Anna ", " anna@example.com ", ""},
		{"no name", "there is nobody to sign in", "", "", "A user name has"},
		{"markup", "it must come back as text", `"><script>alert(1)</script>`, "", "A user name has"},
		{"bad address", "notices could not be sent there", "anna", "nowhere", "An e-mail address looks like"},
		{"address with a header", "it would end up in a mail's head", "anna", "a@b\r\nBcc: c@d", "An e-mail address looks like"},
		{"address with a name", "a bare address is asked for", "anna", "Anna <anna@example.com>", "An e-mail address looks like"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			got := b.login(t, d, b.get(t, authURL(d)), tt.user, tt.email)
			if tt.wantProblem == "" {
				code(t, got)
				return
			}
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, tt.wantProblem) {
				t.Errorf("status %d, body %s; want 422 with %q: %s", got.status, got.body, tt.wantProblem, tt.reason)
			}
			if strings.Contains(got.body, "<script>") {
				t.Error("input came back as markup")
			}
			code(t, b.login(t, d, got, "anna", "")) // the form can be mended
		})
	}
}

// TestSession is about when a browser that signed in before is asked again.
func TestSession(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	param := oauth2.SetAuthURLParam
	tests := []struct {
		name, reason string
		options      []oauth2.AuthCodeOption
		wait         time.Duration
		wantAsked    bool
		wantError    string
	}{
		{"again", "one is signed in in the browser, not in one client", nil, time.Hour, false, ""},
		{"silent", "a client may look whether one is signed in", []oauth2.AuthCodeOption{param("prompt", "none")}, 0, false, ""},
		{"login", "the client wants to be sure", []oauth2.AuthCodeOption{param("prompt", "login")}, 0, true, ""},
		{"select account", "the person wants to be someone else", []oauth2.AuthCodeOption{param("prompt", "select_account")}, 0, true, ""},
		{"young enough", "the sign-in is of this hour", []oauth2.AuthCodeOption{param("max_age", "3600")}, 59 * time.Minute, false, ""},
		{"too old", "the client wants a newer sign-in", []oauth2.AuthCodeOption{param("max_age", "3600")}, time.Hour, true, ""},
		{"too old and silent", "the person may not be asked", []oauth2.AuthCodeOption{param("max_age", "60"), param("prompt", "none")}, time.Hour, false, "login_required"},
		{"next day", "sessions last 24 hours", nil, 24 * time.Hour, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			b.signIn(t, d, d.oauth(web), "anna")
			d.clock.advance(tt.wait)
			got := b.get(t, authURL(d, tt.options...))
			asked := got.location == nil && strings.Contains(got.body, `name="username"`)
			if asked != tt.wantAsked {
				t.Errorf("asked: %v, want %v: %s", asked, tt.wantAsked, tt.reason)
			}
			if !tt.wantAsked && got.location.Query().Get("error") != tt.wantError {
				t.Errorf("got %v, want error %q: %s", got.location.Query(), tt.wantError, tt.reason)
			}
		})
	}
}

func TestIDTokenHint(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b := newBrowser(t)
	anna := b.signIn(t, d, d.oauth(web), "anna").Extra("id_token").(string)
	berta := newBrowser(t).signIn(t, d, d.oauth(web), "berta").Extra("id_token").(string)
	tests := []struct{ name, reason, hint, wantError string }{
		{"the same person", "the client finds whom it expects", anna, ""},
		{"another person", "the client must not get another's tokens unawares", berta, "login_required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := b.get(t, authURL(d, oauth2.SetAuthURLParam("id_token_hint", tt.hint), oauth2.SetAuthURLParam("prompt", "none")))
			if got.location == nil || got.location.Query().Get("error") != tt.wantError {
				t.Errorf("got %v, want error %q: %s", got.location, tt.wantError, tt.reason)
			}
		})
	}
}

// TestSignInAgain: a browser holds one person. Signing in as the same keeps what was
// granted; signing in as another ends it.
func TestSignInAgain(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct {
		name, reason, second string
		wantAlive            bool
	}{
		{"as the same", "other clients in this browser stay signed in", "ANNA", true},
		{"as another", "nothing of the first person stays in the browser", "berta", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			first := b.signIn(t, d, d.oauth(web), "anna")
			page := b.get(t, authURL(d, oauth2.SetAuthURLParam("prompt", "login")))
			code(t, b.login(t, d, page, tt.second, ""))
			_, err := d.refresh(t.Context(), web, first.RefreshToken)
			if (err == nil) != tt.wantAlive {
				t.Errorf("refresh: %v, want it to work: %v: %s", err, tt.wantAlive, tt.reason)
			}
		})
	}
}

func TestVerifiedEmail(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	tests := []struct{ name, reason, user, email, want string }{
		{"none given", "an address is needed for notices, if only a local one", "anna", "", "anna@localhost"},
		{"given", "it is the person's word", "anna", "anna@example.com", "anna@example.com"},
		{"not given again", "it is kept", "anna", "", "anna@example.com"},
		{"given anew", "it is replaced", "anna", "anna@example.org", "anna@example.org"},
		{"the name is one", "nothing need be made up", "berta@example.com", "", "berta@example.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBrowser(t)
			code(t, b.login(t, d, b.get(t, authURL(d)), tt.user, tt.email))
			subject, err := oidc.SubjectOf(tt.user)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.VerifiedEmail(t.Context(), photos.Owner(subject))
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v; want %q: %s", got, err, tt.want, tt.reason)
			}
		})
	}
	anna, err := oidc.SubjectOf("anna")
	if err != nil {
		t.Fatal(err)
	}
	photostest.Directory(t, d, photos.Owner(anna), "anna@example.org")
}
