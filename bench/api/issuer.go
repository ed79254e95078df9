package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"pam/internal/photos"
)

// What the issuer says of itself, and the client that all tokens are for.
const (
	issuerURL = "https://issuer.example/pool"
	clientID  = "client-of-the-bench"
	keyID     = "key-1"
	keyBits   = 2048 // as Cognito's keys have
)

// tokenTotal is how many tokens the requests carry in turns.
const tokenTotal = 64

// issuer signs access tokens in Cognito's shape and publishes its key.
type issuer struct {
	signer jose.Signer
	jwks   []byte
}

func newIssuer() (*issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, err
	}
	jwks, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: keyID, Algorithm: string(jose.RS256), Use: "sig"}}})
	return &issuer{signer, jwks}, err
}

// tokens gives tokens of the owner, each another one, with all scopes and good for a day.
func (i *issuer) tokens() ([]string, error) {
	now := time.Now()
	scopes := []string{"openid"}
	for _, s := range photos.AllScopes() {
		scopes = append(scopes, string(s))
	}
	all := make([]string, tokenTotal)
	for n := range all {
		token, err := jwt.Signed(i.signer).Claims(map[string]any{
			"iss": issuerURL, "sub": string(owner), "client_id": clientID, "token_use": "access", "username": "dan",
			"scope": strings.Join(scopes, " "), "version": 2, "origin_jti": fmt.Sprintf("0b1d2c3e-0000-4000-9000-%012d", n),
			"event_id": fmt.Sprintf("0b1d2c3e-0000-4000-a000-%012d", n), "jti": fmt.Sprintf("0b1d2c3e-0000-4000-b000-%012d", n),
			"iat": now.Unix(), "auth_time": now.Unix(), "exp": now.Add(24 * time.Hour).Unix(),
		}).Serialize()
		if err != nil {
			return nil, err
		}
		all[n] = token
	}
	return all, nil
}

// serve publishes the key until it is closed, and says where.
func (i *issuer) serve(ctx context.Context) (address string, closeServer func() error, err error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(i.jwks) // whoever asks may be gone
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return "http://" + listener.Addr().String() + "/jwks.json", func() error {
		err := server.Close()
		if served := <-served; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}
