package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pam/internal/local/oidc"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	const foreign = "https://evil.example"
	tests := []struct {
		name, reason, method, path, origin string
		want                               string
	}{
		{"token", "the web pages exchange their code there", http.MethodPost, "/oauth2/token", origin, origin},
		{"user info", "the web pages may show who is signed in", http.MethodGet, "/oauth2/userInfo", origin, origin},
		{"revocation", "the web pages sign out", http.MethodPost, "/oauth2/revoke", origin, origin},
		{"keys", "a script may verify tokens", http.MethodGet, "/.well-known/jwks.json", origin, origin},
		{"discovery", "a script finds the endpoints there", http.MethodGet, "/.well-known/openid-configuration", origin, origin},
		{"token, foreign origin", "it is no client", http.MethodPost, "/oauth2/token", foreign, ""},
		{"discovery, foreign origin", "it is no client", http.MethodGet, "/.well-known/openid-configuration", foreign, ""},
		{"login page", "scripts must not read the form", http.MethodGet, "/login", origin, ""},
		{"authorization", "people are sent there, not scripts", http.MethodGet, "/oauth2/authorize", origin, ""},
		{"null origin", "a sandboxed frame has it", http.MethodPost, "/oauth2/token", "null", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(t, tt.method, d.issuer+tt.path, nil)
			r.Header.Set("Origin", tt.origin)
			if got := newBrowser(t).do(t, r).header.Get("Access-Control-Allow-Origin"); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
			r = newRequest(t, http.MethodOptions, d.issuer+tt.path, nil)
			r.Header.Set("Origin", tt.origin)
			r.Header.Set("Access-Control-Request-Method", tt.method)
			r.Header.Set("Access-Control-Request-Headers", "authorization")
			if got := newBrowser(t).do(t, r).header.Get("Access-Control-Allow-Origin"); got != tt.want {
				t.Errorf("preflight: got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	login := newBrowser(t).get(t, authURL(d))
	token := newBrowser(t).post(t, d.issuer+"/oauth2/token", url.Values{})
	tests := []struct {
		name, reason string
		answer       answer
		header, want string
	}{
		{"login, framing", "a foreign page must not lay itself over the form", login, "X-Frame-Options", "DENY"},
		{"login, policy", "no script runs here, and the form ends at the client",
			login, "Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + origin},
		{"login, storage", "the form's token is for one moment", login, "Cache-Control", "no-store"},
		{"login, type", "the browser must not guess", login, "X-Content-Type-Options", "nosniff"},
		{"login, language", "screen readers choose their voice by it", login, "Content-Type", "text/html; charset=utf-8"},
		{"token, storage", "RFC 6749, section 5.1", token, "Cache-Control", "no-store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.answer.header.Get(tt.header); got != tt.want {
				t.Errorf("%s: got %q, want %q: %s", tt.header, got, tt.want, tt.reason)
			}
		})
	}
	for _, want := range []string{`<html lang="en">`, `<label for="username">`, `<label for="email">`, "<h1>", `href="/oidc/style.css"`} {
		if !strings.Contains(login.body, want) {
			t.Errorf("the login page lacks %s", want)
		}
	}
	for _, unwanted := range []string{"<script", "style=", `type="password"`} {
		if strings.Contains(login.body, unwanted) {
			t.Errorf("the login page has %s", unwanted)
		}
	}
	if style := newBrowser(t).get(t, d.issuer+"/style.css"); style.status != http.StatusOK || !strings.Contains(style.body, "prefers-color-scheme") {
		t.Errorf("style sheet: status %d", style.status)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b := newBrowser(t)
	var cookies []*http.Cookie
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	start := b.get(t, authURL(d))
	cookies = append(cookies, (&http.Response{Header: start.header}).Cookies()...)
	back := b.login(t, d, b.get(t, start.location.String()), "anna", "")
	cookies = append(cookies, (&http.Response{Header: back.header}).Cookies()...)
	if len(cookies) != 2 {
		t.Fatalf("got %d cookies, want one for the browser and one for the session", len(cookies))
	}
	for _, c := range cookies {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/oidc" || c.Secure {
			t.Errorf("%s: %+v; want HttpOnly, SameSite=Lax, Path=/oidc, and no Secure over http", c.Name, c)
		}
	}
}

// TestIssuers serves under addresses that a test's port does not have.
func TestIssuers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason, issuer, cookie string
	}{
		{"https", "a cookie must not travel in the clear", "https://pam.example/oidc", "; Path=/oidc; HttpOnly; Secure; SameSite=Lax"},
		{"without path", "the provider may have a host of its own", "https://login.pam.example", "; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"IPv6", "that is a loopback address, too", "http://[::1]:8080/oidc", "; Path=/oidc; HttpOnly; SameSite=Lax"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := open(t, oidc.Config{Folder: newFolder(t), Issuer: tt.issuer, Clients: clients()})
			d := &deployment{issuer: tt.issuer}
			ask := func(url string) *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				p.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
				return w
			}
			w := ask(authURL(d))
			if got := w.Header().Get("Set-Cookie"); !strings.HasSuffix(got, tt.cookie) {
				t.Errorf("cookie %q, want its end to be %q: %s", got, tt.cookie, tt.reason)
			}
			if got := w.Header().Get("Location"); !strings.HasPrefix(got, tt.issuer+"/login?") {
				t.Errorf("location %q: %s", got, tt.reason)
			}
			if w := ask(tt.issuer + "/.well-known/openid-configuration"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), tt.issuer) {
				t.Errorf("discovery: status %d, body %s", w.Code, w.Body)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	server := strings.TrimSuffix(d.issuer, "/oidc")
	tests := []struct {
		name, reason, method, url, host string
		want                            int
	}{
		{"outside the issuer's path", "the rest of the server is not ours", http.MethodGet, server + "/login", "", http.StatusNotFound},
		{"unknown path", "there is nothing", http.MethodGet, d.issuer + "/nothing", "", http.StatusNotFound},
		{"wrong method", "keys are read only", http.MethodPost, d.issuer + "/.well-known/jwks.json", "", http.StatusMethodNotAllowed},
		{"foreign host name", "a page elsewhere can make its name resolve to this computer", http.MethodGet, d.issuer + "/.well-known/jwks.json", "evil.example", http.StatusMisdirectedRequest},
		{"foreign host name with our port", "the same", http.MethodGet, d.issuer + "/.well-known/jwks.json", "evil.example:" + port(t, server), http.StatusMisdirectedRequest},
		{"localhost", "another name of the same interface", http.MethodGet, d.issuer + "/.well-known/jwks.json", "localhost:" + port(t, server), http.StatusOK},
		{"login page without request", "there is nothing to sign in to", http.MethodGet, d.issuer + "/login", "", http.StatusBadRequest},
		{"sign-out page without cookie", "nobody was sent here by us", http.MethodGet, d.issuer + "/logout/confirm", "", http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(t, tt.method, tt.url, nil)
			if tt.host != "" {
				r.Host = tt.host
			}
			if got := newBrowser(t).do(t, r).status; got != tt.want {
				t.Errorf("status %d, want %d: %s", got, tt.want, tt.reason)
			}
		})
	}
	t.Run("huge body", func(t *testing.T) {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {strings.Repeat("x", 65<<10)}}
		if got := newBrowser(t).post(t, d.issuer+"/oauth2/token", form).status; got != http.StatusBadRequest {
			t.Errorf("status %d, want 400", got)
		}
	})
}

func port(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}
