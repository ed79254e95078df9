package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const (
	standard = "application/graphql-response+json"
	legacy   = "application/json"
)

// TestGraphQLOverHTTP holds requests without a token against GraphQL over HTTP: which status, which media type, and that
// a request error has no data. The audits of graphql-http (conformance/) look at the same from outside.
func TestGraphQLOverHTTP(t *testing.T) {
	h := newHarness(t)
	get := func(params ...string) string {
		q := url.Values{}
		for i := 0; i < len(params); i += 2 {
			q.Add(params[i], params[i+1])
		}
		return "/graphql?" + q.Encode()
	}
	const ok = `{"query":"{ __typename }"}`
	cases := []struct {
		name, reason string
		method, path string
		contentType  string
		accept       string
		body         string
		status       int
		mediaType    string
		data         bool
	}{
		{"standard", "what a modern client sends", "POST", "/graphql", legacy, standard, ok, 200, standard, true},
		{"legacy", "what an older client sends", "POST", "/graphql", legacy, legacy, ok, 200, legacy, true},
		{"no Accept", "the draft's answer to clients that predate it", "POST", "/graphql", legacy, "", ok, 200, legacy, true},
		{"any", "as above", "POST", "/graphql", legacy, "*/*", ok, 200, legacy, true},
		{"any application", "as above", "POST", "/graphql", legacy, "application/*", ok, 200, legacy, true},
		{"both", "the standard one is the better where a client names both", "POST", "/graphql", legacy, legacy + ", " + standard, ok, 200, standard, true},
		{"Apollo Client", "its header, word for word", "POST", "/graphql", legacy, standard + ",application/json;q=0.9", ok, 200, standard, true},
		{"legacy preferred", "quality decides", "POST", "/graphql", legacy, standard + ";q=0.2, " + legacy + ";q=0.8", ok, 200, legacy, true},
		{"legacy excluded", "a quality of 0 means not at all", "POST", "/graphql", legacy, legacy + ";q=0, */*;q=0.1", ok, 200, standard, true},
		{"a browser", "its header; only the wildcard matches", "GET", get("query", "{ __typename }"), "", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", 200, legacy, true},
		{"nothing that we have", "better told than sent what cannot be read", "POST", "/graphql", legacy, "text/html", ok, 406, legacy, false},
		{"broken Accept", "a range that cannot be read matches nothing", "POST", "/graphql", legacy, ";;;, application/json", ok, 200, legacy, true},
		{"broken quality", "as above", "POST", "/graphql", legacy, "application/json;q=x", ok, 406, legacy, false},

		{"UTF-8 said", "it is the one encoding", "POST", "/graphql", "application/json; charset=UTF-8", standard, ok, 200, standard, true},
		{"another encoding", "it is the one encoding", "POST", "/graphql", "application/json; charset=utf-16", standard, ok, 415, standard, false},
		{"no Content-Type", "the body could be anything", "POST", "/graphql", "", standard, ok, 415, standard, false},
		{"a form", "a form can be sent by any site", "POST", "/graphql", "application/x-www-form-urlencoded", standard, "query=%7B__typename%7D", 415, standard, false},
		{"an upload", "files go to the object store", "POST", "/graphql", "multipart/form-data; boundary=x", standard, "--x--", 415, standard, false},
		{"text", "another site could send it without being asked", "POST", "/graphql", "text/plain", standard, ok, 415, standard, false},

		{"no body", "a request needs a query", "POST", "/graphql", legacy, standard, "", 400, standard, false},
		{"no query", "as above", "POST", "/graphql", legacy, legacy, `{}`, 400, legacy, false},
		{"empty query", "as above", "POST", "/graphql", legacy, standard, `{"query":""}`, 400, standard, false},
		{"malformed JSON", "not well-formed is 400 under either type", "POST", "/graphql", legacy, legacy, `{"query":"secret`, 400, legacy, false},
		{"two values", "one request is one object", "POST", "/graphql", legacy, standard, ok + ok, 400, standard, false},
		{"null", "one request is one object", "POST", "/graphql", legacy, standard, `null`, 400, standard, false},
		{"a batch", "batches would multiply every limit", "POST", "/graphql", legacy, standard, `[` + ok + `]`, 400, standard, false},
		{"not UTF-8", "it is the one encoding", "POST", "/graphql", legacy, standard, "{\"query\":\"{ __typename } #\xff\"}", 400, standard, false},
		{"query a number", "kinds are checked", "POST", "/graphql", legacy, standard, `{"query":7}`, 400, standard, false},
		{"variables a list", "kinds are checked", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","variables":[]}`, 400, standard, false},
		{"variables text", "kinds are checked", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","variables":"{}"}`, 400, standard, false},
		{"nulls", "null is the same as missing", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","variables":null,"operationName":null,"extensions":null}`, 200, standard, true},
		{"unknown parameter", "it is for somebody else", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","id":7}`, 200, standard, true},

		{"syntax error", "a request error is 400 under the standard type", "POST", "/graphql", legacy, standard, `{"query":"{"}`, 400, standard, false},
		{"syntax error, legacy", "a well-formed request is 200 under the legacy type", "POST", "/graphql", legacy, legacy, `{"query":"{"}`, 200, legacy, false},
		{"unknown field", "as above", "POST", "/graphql", legacy, standard, `{"query":"{ nothing }"}`, 400, standard, false},
		{"unknown field, legacy", "as above", "POST", "/graphql", legacy, legacy, `{"query":"{ nothing }"}`, 200, legacy, false},
		{"unknown operation", "as above", "POST", "/graphql", legacy, standard, `{"query":"query A { __typename }","operationName":"B"}`, 400, standard, false},
		{"operation not chosen", "nobody guesses", "POST", "/graphql", legacy, standard, `{"query":"query A { __typename } query B { __typename }"}`, 400, standard, false},
		{"operation chosen", "by its name", "POST", "/graphql", legacy, standard, `{"query":"query A { __typename } query B { __typename }","operationName":"B"}`, 200, standard, true},
		{"variable of a wrong kind", "as above", "POST", "/graphql", legacy, standard, `{"query":"query($n: String!) { __type(name: $n) { name } }","variables":{"n":null}}`, 400, standard, false},
		{"null byte", "a name that is not there, and no more", "POST", "/graphql", legacy, standard, `{"query":"query($n: String!) { __type(name: $n) { name } }","variables":{"n":"a\u0000b"}}`, 200, standard, true},
		{"lone surrogate", "JSON may hold half a character", "POST", "/graphql", legacy, standard, `{"query":"query($n: String!) { __type(name: $n) { name } }","variables":{"n":"\ud800"}}`, 200, standard, true},
		{"huge number", "numbers are not cut silently", "POST", "/graphql", legacy, standard, `{"query":"query($n: Boolean) { __typename @skip(if: $n) }","variables":{"n":1e999999}}`, 400, standard, false},
		{"deep variables", "depth costs no more than length", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`, 200, standard, true},
		{"deeper than a parser goes", "no panic", "POST", "/graphql", legacy, standard, `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}}`, 400, standard, false},

		{"query over GET", "queries change nothing", "GET", get("query", "{ __typename }"), "", standard, "", 200, standard, true},
		{"GET with variables", "they come as JSON", "GET", get("query", "query($n: String!) { __type(name: $n) { name } }", "variables", `{"n":"Photo"}`), "", standard, "", 200, standard, true},
		{"GET with bad variables", "they come as JSON", "GET", get("query", "{ __typename }", "variables", "{"), "", standard, "", 400, standard, false},
		{"GET with a parameter twice", "nobody guesses", "GET", get("query", "{ __typename }", "query", "{ a: __typename }"), "", standard, "", 400, standard, false},
		{"GET with a broken query string", "it is not guessed at", "GET", "/graphql?query=%zz", "", standard, "", 400, standard, false},
		{"GET without query", "a request needs a query", "GET", "/graphql", "", standard, "", 400, standard, false},
		{"mutation over GET", "links must not change anything", "GET", get("query", "mutation { __typename }"), "", standard, "", 405, standard, false},
		{"mutation over GET, legacy", "as above, under either type", "GET", get("query", "mutation { __typename }"), "", legacy, "", 405, legacy, false},
		{"PUT", "other methods mean nothing here", "PUT", "/graphql", legacy, standard, ok, 405, standard, false},
		{"DELETE", "as above", "DELETE", "/graphql", legacy, standard, "", 405, standard, false},
		{"OPTIONS", "as above, where no other site may call", "OPTIONS", "/graphql", "", standard, "", 405, standard, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := *h
			h.T = t
			var headers []string
			if c.contentType != "" {
				headers = append(headers, "Content-Type", c.contentType)
			}
			if c.accept != "" {
				headers = append(headers, "Accept", c.accept)
			}
			a := h.do(h.request(c.method, c.path, []byte(c.body), headers...))
			h.checkErrors(a)
			if a.StatusCode != c.status {
				t.Errorf("status %d, want %d: %s\n%s", a.StatusCode, c.status, c.reason, a.text)
			}
			if got := a.Header.Get("Content-Type"); got != c.mediaType+"; charset=utf-8" {
				t.Errorf("Content-Type %q, want %s: %s", got, c.mediaType, c.reason)
			}
			hasErrors, hasData := strings.Contains(string(a.text), `"errors"`), strings.Contains(string(a.text), `"data"`)
			if hasData != c.data || hasErrors == c.data {
				t.Errorf("data %v and errors %v, want one of them, data %v: %s\n%s", hasData, hasErrors, c.data, c.reason, a.text)
			}
			if c.status == http.StatusMethodNotAllowed && a.Header.Get("Allow") == "" {
				t.Error("a 405 must say which methods are allowed")
			}
			if strings.Contains(string(a.text), "secret") {
				t.Errorf("the request is quoted: %s", a.text)
			}
			if a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(a.Header.Get("Vary"), "Accept") {
				t.Errorf("Cache-Control %q, Vary %q: answers are the caller's own", a.Header.Get("Cache-Control"), a.Header.Get("Vary"))
			}
		})
	}
}

// TestPersistedQueries runs the exchange of automatic persisted queries.
func TestPersistedQueries(t *testing.T) {
	h := newHarness(t)
	// echo -n '{ __typename }' | sha256sum
	const (
		hash = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b"
		ext  = `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
	)
	steps := []struct {
		name, reason, body string
		status             int
		message            string
	}{
		{"unknown", "clients look for this very message, and send the document", `{` + ext + `}`, 400, "PersistedQueryNotFound"},
		{"another document", "nobody can put another document under a hash", `{"query":"{ a: __typename }",` + ext + `}`, 400, "provided APQ hash does not match query"},
		{"still unknown", "what was refused is not kept", `{` + ext + `}`, 400, "PersistedQueryNotFound"},
		{"registered", "the document and its hash", `{"query":"{ __typename }",` + ext + `}`, 200, ""},
		{"known", "from now on the hash will do", `{` + ext + `}`, 200, ""},
		{"no hash", "the extension has a form", `{"extensions":{"persistedQuery":7}}`, 400, "invalid APQ extension data"},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			a := h.do(h.request(http.MethodPost, "/graphql", []byte(s.body), "Content-Type", legacy, "Accept", standard))
			h.checkErrors(a)
			var message string
			if len(a.body.Errors) > 0 {
				message = a.body.Errors[0].Message
			}
			if a.StatusCode != s.status || message != s.message {
				t.Errorf("%d %q, want %d %q: %s\n%s", a.StatusCode, message, s.status, s.message, s.reason, a.text)
			}
		})
	}
}
