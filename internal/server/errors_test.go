package server_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"pam/internal/photos"
	"pam/internal/server"
)

// TestErrors asks for each code of the contract, wherever in the way of a request it comes from. checkErrors looks for
// code and request id.
func TestErrors(t *testing.T) {
	h := newHarness(t)
	cases := []struct {
		name, reason string
		query        string
		variables    map[string]any
		code         photos.Code
		field        string
	}{
		{"syntax", "made by the parser", "{", nil, photos.BadUserInput, ""},
		{"lexer", "made by the lexer", "{ \x01 }", nil, photos.BadUserInput, ""},
		{"unknown field", "made by the validator", "{ nothing }", nil, photos.BadUserInput, ""},
		{"unknown argument", "made by the validator", "{ labels(nothing: 1) { totalCount } }", nil, photos.BadUserInput, ""},
		{"missing argument", "made by the validator", "{ photo { id } }", nil, photos.BadUserInput, ""},
		{"fragment cycle", "made by the validator", "{ ...F } fragment F on Query { ...F }", nil, photos.BadUserInput, ""},
		{"two subscriptions", "made by the validator", "subscription { labels { at } archive(id: \"x\") { id } }", nil, photos.BadUserInput, ""},
		{"deferred", "it would go on behind the answer", "{ ... @defer { me { id } } }", nil, photos.BadUserInput, ""},
		{"missing variable", "made when variables are read", "query($id: ID!) { photo(id: $id) { id } }", nil, photos.BadUserInput, ""},
		{"variable of a wrong kind", "made when variables are read", "query($n: Int) { labels(first: $n) { totalCount } }", map[string]any{"n": "ten"}, photos.BadUserInput, ""},
		{"unknown member", "made when variables are read", "query($m: LabelMatch) { photos(match: $m) { totalCount } }", map[string]any{"m": map[string]any{"nothing": 1}}, photos.BadUserInput, ""},
		{"unknown enum value", "made when variables are read", "query($o: LabelOrder) { labels(orderBy: $o) { totalCount } }", map[string]any{"o": "RANDOM"}, photos.BadUserInput, ""},
		{"out of bounds", "made by the library", "{ labels(first: 0) { totalCount } }", nil, photos.BadUserInput, "first"},
		{"beyond 32 bits", "made by the library; no panic, no wrap-around", "{ labels(first: 99999999999) { totalCount } }", nil, photos.BadUserInput, "first"},
		{"malformed cursor", "made by the library; never a silent restart", "{ photos(after: \"x\") { nodes { id } } }", nil, photos.BadUserInput, "after"},
		{"null byte", "made by the library", "query($n: String!) { label(name: $n) { count } }", map[string]any{"n": "a\x00b"}, "", ""},
		{"absent photo", "made by the library", "{ photo(id: \"01M86NMRM8JND3QZ2TZHRN66CX\") { id } }", nil, photos.NotFound, ""},
		{"absent archive", "made by the library", "mutation { cancelArchive(id: \"nothing\") { id } }", nil, photos.NotFound, ""},
		{"too much", "made by the limits", "{ labels(first: 500) { nodes { photos(first: 100) { nodes { id } } } } }", nil, photos.LimitExceeded, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := *h
			h.T = t
			a := h.post(h.token(), c.query, c.variables)
			h.checkErrors(a)
			if a.code() != string(c.code) {
				t.Fatalf("code %q, want %q: %s\n%s", a.code(), c.code, c.reason, a.text)
			}
			if c.field != "" && a.body.Errors[0].Extensions["field"] != c.field {
				t.Errorf("field %v, want %q: %s", a.body.Errors[0].Extensions["field"], c.field, a.text)
			}
		})
	}
}

// TestFaults wants faults of ours told without a word about the inside, and written down with all of it under the id
// that the caller got.
func TestFaults(t *testing.T) {
	const secret = "/secret/catalog.db is on fire"
	exec := func(run func(ctx context.Context) *graphql.Response) func(context.Context) graphql.ResponseHandler {
		return func(context.Context) graphql.ResponseHandler { return run }
	}
	cases := []struct {
		name, reason string
		exec         func(context.Context) graphql.ResponseHandler
		status       int
		logged       []string
	}{
		{
			"error", "an error without a code may say anything",
			exec(func(ctx context.Context) *graphql.Response {
				graphql.AddError(ctx, errors.New(secret))
				return &graphql.Response{Data: []byte("null")}
			}), http.StatusOK, []string{secret},
		},
		{
			"domain error", "its cause is not for the caller",
			exec(func(ctx context.Context) *graphql.Response {
				graphql.AddError(ctx, &photos.Error{Code: photos.Internal, Message: "x", Err: errors.New(secret)})
				return &graphql.Response{Data: []byte("null")}
			}), http.StatusOK, []string{secret},
		},
		{
			"panic in a resolver", "the executor recovers it",
			exec(func(ctx context.Context) *graphql.Response {
				func() {
					defer func() { graphql.AddError(ctx, graphql.Recover(ctx, recover())) }()
					panic(secret)
				}()
				return &graphql.Response{Data: []byte("null")}
			}), http.StatusOK, []string{secret, "errors_test.go"},
		},
		{
			"panic around resolvers", "the handler recovers it",
			exec(func(context.Context) *graphql.Response { panic(secret) }), http.StatusInternalServerError,
			[]string{secret, "errors_test.go"},
		},
		{
			"answer that is not JSON", "nothing that cannot be written whole reaches a client half",
			exec(func(ctx context.Context) *graphql.Response {
				graphql.RegisterExtension(ctx, "broken", func() {})
				return &graphql.Response{Data: []byte("null")}
			}),
			http.StatusInternalServerError, []string{"encode the extensions of an answer"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, func(config *server.Config) { config.Schema = stubSchema{config.Schema, c.exec} })
			a := h.post(h.token(), "{ me { id } }")
			h.checkErrors(a)
			if a.StatusCode != c.status || a.code() != string(photos.Internal) {
				t.Errorf("%d %s, want %d INTERNAL: %s\n%s", a.StatusCode, a.code(), c.status, c.reason, a.text)
			}
			if strings.Contains(string(a.text), "secret") || strings.Contains(string(a.text), ".go") {
				t.Errorf("the answer tells about the inside: %s", a.text)
			}
			for _, want := range c.logged {
				found := false
				for line := range strings.Lines(h.log.String()) {
					found = found || strings.Contains(line, want) && strings.Contains(line, a.Header.Get("X-Request-Id"))
				}
				if !found {
					t.Errorf("no line of the log has %q and the request id:\n%s", want, h.log.String())
				}
			}
		})
	}
}
