package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"pam/internal/photos"
)

// FuzzNegotiate looks for a panic, and for an answer that the header excludes.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{
		"", "*/*", "application/json", "application/graphql-response+json;q=0.5, application/json;q=1",
		"text/event-stream", "a/b;q=2", "a/b;q=-1", "a/b;q=NaN", ";;;", ",,,", "application/json;q=0", "*/*;q=0, application/json",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		a := negotiate(http.Header{"Accept": {accept}})
		lower := strings.ToLower(accept)
		if strings.TrimSpace(accept) == "" || strings.Contains(lower, "*") {
			return
		}
		if a.document != "" && !strings.Contains(lower, a.document) {
			t.Errorf("%q for %q, which does not name it", a.document, accept)
		}
		if a.stream && !strings.Contains(lower, eventStream) {
			t.Errorf("a stream for %q, which does not name it", accept)
		}
	})
}

// FuzzReadParams looks for a panic, for a refusal without a status of the client's fault, and for an echo.
func FuzzReadParams(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{ __typename }"}`, `{"query":7}`, `[]`, `null`, `{`, `{"query":"a","variables":{"a":1e999}}`, `{"Query":"a","QUERY":"b"}`,
		`{"query":"a"}{}`, "{\"query\":\"\xff\"}", `{"extensions":{"persistedQuery":{}}}`, strings.Repeat("[", 20_000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, r := range []*http.Request{
			httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body)),
			{Method: http.MethodGet, URL: httptest.NewRequest(http.MethodGet, "/graphql", nil).URL},
		} {
			r.Header = http.Header{"Content-Type": {plainJSON}}
			if r.Method == http.MethodGet {
				r.URL.RawQuery = body
			}
			params, err := readParams(r)
			if err == nil {
				if params.Query == "" && params.Extensions["persistedQuery"] == nil {
					t.Errorf("accepted %q, which has no query", body)
				}
				continue
			}
			var refused *refusal
			if !errors.As(err, &refused) || refused.status < 400 || refused.status > 499 || photos.CodeOf(err) == photos.Internal {
				t.Errorf("%q is refused with %v", body, err)
			}
			if len(body) > 20 && strings.Contains(err.Error(), body) {
				t.Errorf("the refusal quotes %q", body)
			}
		}
	})
}

// FuzzShape compares the measure, which spreads each fragment once, with one that spreads them all.
func FuzzShape(f *testing.F) {
	for _, seed := range []string{
		"{ a }", "{ a { b } c }", "{ ...F } fragment F on Q { a ...G ...G } fragment G on Q { b { c } }",
		"{ ... { a } ... @defer { b } }", "{ ...F } fragment F on Q { ...F }", "{ __schema { a { b } } }", "query A { a } mutation B { b { c } }",
		"{ ...Nothing }", "{ a } fragment F on Q { a b c }", "{ ...F } fragment F on Q { a } fragment F on Q { b c }",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, 200)
		if err != nil {
			return
		}
		got := shapeOf(doc)
		fragments := map[string]*ast.FragmentDefinition{}
		for _, d := range slices.Backward(doc.Fragments) {
			fragments[d.Name] = d // the first of a name wins
		}
		budget := 20_000
		var fields, roots int
		spread := true
		for _, d := range doc.Fragments {
			n, _, ok := spreadAll(d.SelectionSet, fragments, []string{d.Name}, &budget)
			fields, spread = max(fields, n), spread && ok
		}
		for _, op := range doc.Operations {
			n, direct, ok := spreadAll(op.SelectionSet, fragments, nil, &budget)
			fields, roots, spread = max(fields, n), max(roots, direct), spread && ok
		}
		if spread && (got.fields != fields || got.rootFields != roots) {
			t.Errorf("%d fields and %d root fields, want %d and %d: %q", got.fields, got.rootFields, fields, roots, query)
		}
	})
}

// spreadAll counts by spreading; ok is false for what has cycles or takes too long.
func spreadAll(set ast.SelectionSet, fragments map[string]*ast.FragmentDefinition, path []string, budget *int) (fields, direct int, ok bool) {
	ok = true
	for _, selection := range set {
		if *budget--; *budget < 0 {
			return 0, 0, false
		}
		var n, d int
		var good bool
		switch selection := selection.(type) {
		case *ast.Field:
			n, _, good = spreadAll(selection.SelectionSet, fragments, path, budget)
			n, d = n+1, 1
		case *ast.InlineFragment:
			n, d, good = spreadAll(selection.SelectionSet, fragments, path, budget)
		case *ast.FragmentSpread:
			if slices.Contains(path, selection.Name) {
				return 0, 0, false
			}
			good = true
			if def := fragments[selection.Name]; def != nil {
				n, d, good = spreadAll(def.SelectionSet, fragments, append(path, selection.Name), budget)
			}
		}
		fields, direct, ok = fields+n, direct+d, ok && good
	}
	return fields, direct, ok
}
