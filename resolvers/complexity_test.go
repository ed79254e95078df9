package resolvers_test

import (
	"testing"

	"github.com/99designs/gqlgen/complexity"
	"github.com/vektah/gqlparser/v2"

	"pam/graph"
	"pam/resolvers"
)

// What an operation costs has to grow with the work that it makes.
func TestComplexity(t *testing.T) {
	schema := graph.NewExecutableSchema(resolvers.Config(nil))
	for _, c := range []struct {
		name, reason, query string
		least, most         int
	}{
		{"plain", "reading one record is cheap", `{ me { id } }`, 1, 5},
		{"page", "a page costs its length", `{ labels(first: 100) { nodes { name count } } }`, 200, 400},
		{"usual page", "without a length the usual one counts", `{ labels { nodes { name count } } }`, 200, 400},
		{"largest page", "the largest page of everything passes", `{ labels(first: 500) { totalCount nodes { id name count parents categories } edges { cursor } pageInfo { endCursor } } }`, 2000, 6000},
		{"nested", "a list in a list costs the product", `{ labels(first: 100) { nodes { photos(first: 100) { nodes { id fileName } } } } }`, 20_000, 50_000},
		{"links", "signing costs more than reading", `{ photos(first: 100) { nodes { url thumbnailUrl } } }`, 800, 1200},
		{"absurd length", "an absurd page is refused by its own rule and must not overflow here", `{ photos(first: 2147483647) { nodes { id } } }`, 1000, 5000},
		{"negative length", "an absurd page must not make the rest free", `{ photos(first: -100) { nodes { id } } }`, 1, 10},
		{"many uploads", "each upload is signed", `mutation { uploadUrls(inputs: [{fileName: "a", contentType: "b", size: 1, crc32: "c"}, {fileName: "a", contentType: "b", size: 1, crc32: "c"}]) { uploadUrl { url } } }`, 10, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, errs := gqlparser.LoadQueryWithRules(schema.Schema(), c.query, nil)
			if errs != nil {
				t.Fatal(errs)
			}
			got := complexity.Calculate(t.Context(), schema, doc.Operations[0], nil)
			if got < c.least || got > c.most {
				t.Errorf("%d, want %d to %d: %s", got, c.least, c.most, c.reason)
			}
		})
	}
}
