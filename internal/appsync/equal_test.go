package appsync_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAsOverHTTP asks the same of AppSync and of the executor itself.
func TestAsOverHTTP(t *testing.T) {
	nested := []string{"Label.photos", "Photo.url"}
	for _, tc := range []struct {
		name, reason, query string
		variables           map[string]any
		attached            []string
	}{
		{name: "plain", reason: "the common case", query: `{ labels(first: 2) { nodes { id name count parents } pageInfo { hasNextPage endCursor } totalCount } }`},
		{name: "defaults", reason: "defaults of the contract hold where AppSync sends no argument", query: `{ labels { nodes { name } } photos { totalCount } }`},
		{name: "alias of the root", reason: "AppSync applies it", query: `{ mine: labels(first: 1) { nodes { name } } all: labels { totalCount } }`},
		{name: "aliases below", reason: "the answer is keyed by name, whatever the alias", query: `{ labels { items: nodes { title: name n: count } info: pageInfo { more: hasNextPage } } }`},
		{name: "alias that is another field", reason: "names decide, not keys", query: `{ labels { nodes { name: id id: name } } }`},
		{name: "one field under two aliases", reason: "what both ask for is in the answer", query: `{ photos { a: nodes { id } b: nodes { fileName size } } }`},
		{name: "variables at the root", reason: "AppSync has put them into arguments", query: `query($n: Int, $by: LabelOrder) { labels(first: $n, orderBy: $by) { nodes { name } } }`,
			variables: map[string]any{"n": 2, "by": "NAME_ASC"}},
		{name: "nested arguments", reason: "they are in the text of the selection", query: `{ labels { nodes { name photos(first: 1) { nodes { id } totalCount } } } }`},
		{name: "nested variables", reason: "they are in info.variables", query: `query($n: Int, $live: Int) { labels { nodes { photos(first: $n) { nodes { url(expiresIn: $live) } } } } }`,
			variables: map[string]any{"n": 2, "live": 120}},
		{name: "nested variable that is not given", reason: "the default holds", query: `query($n: Int) { labels { nodes { photos(first: $n) { nodes { id } } } } }`},
		{name: "input objects", reason: "lists, enums and nulls in an argument", query: `{ photos(match: {any: ["Fox", "Dog"], all: null, none: ["Cat"], minConfidence: 80}, orderBy: UPLOADED_ASC) { nodes { fileName } } }`},
		{name: "inline fragments", reason: "AppSync leaves them in the text", query: `{ labels { ... on LabelConnection { nodes { ... { name } ... on Label { count } } } } }`},
		{name: "named fragment", reason: "its fields are in selectionSetList alone", query: `{ photos { ...page } } fragment page on PhotoConnection { nodes { ...card } totalCount } fragment card on Photo { id fileName status }`},
		{name: "named fragment beside fields", reason: "both count", query: `{ photos { nodes { id } ...page } } fragment page on PhotoConnection { nodes { fileName } pageInfo { hasNextPage } }`},
		{name: "aliases in a named fragment", reason: "no field is named, so each that fits is in the answer", query: `{ labels { ...page } } fragment page on LabelConnection { items: nodes { title: name howMany: count } n: totalCount }`},
		{name: "skip and include", reason: "AppSync asks for what is wanted, the text may say more", query: `query($yes: Boolean!, $no: Boolean!) { labels { totalCount @include(if: $no) nodes { name count @skip(if: $yes) ... @include(if: $yes) { id } ... @skip(if: $yes) { parents } } } }`,
			variables: map[string]any{"yes": true, "no": false}},
		{name: "typename", reason: "AppSync knows it itself, and some clients ask for it everywhere", query: `{ __typename labels { __typename nodes { __typename name } } }`},
		{name: "null", reason: "a field without a value is null", query: `{ label(name: "Unicorn") { name } }`},
		{name: "quotes", reason: "no text of a client gets into the operation", query: `{ labels(search: "\"}) { nodes { name } } photos { totalCount } #\n") { totalCount } label(name: "Fox\\") { name } }`},
		{name: "block string", reason: "it is a string like others", query: `{ label(name: """Fox""") { name } }`},
		{name: "nested resolvers", reason: "fields with arguments may have resolvers of their own", query: `{ labels(first: 2) { nodes { name photos(first: 1) { nodes { fileName url(expiresIn: 60) } } } } photos(first: 1) { nodes { url } } }`, attached: nested},
		{name: "different arguments under two aliases", reason: "only resolvers of their own can tell them apart", query: `{ photos { nodes { short: url(expiresIn: 60) long: url(expiresIn: 3600) } } label(name: "Fox") { one: photos(first: 1) { nodes { id } } two: photos(first: 2) { nodes { fileName } } } }`, attached: nested},
		{name: "arguments in a named fragment", reason: "only resolvers of their own learn of them", query: `{ photos { nodes { ...card } } } fragment card on Photo { fileName url(expiresIn: 60) }`, attached: nested},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newHarness(t)
			token := h.token()
			caller := h.caller(token)
			h.addPhotos(caller.Owner, "Fox", "Dog", "Animal")
			e := newEmulator(h, token, tc.attached...)
			want := h.execute(caller, tc.query, tc.variables)
			if len(want.Errors) > 0 {
				t.Fatal(want.Errors)
			}
			query := tc.query
			if tc.name == "typename" {
				query = `{ labels { __typename nodes { __typename name } } }` // the root's is AppSync's own business
				want = h.execute(caller, query, nil)
			}
			data := e.ask(query, tc.variables)
			if len(e.errors) > 0 {
				t.Fatalf("%s: %+v", tc.reason, e.errors)
			}
			got, err := json.Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(h.decoded(unsigned(want.Data)), h.decoded(unsigned(got))); diff != "" {
				t.Errorf("%s: (-executor +AppSync)\n%s", tc.reason, diff)
			}
		})
	}
}
