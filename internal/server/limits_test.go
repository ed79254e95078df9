package server_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"pam/internal/photos"
	"pam/internal/server"
)

// TestLimits goes to each limit and one beyond. A refusal has to name the number.
func TestLimits(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	// nest is not valid by the contract, which has no types that lead back to themselves; depth is looked at before that.
	nest := func(depth int) string {
		return strings.Repeat("{ nodes ", depth) + strings.Repeat("}", depth)
	}
	// bomb spreads 2^60 fields.
	bomb := func(on, leaf string) string {
		var b strings.Builder
		for i := range 60 {
			fmt.Fprintf(&b, " fragment f%d on %s { ...f%d ...f%d }", i, on, i+1, i+1)
		}
		return b.String() + fmt.Sprintf(" fragment f60 on %s { %s }", on, leaf)
	}
	introspection, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, reason string
		query        string
		number       string // "" where it must pass
	}{
		{"document", "the longest that is read", "{ __typename } #" + strings.Repeat("x", server.MaxDocumentSize-16), ""},
		{"document too long", "documents are kept", "{ __typename } #" + strings.Repeat("x", server.MaxDocumentSize-15), "65536 bytes"},
		{"tokens", "the most that are parsed", "{ me { b: id id id" + repeat(499, " a%d: id @skip(if: false)") + " } }", ""},
		{"one token too many", "a parser's work grows with tokens", "{ me { b: id id id id" + repeat(499, " a%d: id @skip(if: false)") + " } }", "5000 tokens"},
		{"far too many tokens", "counting stops at the limit", "{ __typename(a: [" + strings.Repeat("1 ", 4*server.MaxTokens) + "]) }", "5000 tokens"},
		{"root fields", "the most that are asked for", "{" + repeat(server.MaxRootFields, " a%d: __typename") + " }", ""},
		{"too many root fields", "each is a call of the library", "{" + repeat(server.MaxRootFields+1, " a%d: __typename") + " }", "30 root fields"},
		{"too many root fields in fragments", "fragments hide nothing", "{ ...F ...G } fragment F on Query {" + repeat(20, " a%d: __typename") + " } fragment G on Query {" + repeat(20, " b%d: __typename") + " }", "30 root fields"},
		{"fields", "the most that are compared", "{ me {" + repeat(server.MaxFields-1, " a%d: id") + " } }", ""},
		{"too many fields", "validation compares them pair by pair", "{ me {" + repeat(server.MaxFields, " a%d: id") + " } }", "1000 fields"},
		{"fragment bomb in the root", "2^60 root fields must be refused at once", "{ ...f0 }" + bomb("Query", "__typename"), "30 root fields"},
		{"fragment bomb in a type", "2^60 fields must be refused at once", "{ me { ...f0 } }" + bomb("Viewer", "id"), "1000 fields"},
		{"fragment bomb that nobody spreads", "validation visits it all the same", "{ __typename }" + bomb("Viewer", "id"), "1000 fields"},
		{"fragment bomb behind a namesake", "validation takes the first of two with one name", "{ me { ...f0 } }" + bomb("Viewer", "id") + " fragment f0 on Viewer { id }", "1000 fields"},
		{"the same field over and over", "the most that are compared", "{ me { " + strings.Repeat("id ", server.MaxFields-1) + " } }", ""},
		{"too deep", "depth is refused before anything else looks at it", "{ labels " + nest(server.MaxDepth) + " }", "12 deep"},
		{"too deep in a fragment", "fragments hide nothing", "{ labels { ...F } } fragment F on LabelConnection " + nest(server.MaxDepth), "12 deep"},
		{"introspection", "GraphiQL and code generators ask exactly this", string(introspection), ""},
		{"a page of labels with a picture each", "what a page of the site needs", "{ labels(first: 500) { nodes { name count photos(first: 1) { nodes { id thumbnailUrl } } } } }", ""},
		{"a page of photos with their labels", "what a page of the site needs", "{ photos(first: 100) { totalCount nodes { id fileName thumbnailUrl labels { name confidence parents } } pageInfo { endCursor } } }", ""},
		{"all at once", "100 times 100 photos are 10,000 links to sign", "{ labels(first: 100) { nodes { photos(first: 100) { nodes { url } } } } }", "20000"},
		{"all at once, by aliases", "the sum counts", "{" + repeat(30, " a%d: labels(first: 100) { nodes { photos(first: 5) { nodes { id } } } }") + " }", "20000"},
		{"all at once, in a fragment", "fragments hide nothing", "{ labels(first: 500) { nodes { ...F } } } fragment F on Label { photos(first: 100) { nodes { id } } }", "20000"},
		{"absurd first", "the cost must not overflow", "{ labels(first: 2147483647) { nodes { photos(first: 2147483647) { nodes { id } } } } }", "20000"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			a := h.post(token, c.query)
			h.checkErrors(a)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			if c.number == "" {
				if a.StatusCode != http.StatusOK || len(a.body.Errors) > 0 {
					t.Errorf("want it accepted: %s\n%d %.300s", c.reason, a.StatusCode, a.text)
				}
				return
			}
			if a.StatusCode != http.StatusBadRequest || a.code() != string(photos.LimitExceeded) || a.body.Data != nil ||
				!strings.Contains(a.body.Errors[0].Message, c.number) {
				t.Errorf("want 400 LIMIT_EXCEEDED that names %q: %s\n%d %.300s", c.number, c.reason, a.StatusCode, a.text)
			}
		})
	}
}

