package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

const (
	web      = "pam-web"
	callback = "http://127.0.0.1:7777/callback"
	farewell = "http://127.0.0.1:7777/bye"
	origin   = "http://127.0.0.1:7777"
)

// clients are two applications, so that each test can try to use one's codes and
// tokens from the other.
func clients() []oidc.Client {
	return []oidc.Client{
		{
			ID: web, Scopes: oidc.Scopes(), RedirectURIs: []string{callback},
			PostLogoutRedirectURIs: []string{farewell}, AllowedOrigins: []string{origin},
		},
		{
			ID: "reader", Scopes: []string{"openid", string(photos.ScopePhotosRead)},
			RedirectURIs: []string{callback, "http://127.0.0.1:7777/reader"},
		},
	}
}

// makeTestKey makes the one key of this test process: making one takes long.
var makeTestKey = sync.OnceValue(func() []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
})

// newFolder is a data folder that holds a key already.
func newFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "signing-key.pem"), makeTestKey(), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// deployment is a provider on a real port, which can be stopped and started again on
// the same folder and address.
type deployment struct {
	*oidc.Provider
	issuer string
	folder string
	clock  *clock

	mu      sync.Mutex
	handler http.Handler
}

func (d *deployment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	handler := d.handler
	d.mu.Unlock()
	handler.ServeHTTP(w, r)
}

func deploy(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{folder: newFolder(t), clock: &clock{now: time.Now().Truncate(time.Second)}}
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	d.issuer = srv.URL + "/oidc"
	d.start(t)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *deployment) start(t *testing.T) {
	t.Helper()
	p, err := oidc.Open(t.Context(), oidc.Config{
		Folder: d.folder, Issuer: d.issuer, Clients: clients(), Now: d.clock.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Provider, d.handler = p, p.Handler()
}

func (d *deployment) restart(t *testing.T) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d.start(t)
}

// open opens a provider that is closed with the test.
func open(t *testing.T, cfg oidc.Config) *oidc.Provider {
	t.Helper()
	cfg.Logger = slog.New(slog.DiscardHandler)
	p, err := oidc.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// oauth is the client's view of the provider.
func (d *deployment) oauth(clientID string, scopes ...string) *oauth2.Config {
	if len(scopes) == 0 {
		scopes = []string{"openid", string(photos.ScopePhotosRead)}
	}
	return &oauth2.Config{
		ClientID: clientID, RedirectURL: callback, Scopes: scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: d.issuer + "/oauth2/authorize", TokenURL: d.issuer + "/oauth2/token", AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// browser keeps cookies and follows redirects, except those to the client.
type browser struct {
	*http.Client
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{&http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), origin+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// answer is a response that was read to its end.
type answer struct {
	status   int
	header   http.Header
	body     string
	url      *url.URL // where redirects ended
	location *url.URL // the redirect to the client; nil without
}

func (b browser) do(t *testing.T, r *http.Request) answer {
	t.Helper()
	resp, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: string(body), url: resp.Request.URL}
	if resp.Header.Get("Location") != "" {
		if a.location, err = resp.Location(); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func (b browser) get(t *testing.T, url string) answer {
	t.Helper()
	return b.do(t, newRequest(t, http.MethodGet, url, nil))
}

func (b browser) post(t *testing.T, url string, form url.Values) answer {
	t.Helper()
	return b.do(t, newRequest(t, http.MethodPost, url, form))
}

func newRequest(t *testing.T, method, url string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// hiddenFields reads what a page's form would send back by itself.
func hiddenFields(t *testing.T, page answer) url.Values {
	t.Helper()
	form := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(page.body, -1) {
		form.Set(m[1], m[2])
	}
	if len(form) == 0 {
		t.Fatalf("no form in the page (status %d): %s", page.status, page.body)
	}
	return form
}

// login fills in the login page on which the browser is.
func (b browser) login(t *testing.T, d *deployment, page answer, user, email string) answer {
	t.Helper()
	form := hiddenFields(t, page)
	form.Set("username", user)
	form.Set("email", email)
	return b.post(t, d.issuer+"/login", form)
}

// code takes the code out of the redirect to the client.
func code(t *testing.T, a answer) string {
	t.Helper()
	if a.location == nil || a.location.Query().Get("code") == "" {
		t.Fatalf("no redirect with a code: status %d, location %v, body %s", a.status, a.location, a.body)
	}
	return a.location.Query().Get("code")
}

// signIn goes through the whole flow.
func (b browser) signIn(t *testing.T, d *deployment, cfg *oauth2.Config, user string) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	page := b.get(t, cfg.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	token, err := cfg.Exchange(t.Context(), code(t, b.login(t, d, page, user, "")), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// refresh asks for new tokens.
func (d *deployment) refresh(ctx context.Context, clientID, token string) (*oauth2.Token, error) {
	return d.oauth(clientID).TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
}

// wantOAuthError checks the `error` of a token endpoint's refusal.
func wantOAuthError(t *testing.T, err error, want string) {
	t.Helper()
	var e *oauth2.RetrieveError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an OAuth error %q", err, want)
	}
	if e.ErrorCode != want || e.Response.StatusCode != http.StatusBadRequest {
		t.Errorf("got error %q with status %d, want %q with 400", e.ErrorCode, e.Response.StatusCode, want)
	}
}

// verified checks a token against the keys that the provider serves, and returns its
// header and claims.
func (d *deployment) verified(t *testing.T, token string) (jose.Header, map[string]any) {
	t.Helper()
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(newBrowser(t).get(t, d.issuer+"/.well-known/jwks.json").body), &keys); err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := parsed.Claims(keys, &claims); err != nil {
		t.Fatal(err)
	}
	return parsed.Headers[0], claims
}
