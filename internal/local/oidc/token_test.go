package oidc_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"pam/internal/local/oidc"
	"pam/internal/photos"
)

func tokenRequest() oidc.TokenRequest {
	return oidc.TokenRequest{
		User: "Anna", ClientID: "pam-cli", Scopes: []string{"pam/labels.read", "pam/archives"}, TTL: time.Hour,
	}
}

// verifiedBy checks a token against the keys that a provider on oidc.DefaultIssuer
// serves, without a port.
func verifiedBy(t *testing.T, p *oidc.Provider, token string) (jose.Header, map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, oidc.DefaultIssuer+"/.well-known/jwks.json", nil))
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(w.Body.Bytes(), &keys); err != nil {
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

// TestIssueAccessToken makes tokens beside a running provider.
func TestIssueAccessToken(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	request := tokenRequest()
	request.Now = d.clock.Now
	token, err := oidc.IssueAccessToken(t.Context(), d.folder, request)
	if err != nil {
		t.Fatal(err)
	}
	_, claims := d.verified(t, token)
	_, login := d.verified(t, newBrowser(t).signIn(t, d, d.oauth(web), "anna").AccessToken)
	now := float64(d.clock.Now().Unix())
	want := map[string]any{
		"iss": d.issuer, "sub": login["sub"], "username": "anna", "client_id": "pam-cli", "token_use": "access",
		"scope": "pam/labels.read pam/archives", "auth_time": now, "iat": now, "exp": now + 3600,
	}
	for name, value := range want {
		if claims[name] != value {
			t.Errorf("%s: got %v, want %v", name, claims[name], value)
		}
	}
	for name := range login {
		if _, ok := claims[name]; !ok {
			t.Errorf("a token of the login has the claim %s, this one has not", name)
		}
	}
	if len(claims) != len(login) {
		t.Errorf("claims: got %v, want those of %v", claims, login)
	}
}

func TestIssueAccessTokenRegisters(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	request := tokenRequest()
	request.User = "carla"
	if _, err := oidc.IssueAccessToken(t.Context(), d.folder, request); err != nil {
		t.Fatal(err)
	}
	subject, err := oidc.SubjectOf("carla")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.VerifiedEmail(t.Context(), photos.Owner(subject)); err != nil || got != "carla@localhost" {
		t.Errorf("got %q, %v; want carla@localhost", got, err)
	}
}

// TestIssueAccessTokenFirst: a token made before the first start is good after it.
func TestIssueAccessTokenFirst(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	token, err := oidc.IssueAccessToken(t.Context(), folder, tokenRequest())
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, oidc.Config{Folder: folder, Issuer: oidc.DefaultIssuer, Clients: clients()})
	if _, claims := verifiedBy(t, p, token); claims["iss"] != oidc.DefaultIssuer {
		t.Errorf("iss: got %v, want %s", claims["iss"], oidc.DefaultIssuer)
	}
}

func TestIssueAccessTokenBounds(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	tests := []struct {
		name, reason string
		change       func(*oidc.TokenRequest)
		ok           bool
	}{
		{"shortest", "1 second is allowed", func(r *oidc.TokenRequest) { r.TTL = time.Second }, true},
		{"longest", "24 hours are allowed", func(r *oidc.TokenRequest) { r.TTL = 24 * time.Hour }, true},
		{"too short", "it would be over at once", func(r *oidc.TokenRequest) { r.TTL = time.Second - 1 }, false},
		{"too long", "Cognito stops at 24 hours, too", func(r *oidc.TokenRequest) { r.TTL = 24*time.Hour + 1 }, false},
		{"no lifetime", "there is no default to guess", func(r *oidc.TokenRequest) { r.TTL = 0 }, false},
		{"no scope", "it would open nothing", func(r *oidc.TokenRequest) { r.Scopes = []string{""} }, false},
		{"unknown scope", "a slip of the pen", func(r *oidc.TokenRequest) { r.Scopes = []string{"pam/all"} }, false},
		{"two scopes in one", "it would smuggle in a scope", func(r *oidc.TokenRequest) { r.Scopes = []string{"pam/archives pam/all"} }, false},
		{"no client", "the API would refuse it", func(r *oidc.TokenRequest) { r.ClientID = "" }, false},
		{"bad user", "nobody has such a name", func(r *oidc.TokenRequest) { r.User = "a b" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request := tokenRequest()
			tt.change(&request)
			token, err := oidc.IssueAccessToken(t.Context(), folder, request)
			if (err == nil) != tt.ok || (token != "") != tt.ok {
				t.Errorf("got %q, %v; want success %v: %s", token, err, tt.ok, tt.reason)
			}
		})
	}
	request := tokenRequest()
	request.User = "a b"
	if _, err := oidc.IssueAccessToken(t.Context(), folder, request); !errors.Is(err, oidc.ErrInvalidUserName) {
		t.Errorf("bad user: got %v, want ErrInvalidUserName, which can be shown", err)
	}
}
