package oidc

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// Kinds of cookies.
const (
	sessionCookie = "session" // who is signed in
	browserCookie = "browser" // which browser this is, signed in or not
)

func (p *Provider) cookie(kind, value string) *http.Cookie {
	return &http.Cookie{
		Name:     p.issuer.cookieName(kind),
		Value:    value,
		Path:     p.issuer.cookiePath(),
		HttpOnly: true,
		Secure:   p.issuer.secure(),
		SameSite: http.SameSiteLaxMode, // clients send people here from other sites
	}
}

// sessionCookieFor keeps a person signed in for the session's lifetime, also when the
// browser is closed.
func (p *Provider) sessionCookieFor(secret string) *http.Cookie {
	c := p.cookie(sessionCookie, secret)
	c.MaxAge = int(sessionLifetime / time.Second)
	return c
}

// sessionHash returns nil where the browser has no session cookie.
func (p *Provider) sessionHash(r *http.Request) []byte {
	c, err := r.Cookie(p.issuer.cookieName(sessionCookie))
	if err != nil || c.Value == "" {
		return nil
	}
	return secretHash(c.Value)
}

// session returns errNoRow where nobody is signed in.
func (p *Provider) session(ctx context.Context, r *http.Request, now time.Time) (session, error) {
	hash := p.sessionHash(r)
	if hash == nil {
		return session{}, errNoRow
	}
	return sessionByHash(ctx, p.store.db, hash, now)
}

// browserSecret returns the secret in the browser's cookie, or a new one with the
// cookie to set.
func (p *Provider) browserSecret(r *http.Request) (string, *http.Cookie) {
	if secret := p.knownBrowser(r); secret != "" {
		return secret, nil
	}
	secret := newSecret()
	return secret, p.cookie(browserCookie, secret)
}

// knownBrowser returns "" for a browser without the cookie.
func (p *Provider) knownBrowser(r *http.Request) string {
	c, err := r.Cookie(p.issuer.cookieName(browserCookie))
	if err != nil {
		return ""
	}
	return c.Value
}

// formToken is what a form must carry to be accepted: it can only be made by someone
// who knows the browser's cookie, and serves for one form alone.
func formToken(browser, form string) string {
	mac := hmac.New(sha256.New, []byte(browser))
	mac.Write([]byte(form))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func validFormToken(token, browser, form string) bool {
	return browser != "" && hmac.Equal([]byte(token), []byte(formToken(browser, form)))
}
