// Package authtest is an issuer of access tokens for tests: a real JWKS over HTTP, and tokens signed with the standard
// library alone, so that a mistake in the library that verifies them cannot hide itself. It forges as willingly as it
// issues; only tests import it.
package authtest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What an Issuer says of itself and of the person who signs in, unless a test says otherwise.
const (
	URL      = "https://issuer.example/pool"
	ClientID = "client-of-the-site"
	Subject  = "0b1d2c3e-0000-4000-8000-000000000001"
	UserName = "dan"
	KeyID    = "key-1"
)

// Issuer serves the keys that it holds. It is safe for concurrent use.
type Issuer struct {
	// Server serves the JWKS at every path.
	Server *httptest.Server
	// Key is the key that KeyID stands for.
	Key *rsa.PrivateKey

	fetches atomic.Int64
	mu      sync.Mutex
	respond http.HandlerFunc
}

// NewIssuer starts an issuer with one key, until the test ends.
func NewIssuer(t testing.TB) *Issuer {
	t.Helper()
	i := &Issuer{Key: Key(t, IssuerKey)}
	i.Publish(JWK(KeyID, &i.Key.PublicKey))
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		i.mu.Lock()
		respond := i.respond
		i.mu.Unlock()
		respond(w, r)
	}))
	t.Cleanup(i.Server.Close)
	return i
}

// Fetches is how often the JWKS has been asked for.
func (i *Issuer) Fetches() int { return int(i.fetches.Load()) }

// Respond replaces how the JWKS is answered.
func (i *Issuer) Respond(h http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.respond = h
}

// Publish replaces the keys of the JWKS.
func (i *Issuer) Publish(keys ...map[string]any) {
	body, err := json.Marshal(map[string]any{"keys": keys})
	i.Respond(func(w http.ResponseWriter, _ *http.Request) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
}

// Claims are those of a good access token for the person at that time, in Cognito's shape.
func Claims(now time.Time) map[string]any {
	return map[string]any{
		"iss": URL, "sub": Subject, "client_id": ClientID, "token_use": "access", "username": UserName,
		"scope": "openid pam/labels.read pam/photos.read pam/photos.write pam/archives",
		"iat":   now.Unix(), "auth_time": now.Unix(), "exp": now.Add(time.Hour).Unix(), "jti": "1",
	}
}

// Token signs the claims with the issuer's key.
func (i *Issuer) Token(t testing.TB, claims map[string]any) string {
	t.Helper()
	return RS256(t, i.Key, map[string]any{"alg": "RS256", "kid": KeyID}, claims)
}

// JWK is the public key as a JWKS holds it.
func JWK(id string, key *rsa.PublicKey) map[string]any {
	return map[string]any{
		"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// RS256 signs any claims under any header.
func RS256(t testing.TB, key *rsa.PrivateKey, header, claims any) string {
	t.Helper()
	return Sign(t, header, claims, func(input []byte) []byte {
		sum := sha256.Sum256(input)
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	})
}

// Sign makes a token of any header and claims with any signature. json.RawMessage stands for itself.
func Sign(t testing.TB, header, claims any, signature func(input []byte) []byte) string {
	t.Helper()
	part := func(value any) string {
		text, ok := value.(json.RawMessage) // as it is: Marshal would refuse what is not JSON
		if !ok {
			var err error
			if text, err = json.Marshal(value); err != nil {
				t.Fatal(err)
			}
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	input := part(header) + "." + part(claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(signature([]byte(input)))
}
