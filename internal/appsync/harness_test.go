package appsync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/graph"
	"pam/internal/absent"
	"pam/internal/appsync"
	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/requestid"
	"pam/internal/s3"
	"pam/internal/server"
	"pam/resolvers"
)

// harness is the handler before the real executor, library and catalog.
type harness struct {
	testing.TB
	issuer  *authtest.Issuer
	catalog photos.Catalog
	server  *server.Server
	handler appsync.Handler
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{TB: t, issuer: authtest.NewIssuer(t)}
	logger := slog.New(requestid.LogHandler(slog.NewTextHandler(t.Output(), nil)))
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pam.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h.catalog = db.Catalog()
	// Links are signed without asking the store, so there is none.
	objects := s3.New(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://127.0.0.1:1"),
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}, s3.Buckets{Storage: "storage", Working: "working"})
	library, err := photos.NewLibrary(photos.Config{
		Catalog: h.catalog, Objects: objects, Inspector: absent.Inspector{}, Labeler: absent.Labeler{}, Queue: db.Queue(),
		Notifier: mail{}, Directory: mail{}, Now: time.Now, NewID: photos.ULIDs(), Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.Config{Issuer: authtest.URL, JWKSURL: h.issuer.Server.URL, ClientIDs: []string{authtest.ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	schema := graph.NewExecutableSchema(resolvers.Config(library))
	h.server, err = server.New(server.Config{
		Schema: schema, Verifier: verifier, Logger: logger, Pages: fstest.MapFS{},
		Settings: server.Settings{Issuer: authtest.URL, ClientID: authtest.ClientID, Live: server.LivePoll},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.handler = appsync.Handler{Schema: schema.Schema, Executor: h.server, Verifier: verifier, Logger: logger}
	return h
}

// token is a good one with all scopes, or with those of a claim.
func (h *harness) token(scope ...string) string {
	h.Helper()
	claims := authtest.Claims(time.Now())
	if len(scope) > 0 {
		claims["scope"] = scope[0]
	}
	return h.issuer.Token(h, claims)
}

// caller is whose token it is.
func (h *harness) caller(token string) photos.Caller {
	h.Helper()
	caller, err := h.handler.Verifier.Verify(h.Context(), token)
	if err != nil {
		h.Fatal(err)
	}
	return caller
}

// addPhotos puts labelled photos of the caller on record: the first carries all of the labels, the last only the first.
func (h *harness) addPhotos(owner photos.Owner, labels ...string) {
	h.Helper()
	for i := range labels {
		id := fmt.Sprintf("01K00000000000000000000%03d", i)
		now := time.Now().UTC().Truncate(time.Millisecond)
		p := photos.Photo{
			Owner: owner, ID: id, FileName: fmt.Sprintf("photo \"%d\".jpg", i), ContentType: "image/jpeg", Size: 1000 + int64(i),
			Status: photos.Pending, UploadedAt: now, ExpiresAt: now.Add(photos.PendingLife),
		}
		if err := h.catalog.AddPhotos(h.Context(), []photos.Photo{p}); err != nil {
			h.Fatal(err)
		}
		in := photos.Inspection{SHA256: fmt.Sprintf("%064d", i), ETag: `"e"`, Width: 640, Height: 480}
		for _, name := range labels[:len(labels)-i] {
			in.Labels = append(in.Labels, photos.PhotoLabel{Name: name, Confidence: 90})
		}
		if err := h.catalog.SaveInspection(h.Context(), owner, id, in); err != nil {
			h.Fatal(err)
		}
		if err := h.catalog.CommitLabelled(h.Context(), owner, id); err != nil {
			h.Fatal(err)
		}
	}
}

// execute asks the executor itself, as the API over HTTP does.
func (h *harness) execute(caller photos.Caller, query string, variables map[string]any) *graphql.Response {
	h.Helper()
	ctx := auth.WithCaller(h.Context(), caller)
	return h.server.Execute(ctx, &graphql.RawParams{Query: query, Variables: variables})
}

// decoded is JSON as Go values.
func (h *harness) decoded(text []byte) any {
	h.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		h.Fatalf("%v\n%s", err, text)
	}
	return value
}

// mail knows one address for everybody.
type mail struct{ absent.Notifier }

func (mail) VerifiedEmail(context.Context, photos.Owner) (string, error) {
	return "dan@example.org", nil
}

func (mail) Subscribe(_ context.Context, _ photos.Owner, address string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{Address: address}, nil
}
