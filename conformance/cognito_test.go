package conformance_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/aws/awstest"
	"pam/internal/aws/cognito"
	"pam/internal/imaging"
	"pam/internal/local/inbox"
	"pam/internal/local/neural"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/server"
	"pam/resolvers"
)

// A person signs in at cognito-local, and PAM takes the access token by the pool's published keys. Amazon's own pool cannot
// be signed in to without a browser, so an account does not run this.
func TestCognitoTokens(t *testing.T) {
	endpoints := awstest.Endpoints(awstest.CognitoLocal)
	if len(endpoints) == 0 {
		t.Skipf("%s names no stand-in: run make conformance", awstest.CognitoLocal)
	}
	cfg := awstest.StandIn(endpoints[0])
	people := newPool(t, cfg)
	client, otherClient := people.newClient(), people.newClient()
	api := serve(t, people, cognito.New(cfg, people.id), client)
	ours, theirs := people.signIn(client), people.signIn(otherClient)
	strangers := newPool(t, cfg)
	foreign := strangers.signIn(strangers.newClient())

	const me, labels = `{me{id name email scopes}}`, `{labels(first:1){totalCount}}`
	for _, c := range []struct {
		name, reason, token, query string
		status                     int
		code                       photos.Code // "" for none
	}{
		{"access token", "this is what it is for", ours.Access, me, http.StatusOK, ""},
		{"no scope", "the person is known, but the token carries no scope of the contract", ours.Access, labels, http.StatusOK, photos.Forbidden},
		{"id token", "it says who somebody is, not what may be done", ours.ID, me, http.StatusUnauthorized, photos.Unauthenticated},
		{"other client", "only the clients that are configured may call", theirs.Access, me, http.StatusUnauthorized, photos.Unauthenticated},
		{"other pool", "cognito-local signs for every pool with the same key, so the issuer alone tells them apart", foreign.Access, me, http.StatusUnauthorized, photos.Unauthenticated},
		{"altered", "the signature covers everything", altered(ours.Access), me, http.StatusUnauthorized, photos.Unauthenticated},
		{"none", "nobody has signed in", "", me, http.StatusUnauthorized, photos.Unauthenticated},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := ask(t, api, c.token, c.query)
			code := photos.Code("")
			if len(answer.Errors) > 0 {
				code = answer.Errors[0].Extensions.Code
			}
			if code != c.code || status != c.status {
				t.Errorf("status %d, code %q (%+v), want %d, %q: %s", status, code, answer.Errors, c.status, c.code, c.reason)
			}
		})
	}
	_, answer := ask(t, api, ours.Access, me)
	if v := answer.Data.Me; v.ID != people.sub || v.Name != "dan" || v.Email != address || len(v.Scopes) != 0 {
		t.Errorf("me is %+v, want the sub %s of the person and what the pool knows", v, people.sub)
	}
}

// altered changes a letter of a token's signature that carries six whole bits.
func altered(token string) string {
	changed := []byte(token)
	i := len(changed) - 10
	if changed[i] == 'A' {
		changed[i] = 'B'
	} else {
		changed[i] = 'A'
	}
	return string(changed)
}

// serve starts the real handler, which takes tokens of the pool's client, and gives its URL.
func serve(t *testing.T, p *pool, directory photos.Directory, client string) string {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "catalog.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	notifier, err := inbox.New(inbox.Config{Subscriptions: db.Subscriptions()})
	if err != nil {
		t.Fatal(err)
	}
	library, err := photos.NewLibrary(photos.Config{
		Catalog: db.Catalog(), Queue: db.Queue(), Notifier: notifier, Directory: directory,
		Objects: s3.New(aws.Config{Region: awstest.Region, BaseEndpoint: aws.String("http://127.0.0.1:1"), Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")},
			s3.Buckets{Storage: "storage", Working: "working"}), // no request of this test gets there
		Inspector: imaging.Inspector{}, Labeler: neural.New(neural.Config{}),
		Now: time.Now, NewID: photos.ULIDs(), Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.Config{Issuer: p.issuer(), JWKSURL: p.issuer() + "/.well-known/jwks.json", ClientIDs: []string{client}})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := server.New(server.Config{
		Schema: graph.NewExecutableSchema(resolvers.Config(library)), Verifier: verifier, Logger: logger, Pages: fstest.MapFS{},
		Settings: server.Settings{Issuer: p.issuer(), ClientID: client, Scopes: []string{"openid"}, Live: server.LiveStream},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewUnstartedServer(nil)
	listener.Config = handler.HTTPServer("")
	listener.Start()
	t.Cleanup(listener.Close)
	return listener.URL
}

// answer is what the API says of the two queries.
type answer struct {
	Data struct {
		Me struct {
			ID, Name, Email string
			Scopes          []string
		}
	}
	Errors []struct {
		Message    string
		Extensions struct{ Code photos.Code }
	}
}

func ask(t *testing.T, api, token, query string) (int, answer) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, api+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got answer
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, got
}
