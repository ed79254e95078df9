package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pam/internal/server"
)

func TestPages(t *testing.T) {
	h := newHarness(t, func(c *server.Config) {
		c.Mounts = map[string]http.Handler{"/oidc/": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("login at " + r.URL.Path))
		})}
	})
	sdl, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, reason string
		method, path string
		status       int
		contentType  string
		cache        string
		part         string
	}{
		{"explorer", "the page names scripts by their content, so it must be fresh", "GET", "/graphiql", 200, "text/html; charset=utf-8", "no-cache", "explorer"},
		{"explorer after login", "the login comes back with a code", "GET", "/graphiql?code=x&state=y", 200, "text/html; charset=utf-8", "no-cache", "explorer"},
		{"script", "its name changes with its content", "GET", "/assets/app-1.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export"},
		{"absent script", "what is not there must not be kept for ever", "GET", "/assets/app-2.js", 404, "text/plain; charset=utf-8", "", ""},
		{"list of scripts", "folders are not listed", "GET", "/assets/", 404, "text/plain; charset=utf-8", "", ""},
		{"out of the folder", "a path stays inside", "GET", "/assets/..%2fgraphiql%2findex.html", 404, "text/plain; charset=utf-8", "", ""},
		{"contract", "as it was written, comments and all", "GET", "/schema.graphql", 200, "application/graphql; charset=utf-8", "no-cache", string(sdl)},
		{"contract, posted", "it can only be read", "POST", "/schema.graphql", 405, "text/plain; charset=utf-8", "", ""},
		{"settings", "the pages read them at start", "GET", "/config.json", 200, "application/json; charset=utf-8", "no-store", `"logoutUrl":null,"live":"sse"`},
		{"health without checks", "a server that answers is up", "GET", "/healthz", 200, "application/json; charset=utf-8", "no-store", `{"status":"ok","checks":[]}`},
		{"root", "people land on the application", "GET", "/", 200, "text/html; charset=utf-8", "no-cache", "application"},
		{"root after login", "the login comes back with a code", "GET", "/?code=x&state=y", 200, "text/html; charset=utf-8", "no-cache", "application"},
		{"deep link", "mail leads there", "GET", "/archives/01K0000000000000000000000A", 200, "text/html; charset=utf-8", "no-cache", "application"},
		{"page of the application", "a reload must not lose it", "GET", "/labels", 200, "text/html; charset=utf-8", "no-cache", "application"},
		{"below a page", "only what the application knows is its page", "GET", "/labels/x", 404, "text/plain; charset=utf-8", "", "/graphql"},
		{"elsewhere", "told in words", "GET", "/nothing", 404, "text/plain; charset=utf-8", "", "/graphql"},
		{"below the API", "paths are exact", "GET", "/graphql/x", 404, "text/plain; charset=utf-8", "", "/graphql"},
		{"mounted", "the login sees its whole path", "GET", "/oidc/login", 200, "text/plain; charset=utf-8", "", "login at /oidc/login"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := h.do(h.request(c.method, c.path, nil))
			if a.StatusCode != c.status || !strings.Contains(string(a.text), c.part) {
				t.Errorf("%d, want %d with %.80q: %s\n%.300s", a.StatusCode, c.status, c.part, c.reason, a.text)
			}
			if got := a.Header.Get("Content-Type"); c.contentType != "" && got != c.contentType {
				t.Errorf("Content-Type %q, want %q", got, c.contentType)
			}
			if got := a.Header.Get("Cache-Control"); got != c.cache {
				t.Errorf("Cache-Control %q, want %q: %s", got, c.cache, c.reason)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || a.Header.Get("Referrer-Policy") == "" || a.Header.Get("X-Request-Id") == "" {
				t.Errorf("headers are missing: %v", a.Header)
			}
		})
	}
}

// TestContentPolicy reads the policies of the pages as a browser would.
func TestContentPolicy(t *testing.T) {
	type directive struct {
		directive, reason string
		want              []string
	}
	both := []directive{
		{"default-src", "what is not named is not allowed", []string{"'none'"}},
		{"script-src", "code comes from here alone, never from within the page", []string{"'self'"}},
		{"connect-src", "the API, the login and the store", []string{"'self'", "https://issuer.example", "https://login.example", "https://store.example"}},
		{"img-src", "thumbnails come from the store", []string{"'self'", "data:", "blob:", "https://store.example"}},
		{"form-action", "sign-in and sign-out", []string{"'self'", "https://issuer.example", "https://login.example"}},
		{"base-uri", "relative addresses stay where they are", []string{"'none'"}},
		{"frame-ancestors", "nobody may put the page under a glass", []string{"'none'"}},
	}
	for path, own := range map[string][]directive{
		"/": {
			{"style-src", "the application sets no style within the page", []string{"'self'"}},
			{"worker-src", "its workers are files", []string{"'self'"}},
			{"font-src", "it has no fonts", nil},
		},
		"/graphiql": {{"style-src", "its editor sets styles within the page", []string{"'self'", "'unsafe-inline'"}}},
	} {
		h := newHarness(t, func(c *server.Config) {
			c.LoginOrigins = []string{"https://login.example/"}
			c.StoreOrigin = "https://store.example"
		})
		policy := map[string][]string{}
		for directive := range strings.SplitSeq(h.do(h.request(http.MethodGet, path, nil)).Header.Get("Content-Security-Policy"), ";") {
			words := strings.Fields(directive)
			policy[words[0]] = words[1:]
		}
		for _, c := range append(own, both...) {
			t.Run(path+" "+c.directive, func(t *testing.T) {
				if got := policy[c.directive]; !slices.Equal(got, c.want) {
					t.Errorf("%v, want %v: %s", got, c.want, c.reason)
				}
			})
		}
	}
}

