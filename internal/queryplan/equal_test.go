package queryplan_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"pam/graph"
	"pam/internal/queryplan"
)

// newExecutor gives gqlgen's executor over a world, by plans or without.
func newExecutor(w world, planned bool) *executor.Executor {
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: w, Directives: graph.DirectiveRoot{Scope: w.scope}})
	if planned {
		schema = queryplan.New(schema)
	}
	exec := executor.New(schema)
	exec.Use(extension.Introspection{})
	exec.SetQueryCache(lru.New[*ast.QueryDocument](16))
	exec.SetRecoverFunc(func(_ context.Context, p any) error { return fmt.Errorf("recovered: %v", p) })
	return exec
}

// answers runs an operation and writes everything that it answers. Errors are sorted, since the order of concurrent ones is
// nobody's. invalid says that the operation was refused.
func answers(t *rapid.T, exec *executor.Executor, query string, variables map[string]any) (texts []string, invalid bool) {
	ctx := graphql.StartOperationTrace(context.Background())
	op, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: variables})
	if len(errs) > 0 {
		return []string{errs.Error()}, true
	}
	next, ctx := exec.DispatchOperation(ctx, op)
	for response := next(ctx); response != nil; response = next(ctx) {
		problems := make([]string, len(response.Errors))
		for i, err := range response.Errors {
			text, jsonErr := json.Marshal(err)
			if jsonErr != nil {
				t.Fatal(jsonErr)
			}
			problems[i] = string(text)
		}
		slices.SortFunc(problems, cmp.Compare)
		texts = append(texts, fmt.Sprintf("%s\nerrors: %v", response.Data, problems))
		if len(texts) > 10 {
			t.Fatal("the operation does not end")
		}
	}
	return texts, false
}

// equalToStock draws a world and an operation, and compares what they come to with plans and without, twice with each of
// two sets of variables, so that plans are also used again.
func equalToStock(t *rapid.T) {
	w := world{
		seed: rapid.Uint64Range(0, 1<<20).Draw(t, "seed"), broken: rapid.SampledFrom([]int{0, 3, 10, 30}).Draw(t, "broken"),
		immediate: rapid.Bool().Draw(t, "immediate"),
	}
	stock, planned := newExecutor(w, false), newExecutor(w, true)
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	root, keyword := schema.Query, "query"
	switch rapid.IntRange(0, 5).Draw(t, "operation type") {
	case 4:
		root, keyword = schema.Mutation, "mutation"
	case 5:
		root, keyword = schema.Subscription, "subscription"
	}
	query := drawOperation(t, schema, root, keyword)
	for _, variables := range []map[string]any{
		{"maybe": true, "first": json.Number("3")}, {"maybe": false, "text": "Dog", "least": nil},
		{"maybe": true, "first": json.Number("3")}, {"maybe": false, "text": "Dog", "least": nil, "yes": false},
	} {
		want, invalid := answers(t, stock, query, variables)
		got, _ := answers(t, planned, query, variables)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nvariables %v\nby plans:  %s\nby gqlgen: %s", query, variables, got, want)
		}
		if invalid {
			return
		}
	}
}

// TestEqualToStock compares some hundreds of random operations, with and without errors, byte for byte with plain gqlgen.
func TestEqualToStock(t *testing.T) {
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, equalToStock)
		})
	}
}

func FuzzEqualToStock(f *testing.F) { f.Fuzz(rapid.MakeFuzz(equalToStock)) }

// The places of errors beside and below lists, by which clients find what failed.
func TestPathsOfErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := world{seed: rapid.Uint64Range(0, 1<<20).Draw(t, "seed"), broken: 30, immediate: rapid.Bool().Draw(t, "immediate")}
		query := "{ archives(first: 3) { edges { node { downloadUrl } } nodes { downloadUrl } totalCount } " +
			"labels(first: 2) { nodes { name photos(first: 2) { edges { node { url thumbnailUrl labels { confidence } } cursor } totalCount } parents } totalCount } }"
		want, _ := answers(t, newExecutor(w, false), query, nil)
		if got, _ := answers(t, newExecutor(w, true), query, nil); !slices.Equal(got, want) {
			t.Fatalf("by plans:  %s\nby gqlgen: %s", got, want)
		}
	})
}
