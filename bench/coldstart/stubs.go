package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"time"
)

// stubs is everything that the functions ask in the benchmark: an issuer's keys, and a DynamoDB that has no item.
type stubs struct {
	server  *http.Server
	address string
	token   string
}

func startStubs(ctx context.Context) (*stubs, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &stubs{address: "http://" + listener.Addr().String()}
	keys, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "kid": "key", "use": "sig", "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}}})
	if err != nil {
		return nil, err
	}
	if s.token, err = sign(key, map[string]any{
		"iss": s.issuer(), "sub": "0b1d2c3e-0000-4000-8000-000000000001", "username": "dan", "client_id": "pages", "token_use": "access",
		"scope": "openid pam/labels.read pam/photos.read", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pool/.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(keys)
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, "{}")
	})
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }() // it ends with stop
	return s, nil
}

func (s *stubs) stop() { _ = s.server.Close() }

func (s *stubs) issuer() string { return s.address + "/pool" }

// sign makes a token.
func sign(key *rsa.PrivateKey, claims map[string]any) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"key"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// pamEnv is the environment of PAM's functions.
func (s *stubs) pamEnv() []string {
	const queue = "https://sqs.us-east-1.amazonaws.com/111122223333/pam-"
	return environment(
		"AWS_ENDPOINT_URL="+s.address, "PAM_TABLE=pam", "PAM_STORAGE_BUCKET=pam-storage", "PAM_WORKING_BUCKET=pam-working",
		"PAM_DETECTOR_QUEUE_URL="+queue+"detector", "PAM_ARCHIVER_QUEUE_URL="+queue+"archiver", "PAM_MAX_RECEIVES=5",
		"PAM_ISSUER="+s.issuer(), "PAM_CLIENT_IDS=pages", "PAM_USER_POOL_ID=us-east-1_AbCdEfGhI", "PAM_SITE=https://photos.example.org",
		"PAM_STORE_ORIGIN=https://pam-storage.s3.us-east-1.amazonaws.com", "PAM_TOPIC_PREFIX=arn:aws:sns:us-east-1:111122223333:pam-",
	)
}

// apolloEnv is the environment of the Apollo Server.
func (s *stubs) apolloEnv() []string {
	schema, err := filepath.Abs("schema.graphql")
	if err != nil {
		panic(err) // there is no working folder
	}
	return environment("NODE_ENV=production", "ISSUER="+s.issuer(), "JWKS_URL="+s.issuer()+"/.well-known/jwks.json", "SCHEMA="+schema)
}
