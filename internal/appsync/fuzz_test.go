package appsync_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"pam/graph"
	"pam/internal/appsync"
	"pam/internal/photos"
)

// checker stands in for the executor: it holds each operation that was made of an event against the contract.
type checker struct {
	t      *testing.T
	schema *ast.Schema
}

func (c checker) Execute(_ context.Context, params *graphql.RawParams) *graphql.Response {
	doc, errs := gqlparser.LoadQueryWithRules(c.schema, params.Query, nil)
	if errs != nil {
		c.t.Fatalf("not an operation of the contract: %v\n%s", errs, params.Query)
	}
	if len(doc.Operations) != 1 || len(doc.Fragments) != 0 || len(doc.Operations[0].SelectionSet) != 1 {
		c.t.Fatalf("not one field: %s", params.Query)
	}
	return &graphql.Response{Data: json.RawMessage(`{}`)}
}

func (c checker) Refuse(_ context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{{Message: err.Error(), Extensions: map[string]any{"code": string(photos.CodeOf(err))}}}}
}

// Verify takes any token.
func (c checker) Verify(context.Context, string) (photos.Caller, error) {
	return photos.Caller{Owner: "dan"}, nil
}

// FuzzHandle holds that no event makes the handler panic, that whatever is asked of the executor is one valid operation on
// one field, and that a batch has as many answers as events.
func FuzzHandle(f *testing.F) {
	for _, name := range []string{"query-labels.json", "mutation-upload-url.json", "batch-photo-url.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"info":{"fieldName":"labels","parentTypeName":"Query","selectionSetGraphQL":"{...a ...b} fragment a on LabelConnection{...b} fragment b on LabelConnection{...a}"}}`))
	f.Add([]byte(`{"info":{"fieldName":"labels","parentTypeName":"Query","selectionSetList":["x","x/y"],"selectionSetGraphQL":"{...a @skip(if: $b)}","variables":{"b":true}}}`))
	f.Add([]byte(`{"source":{"id":"a@55"},"arguments":{"first":1},"info":{"fieldName":"photos","parentTypeName":"Label","selectionSetGraphQL":"{ nodes { url(expiresIn: 1) a: url } }"}}`))
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	f.Fuzz(func(t *testing.T, event []byte) {
		c := checker{t, schema}
		h := appsync.Handler{Schema: func() *ast.Schema { return schema }, Executor: c, Verifier: c, Logger: slog.New(slog.DiscardHandler)}
		value, err := h.Handle(t.Context(), event)
		if err != nil && value != nil {
			t.Fatalf("an error and an answer: %v, %v", err, value)
		}
		if results, batch := value.([]appsync.Result); batch {
			var events []json.RawMessage
			if json.Unmarshal(event, &events) != nil || len(events) != len(results) {
				t.Fatalf("%d answers to %d events", len(results), len(events))
			}
		}
	})
}
