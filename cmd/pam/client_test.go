package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/oauth2"

	"pam/internal/photos"
)

// startProgram runs the program that serve runs, on a data folder, until the test or stop ends it; change, where given,
// adapts it before it runs.
func startProgram(t *testing.T, data string, change ...func(*program)) (p *program, stop func()) {
	t.Helper()
	s := settings{addr: "127.0.0.1:0", s3Addr: "127.0.0.1:0", data: data, mailFrom: "pam@localhost", archiveWorkers: 2, archiveMemory: photos.DefaultArchiveMemory,
		stock: os.Getenv("PAM_TEST_STOCK") != ""} // the same tests hold for plain gqlgen
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	p, err := openProgram(t.Context(), s, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(p)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx) }()
	var stopped bool
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the program ended with %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the program does not end")
		}
	}
	t.Cleanup(stop)
	return p, stop
}

// signIn goes through the login page with the authorization code and PKCE, as a browser does, and gives an access token.
func signIn(t *testing.T, site, userName string) string {
	t.Helper()
	var discovery struct {
		Authorize string `json:"authorization_endpoint"`
		Token     string `json:"token_endpoint"`
	}
	getJSON(t, site+"/oidc/.well-known/openid-configuration", &discovery)
	scopes := []string{"openid", "email"}
	for _, s := range photos.AllScopes() {
		scopes = append(scopes, string(s))
	}
	config := oauth2.Config{
		ClientID: pagesClient, RedirectURL: site + "/graphiql", Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: discovery.Authorize, TokenURL: discovery.Token, AuthStyle: oauth2.AuthStyleInParams},
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if req.URL.Path == "/graphiql" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	verifier := oauth2.GenerateVerifier()
	page, err := browser.Get(config.AuthCodeURL("a state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	action, form := readForm(t, page)
	if _, ok := form["username"]; !ok {
		t.Fatalf("the login page asks for %v", form)
	}
	form.Set("username", userName)
	back, err := browser.PostForm(action, form)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Body.Close()
	where, err := back.Location()
	if err != nil {
		t.Fatalf("after the login: %s, %v", back.Status, err)
	}
	if where.Query().Get("state") != "a state" {
		t.Errorf("the state did not come back: %s", where)
	}
	token, err := config.Exchange(t.Context(), where.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// readForm gives the target and the fields of the one form of a page.
func readForm(t *testing.T, page *http.Response) (string, url.Values) {
	t.Helper()
	defer page.Body.Close()
	root, err := html.Parse(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	attribute := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	action, fields := "", url.Values{}
	for n := range root.Descendants() {
		switch {
		case n.Type == html.ElementNode && n.Data == "form":
			target, err := page.Request.URL.Parse(attribute(n, "action"))
			if err != nil {
				t.Fatal(err)
			}
			action = target.String()
		case n.Type == html.ElementNode && n.Data == "input" && attribute(n, "name") != "":
			fields.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	if action == "" {
		t.Fatalf("%s has no form: %s", page.Request.URL, page.Status)
	}
	return action, fields
}

func getJSON(t *testing.T, address string, into any) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, res.Status, err)
	}
}

// api is the GraphQL API as a third party uses it.
type api struct {
	t     *testing.T
	site  string
	token string
}

type graphQLError struct {
	Message    string         `json:"message"`
	Extensions map[string]any `json:"extensions"`
}

func (a api) request(ctx context.Context, accept, query string, variables map[string]any) *http.Response {
	a.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		a.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.site+"/graphql", bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "Bearer "+a.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	return res
}

// try does an operation and gives its errors.
func (a api) try(query string, variables map[string]any, into any) []graphQLError {
	a.t.Helper()
	res := a.request(a.t.Context(), "application/graphql-response+json", query, variables)
	defer res.Body.Close()
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphQLError  `json:"errors"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		a.t.Fatalf("%s: %v", res.Status, err)
	}
	if into != nil && len(answer.Data) > 0 {
		if err := json.Unmarshal(answer.Data, into); err != nil {
			a.t.Fatal(err)
		}
	}
	return answer.Errors
}

// do does an operation that must succeed.
func (a api) do(query string, variables map[string]any, into any) {
	a.t.Helper()
	if errs := a.try(query, variables, into); len(errs) > 0 {
		a.t.Fatalf("%s: %+v", query, errs)
	}
}

// follow subscribes and calls take with the data of each event, until take is content or the stream ends.
func (a api) follow(query string, variables map[string]any, take func(data json.RawMessage) (content bool)) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 3*time.Minute)
	defer cancel()
	res := a.request(ctx, "text/event-stream", query, variables)
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		body, _ := io.ReadAll(res.Body)
		a.t.Fatalf("%s %s: %s", res.Status, got, body)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 4<<20)
	event := ""
	for lines.Scan() {
		switch field, value, _ := strings.Cut(lines.Text(), ":"); field {
		case "event":
			event = strings.TrimSpace(value)
			if event == "complete" {
				return
			}
		case "data":
			if event != "next" {
				continue
			}
			var answer struct {
				Data   json.RawMessage `json:"data"`
				Errors []graphQLError  `json:"errors"`
			}
			if err := json.Unmarshal([]byte(value), &answer); err != nil || len(answer.Errors) > 0 {
				a.t.Fatalf("event %s: %v", value, err)
			}
			if take(answer.Data) {
				return
			}
		}
	}
	a.t.Fatalf("the stream broke: %v", lines.Err())
}

// uploadAll sends files as a client would, and gives the ids of their photos by name.
func (a api) uploadAll(files map[string][]byte) map[string]string {
	a.t.Helper()
	var inputs []map[string]any
	var names []string
	for name, data := range files {
		names = append(names, name)
		inputs = append(inputs, map[string]any{
			"fileName": name, "contentType": "image/jpeg", "size": len(data),
			"crc32": base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data))),
		})
	}
	var out struct {
		UploadUrls []struct {
			UploadURL *struct {
				Photo   struct{ ID string }
				URL     string
				Method  string
				Headers []struct{ Name, Value string }
			}
			Error *struct{ Message string }
		}
	}
	a.do(`mutation($inputs: [UploadUrlInput!]!) { uploadUrls(inputs: $inputs) {
		uploadUrl { photo { id } url method headers { name value } } error { message } } }`, map[string]any{"inputs": inputs}, &out)
	ids := map[string]string{}
	for i, u := range out.UploadUrls {
		if u.Error != nil {
			a.t.Fatalf("%s: %s", names[i], u.Error.Message)
		}
		req, err := http.NewRequestWithContext(a.t.Context(), u.UploadURL.Method, u.UploadURL.URL, bytes.NewReader(files[names[i]]))
		if err != nil {
			a.t.Fatal(err)
		}
		for _, h := range u.UploadURL.Headers {
			req.Header.Set(h.Name, h.Value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			a.t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			a.t.Fatalf("PUT %s: %s %s", names[i], res.Status, body)
		}
		ids[names[i]] = u.UploadURL.Photo.ID
	}
	return ids
}

// download gets what a link leads to.
func download(t *testing.T, link string) []byte {
	t.Helper()
	res, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("download: %s, %v", res.Status, err)
	}
	return body
}

// testPhotos is where the photographs for tests lie. It is read before the program starts: while the object store runs,
// relative paths lead elsewhere.
const testPhotos = "../../testdata/photos"

// vars makes variables of pairs.
func vars(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}
