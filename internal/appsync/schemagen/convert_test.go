package main

import (
	"os"
	"strings"
	"testing"
)

// TestCommitted holds the committed form against the contract.
func TestCommitted(t *testing.T) {
	contract, err := os.ReadFile("../../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	want, err := convert(string(contract))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../graph/appsync.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("graph/appsync.graphql is not what schemagen makes: run make generate")
	}
}

func TestConvert(t *testing.T) {
	text, err := convert(`
directive @scope(requires: Scope!) on FIELD_DEFINITION
enum Scope { READ }
scalar DateTime
scalar Long
"Questions."
type Query { "Since when." at(after: DateTime = "2026-01-01T00:00:00Z", sizes: [Long!]! = [1]): DateTime! @scope(requires: READ) }
type Mutation { set(input: In!): [Long!] }
input In { "How much." amount: Int = 5 }
type Subscription { seen: OnlyHere! }
type OnlyHere { at: DateTime! }
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		reason, part string
		there        bool
	}{
		{"a moment is AppSync's own scalar", "AWSDateTime!", true},
		{"a scalar of ours is refused", "scalar", false},
		{"a directive of ours is refused", "@", false},
		{"sizes are numbers that AppSync has", "sizes: [Float!]!", true},
		{"the scope is told where it can no longer be declared", "Since when. Needs the scope READ.", true},
		{"a default is told where it can no longer be declared", "How much. Default: 5.", true},
		{"descriptions stay", "Questions.", true},
		{"AppSync's subscriptions are of another kind", "Subscription", false},
		{"what only subscriptions need is not there either", "OnlyHere", false},
		{"both roots are named", "mutation: Mutation", true},
	} {
		_, body, _ := strings.Cut(text, "\n\n")
		if strings.Contains(body, tc.part) != tc.there {
			t.Errorf("%s: %q there: %v, want %v\n%s", tc.reason, tc.part, !tc.there, tc.there, body)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	for reason, contract := range map[string]string{
		"not a schema":         "type Query {",
		"no roots":             "type Other { a: Int }",
		"a scalar without one": "scalar URL type Query { a: URL } type Mutation { a: Int }",
	} {
		if text, err := convert(contract); err == nil {
			t.Errorf("%s: no error\n%s", reason, text)
		}
	}
}
