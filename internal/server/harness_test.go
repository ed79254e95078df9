package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/requestid"
	"pam/internal/s3"
	"pam/internal/server"
	"pam/resolvers"
	"pam/web"
)

// harness is the real handler on a real listener: resolvers and library over a real catalog in SQLite, links signed by
// the real signer, tokens checked against a real JWKS. Nothing reaches an object store, since no byte of a photo passes
// through the API.
type harness struct {
	*testing.T
	issuer  *authtest.Issuer
	clock   *clock
	catalog *sqlite.Catalog
	server  *server.Server
	url     string
	log     *buffer
}

// newHarness starts one; change, where given, adapts what the server is made of.
func newHarness(t *testing.T, change ...func(*server.Config)) *harness {
	t.Helper()
	h := &harness{T: t, issuer: authtest.NewIssuer(t), clock: &clock{now: time.Now().UTC().Truncate(time.Second)}, log: &buffer{}}
	logger := slog.New(requestid.LogHandler(slog.NewJSONHandler(h.log, nil)))

	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "catalog.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.catalog = db.Catalog()
	library, err := photos.NewLibrary(photos.Config{
		Catalog:       h.catalog,
		Objects:       signer(),
		Queue:         db.Queue(),
		Inspector:     detector{},
		Labeler:       detector{},
		Notifier:      nobody{},
		Directory:     nobody{},
		Now:           h.clock.Now,
		NewID:         photos.ULIDs(),
		Logger:        logger,
		WatchInterval: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.Config{
		Issuer: authtest.URL, JWKSURL: h.issuer.Server.URL, ClientIDs: []string{authtest.ClientID}, Now: h.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	config := server.Config{
		Schema:   graph.NewExecutableSchema(resolvers.Config(library)),
		Verifier: verifier,
		Logger:   logger,
		Pages: fstest.MapFS{
			web.AppPage:       {Data: []byte("<!doctype html><title>application</title>")},
			web.GraphiQLPage:  {Data: []byte("<!doctype html><title>explorer</title>")},
			"assets/app-1.js": {Data: []byte("export {}")},
		},
		Settings: server.Settings{
			Issuer: authtest.URL, ClientID: authtest.ClientID, Scopes: []string{"openid"}, Live: server.LiveStream,
		},
		StoreOrigin: "http://127.0.0.1:8081",
		Stock:       os.Getenv("PAM_TEST_STOCK") != "", // the same tests hold for plain gqlgen
	}
	for _, f := range change {
		f(&config)
	}
	if h.server, err = server.New(config); err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewUnstartedServer(nil)
	listener.Config = h.server.HTTPServer("")
	listener.Start()
	t.Cleanup(listener.Close)
	h.url = listener.URL
	return h
}

// signer is the object store's client, which signs without asking the store.
func signer() photos.Objects {
	return s3.New(aws.Config{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String("http://127.0.0.1:1"),
		Credentials:  credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}, s3.Buckets{Storage: "storage", Working: "working"})
}

// detector stands in for what only jobs need; the API must not call it.
type detector struct{}

func (detector) Inspect(context.Context, []byte, string) (photos.Inspected, error) {
	panic("a request inspected a photo")
}

func (detector) Label(context.Context, photos.Picture) ([]photos.PhotoLabel, error) {
	panic("a request labelled a photo")
}

// nobody has no address.
type nobody struct{}

func (nobody) VerifiedEmail(context.Context, photos.Owner) (string, error) {
	return "", photos.Errorf(photos.NotFound, "no address")
}

func (nobody) Notify(context.Context, photos.Notice, photos.Archive) error { return nil }

func (nobody) Subscribe(context.Context, photos.Owner, string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{}, photos.Errorf(photos.NotFound, "no address")
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// buffer is a log that can be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// token is a good one for the person and all scopes, with claims changed where given.
func (h *harness) token(change ...func(map[string]any)) string {
	h.Helper()
	claims := authtest.Claims(h.clock.Now())
	for _, f := range change {
		f(claims)
	}
	return h.issuer.Token(h, claims)
}

// answer is what came back.
type answer struct {
	*http.Response
	text []byte
	body struct {
		Errors []struct {
			Message    string         `json:"message"`
			Path       []any          `json:"path"`
			Extensions map[string]any `json:"extensions"`
		} `json:"errors"`
		Data json.RawMessage `json:"data"`
	}
}

// code is extensions.code of the first error; "" without errors.
func (a answer) code() string {
	if len(a.body.Errors) == 0 {
		return ""
	}
	code, _ := a.body.Errors[0].Extensions["code"].(string)
	return code
}

// do sends a request and reads the answer whole.
func (h *harness) do(r *http.Request) answer {
	h.Helper()
	resp, err := http.DefaultTransport.RoundTrip(r) // no redirects are followed
	if err != nil {
		h.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		h.Fatal(err)
	}
	a := answer{Response: resp, text: text}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &a.body); err != nil {
			h.Fatalf("the answer is not JSON: %v\n%s", err, text)
		}
	}
	return a
}

// request makes a request for this server.
func (h *harness) request(method, path string, body []byte, headers ...string) *http.Request {
	h.Helper()
	r, err := http.NewRequestWithContext(h.Context(), method, h.url+path, bytes.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// post sends an operation with a token ("" for none), and gives the answer under the standard media type.
func (h *harness) post(token, query string, variables ...any) answer {
	h.Helper()
	params := map[string]any{"query": query}
	if len(variables) > 0 {
		params["variables"] = variables[0]
	}
	body, err := json.Marshal(params)
	if err != nil {
		h.Fatal(err)
	}
	r := h.request(http.MethodPost, "/graphql", body,
		"Content-Type", "application/json", "Accept", "application/graphql-response+json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return h.do(r)
}

// checkErrors holds every error of an answer against the contract: a code of its list, and the id of the request.
func (h *harness) checkErrors(a answer) {
	h.Helper()
	id := a.Header.Get("X-Request-Id")
	if id == "" {
		h.Error("the answer has no X-Request-Id")
	}
	for _, e := range a.body.Errors {
		code, _ := e.Extensions["code"].(string)
		switch photos.Code(code) {
		case photos.Unauthenticated, photos.Forbidden, photos.BadUserInput, photos.NotFound, photos.Conflict,
			photos.LimitExceeded, photos.Internal:
		default:
			h.Errorf("code %q is not in the contract: %s", code, a.text)
		}
		if e.Extensions["requestId"] != id {
			h.Errorf("requestId %v, want %q of the header: %s", e.Extensions["requestId"], id, a.text)
		}
		if e.Message == "" {
			h.Errorf("an error without a message: %s", a.text)
		}
	}
}

var _ graphql.ExecutableSchema = stubSchema{}

// stubSchema is the contract with another execution: for failures that no resolver should have.
type stubSchema struct {
	graphql.ExecutableSchema
	exec func(context.Context) graphql.ResponseHandler
}

// Exec runs the stub.
func (s stubSchema) Exec(ctx context.Context) graphql.ResponseHandler { return s.exec(ctx) }