func TestPagesNotBuilt(t *testing.T) {
	h := newHarness(t, func(c *server.Config) { c.Pages = fstest.MapFS{".gitkeep": {}} })
	a := h.do(h.request(http.MethodGet, "/graphiql", nil))
	if a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(a.text), "make build") {
		t.Errorf("%d %s, want 503 that says what to do", a.StatusCode, a.text)
	}
}

func TestCrossOrigin(t *testing.T) {
	const friend, stranger = "https://friend.example", "https://stranger.example"
	open := newHarness(t, func(c *server.Config) { c.AllowOrigins = []string{friend} })
	closed := newHarness(t)
	cases := []struct {
		name, reason string
		h            *harness
		path, origin string
		want         string
	}{
		{"friend", "a site that is configured", open, "/graphql?query={__typename}", friend, friend},
		{"friend, contract", "tools read it from their own pages", open, "/schema.graphql", friend, friend},
		{"friend, settings", "they are for our own pages", open, "/config.json", friend, ""},
		{"stranger", "other sites are not answered", open, "/graphql?query={__typename}", stranger, ""},
		{"similar", "origins are compared whole", open, "/graphql?query={__typename}", friend + ".evil.example", ""},
		{"null", "what hides its origin is a stranger", open, "/graphql?query={__typename}", "null", ""},
		{"none configured", "no list means nobody, not everybody", closed, "/graphql?query={__typename}", friend, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := c.h.do(c.h.request(http.MethodGet, c.path, nil, "Origin", c.origin))
			if got := a.Header.Get("Access-Control-Allow-Origin"); got != c.want {
				t.Errorf("Access-Control-Allow-Origin %q, want %q: %s", got, c.want, c.reason)
			}
			if a.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("there are no cookies to send")
			}
			preflight := c.h.do(c.h.request(http.MethodOptions, c.path, nil, "Origin", c.origin,
				"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"))
			if got := preflight.Header.Get("Access-Control-Allow-Origin"); got != c.want {
				t.Errorf("preflight: Access-Control-Allow-Origin %q, want %q: %s", got, c.want, c.reason)
			}
			if c.want != "" && (preflight.StatusCode != http.StatusNoContent || preflight.Header.Get("Access-Control-Max-Age") != "7200") {
				t.Errorf("preflight: %d, kept for %q seconds", preflight.StatusCode, preflight.Header.Get("Access-Control-Max-Age"))
			}
		})
	}
}

func TestHealth(t *testing.T) {
	good := server.Check{Name: "good", Probe: func(context.Context) error { return nil }}
	bad := server.Check{Name: "bad", Probe: func(context.Context) error { return errors.New("secret: disk full") }}
	slow := server.Check{Name: "slow", Probe: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	deaf := server.Check{Name: "deaf", Probe: func(context.Context) error { time.Sleep(2 * server.HealthTime); return nil }}
	broken := server.Check{Name: "broken", Probe: func(context.Context) error { panic("secret") }}
	cases := []struct {
		name, reason string
		checks       []server.Check
		failing      []string
	}{
		{"good", "all is well", []server.Check{good}, nil},
		{"bad", "one that fails is named, and why is not told", []server.Check{good, bad}, []string{"bad"}},
		{"hanging", "checks run side by side and end in time, whether they heed it or not", []server.Check{slow, deaf, good}, []string{"slow", "deaf"}},
		{"panicking", "a broken check is a failing one", []server.Check{broken}, []string{"broken"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(config *server.Config) { config.Health = c.checks })
			start := time.Now()
			a := h.do(h.request(http.MethodGet, "/healthz", nil))
			if took := time.Since(start); took > server.HealthTime+1500*time.Millisecond {
				t.Errorf("it took %s: %s", took, c.reason)
			}
			var answer struct {
				Status string
				Checks []struct {
					Name string
					OK   bool
					MS   int
				}
			}
			if err := json.Unmarshal(a.text, &answer); err != nil {
				t.Fatal(err)
			}
			var failing []string
			for _, check := range answer.Checks {
				if !check.OK {
					failing = append(failing, check.Name)
				}
			}
			want := http.StatusOK
			if c.failing != nil {
				want = http.StatusServiceUnavailable
			}
			if a.StatusCode != want || !slices.Equal(failing, c.failing) || len(answer.Checks) != len(c.checks) {
				t.Errorf("%d %s, want %d with %v failing: %s", a.StatusCode, a.text, want, c.failing, c.reason)
			}
			if strings.Contains(string(a.text), "secret") {
				t.Errorf("the answer tells about the inside: %s", a.text)
			}
			if c.name == "bad" && !strings.Contains(h.log.String(), "disk full") {
				t.Error("the log does not say what is wrong")
			}
		})
	}
}

// The local login and the object store know one origin, so the pages work under that one alone.
func TestPagesAreAtTheSite(t *testing.T) {
	h := newHarness(t, func(c *server.Config) { c.Site = "http://127.0.0.1:1234" })
	for _, c := range []struct {
		name, reason, host string
		status             int
	}{
		{"the site", "this is where they are", "127.0.0.1:1234", http.StatusOK},
		{"localhost", "it is the same computer by another name", "localhost:1234", http.StatusTemporaryRedirect},
		{"another port", "a tunnel, say", "127.0.0.1:9", http.StatusTemporaryRedirect},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := h.request(http.MethodGet, "/graphiql?query=x", nil)
			r.Host = c.host
			res, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != c.status {
				t.Errorf("%s, want %d: %s", res.Status, c.status, c.reason)
			}
			if to := res.Header.Get("Location"); c.status != http.StatusOK && to != "http://127.0.0.1:1234/graphiql?query=x" {
				t.Errorf("sent to %q: %s", to, c.reason)
			}
		})
	}
}