func TestBodyLimit(t *testing.T) {
	h := newHarness(t)
	body := func(size int) []byte {
		const head, tail = `{"query":"{ __typename }","variables":{"a":"`, `"}}`
		return []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
	}
	for _, accept := range []string{standard, legacy} {
		a := h.do(h.request(http.MethodPost, "/graphql", body(server.MaxBodySize), "Content-Type", legacy, "Accept", accept))
		if a.StatusCode != http.StatusOK {
			t.Errorf("status %d for 1 MiB: %s", a.StatusCode, a.text)
		}
		a = h.do(h.request(http.MethodPost, "/graphql", body(server.MaxBodySize+1), "Content-Type", legacy, "Accept", accept))
		h.checkErrors(a)
		if a.StatusCode != http.StatusRequestEntityTooLarge || a.code() != string(photos.LimitExceeded) ||
			!strings.Contains(a.body.Errors[0].Message, "1 MiB") {
			t.Errorf("want 413 LIMIT_EXCEEDED that names 1 MiB: %d %s", a.StatusCode, a.text)
		}
	}
}

// TestOperationTime runs an operation that never ends by itself.
func TestOperationTime(t *testing.T) {
	const limit = 50 * time.Millisecond
	h := newHarness(t, func(c *server.Config) {
		c.OperationTime = limit
		c.Schema = stubSchema{c.Schema, func(context.Context) graphql.ResponseHandler {
			return func(ctx context.Context) *graphql.Response {
				<-ctx.Done()
				graphql.AddError(ctx, fmt.Errorf("read labels: %w", ctx.Err()))
				return &graphql.Response{Data: []byte("null")}
			}
		}}
	})
	start := time.Now()
	a := h.post(h.token(), "{ me { id } }")
	h.checkErrors(a)
	if took := time.Since(start); took < limit || took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if a.code() != string(photos.LimitExceeded) || !strings.Contains(a.body.Errors[0].Message, limit.String()) {
		t.Errorf("want LIMIT_EXCEEDED that names %s: %s", limit, a.text)
	}

	// A query is no subscription because it is told as a stream.
	start = time.Now()
	r := h.request(http.MethodPost, "/graphql", []byte(`{"query":"{ me { id } }"}`), "Content-Type", "application/json",
		"Accept", "text/event-stream", "Authorization", "Bearer "+h.token())
	if a := h.do(r); !strings.Contains(string(a.text), string(photos.LimitExceeded)) || !strings.Contains(string(a.text), "event: complete") || time.Since(start) > 10*time.Second {
		t.Errorf("want LIMIT_EXCEEDED and the end of the stream: %s", a.text)
	}
}
