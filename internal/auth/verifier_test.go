package auth_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
)

func TestNewVerifier(t *testing.T) {
	good := auth.Config{Issuer: authtest.URL, JWKSURL: "https://issuer.example/jwks.json", ClientIDs: []string{"a"}}
	cases := []struct {
		name, reason string
		change       func(*auth.Config)
		ok           bool
	}{
		{"good", "the base of the other cases", func(*auth.Config) {}, true},
		{"loopback", "the issuer of a laptop has no certificate", func(c *auth.Config) { c.JWKSURL = "http://127.0.0.1:8080/jwks" }, true},
		{"localhost", "as above, by name", func(c *auth.Config) { c.JWKSURL = "http://localhost:8080/jwks" }, true},
		{"plain http", "keys over plain http could be anybody's", func(c *auth.Config) { c.JWKSURL = "http://issuer.example/jwks" }, false},
		{"file", "keys come over HTTP", func(c *auth.Config) { c.JWKSURL = "file:///jwks" }, false},
		{"no address", "without keys nothing can be checked", func(c *auth.Config) { c.JWKSURL = "" }, false},
		{"no issuer", "any issuer would be accepted", func(c *auth.Config) { c.Issuer = "" }, false},
		{"no clients", "no token could be good", func(c *auth.Config) { c.ClientIDs = nil }, false},
		{"empty client", "a token without client_id would be good", func(c *auth.Config) { c.ClientIDs = []string{"a", ""} }, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config := good
			c.change(&config)
			if _, err := auth.NewVerifier(config); (err == nil) != c.ok {
				t.Errorf("error %v, want ok %v: %s", err, c.ok, c.reason)
			}
		})
	}
}

func TestVerifyTells(t *testing.T) {
	issuer, clock, v := setUp(t)
	claims := authtest.Claims(clock.Now())
	claims["scope"] = "pam/archives openid unknown pam/labels.read pam/archives"
	caller, err := v.Verify(t.Context(), issuer.Token(t, claims))
	if err != nil {
		t.Fatal(err)
	}
	if caller.Owner != authtest.Subject || caller.UserName != authtest.UserName || caller.ClientID != authtest.ClientID {
		t.Errorf("caller %+v", caller)
	}
	if got := caller.Scopes; len(got) != 2 || got[0] != photos.ScopeLabelsRead || got[1] != photos.ScopeArchives {
		t.Errorf("scopes %v, want those of the contract in its order, each once", got)
	}
}

// TestMemory holds what is remembered of good tokens against what they say.
func TestMemory(t *testing.T) {
	issuer, clock, v := setUp(t)
	claims := authtest.Claims(clock.Now())
	claims["exp"] = clock.Now().Add(10 * time.Minute).Unix()
	token := issuer.Token(t, claims)
	first, err := v.Verify(t.Context(), token)
	wantCode(t, err, "")
	first.Scopes[0] = "pam/everything"
	second, err := v.Verify(t.Context(), token)
	wantCode(t, err, "")
	if second.Scopes[0] != photos.ScopeLabelsRead {
		t.Error("what one request does with its caller reaches the next")
	}
	second.Scopes[0] = "pam/everything"
	third, err := v.Verify(t.Context(), token)
	wantCode(t, err, "")
	if third.Scopes[0] != photos.ScopeLabelsRead {
		t.Error("what one request does with its caller reaches the next")
	}
	clock.Advance(10*time.Minute + auth.Leeway + time.Second)
	_, err = v.Verify(t.Context(), token)
	wantCode(t, err, photos.Unauthenticated)
}

// FuzzVerify looks for a panic, an error without code, an echo of the token, and of course a forged token that is
// accepted.
func FuzzVerify(f *testing.F) {
	issuer, clock, v := setUp(f)
	good := issuer.Token(f, authtest.Claims(clock.Now()))
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		"", ".", "..", "...", "a.b.c", good + ".", "." + good, parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2],
		authtest.Sign(f, json.RawMessage(`{"alg":"RS256","kid":"key-1"`), json.RawMessage(`{}`), func([]byte) []byte { return []byte("x") }),
		authtest.Sign(f, json.RawMessage(`[]`), json.RawMessage(`null`), func([]byte) []byte { return []byte("x") }),
		authtest.Sign(f, json.RawMessage(`{"alg":["RS256"],"kid":{}}`), json.RawMessage(`0`), func([]byte) []byte { return nil }),
		strings.Repeat("a.", 9000), `{"payload":"e30","signatures":[]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		_, err := v.Verify(t.Context(), token)
		if err == nil {
			// Base64 may be written in more than one way; the bytes must be the good token's.
			if strings.Split(token, ".")[1] != parts[1] {
				t.Fatalf("accepted %q", token)
			}
			return
		}
		if code := photos.CodeOf(err); code != photos.Unauthenticated {
			t.Errorf("code %q for %q", code, token)
		}
		if len(token) > 8 && strings.Contains(err.Error(), token) {
			t.Errorf("the error quotes the token %q", token)
		}
	})
}
