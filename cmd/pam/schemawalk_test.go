package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// isKey says whether a field, an argument or an input field names something of an owner's: an id, a cursor, or a link to
// bytes.
func isKey(name string, typ *ast.Type) bool {
	switch typ.Name() {
	case "ID":
		return true
	case "String":
		return slices.Contains([]string{"after", "before", "cursor", "startCursor", "endCursor"}, name) ||
			name == "url" || strings.HasSuffix(name, "Url")
	}
	return false
}

// points gives every place of a schema where something of an owner's goes in or out: the fields of the root types, and of
// all types the fields, arguments and input fields that are keys. A point is written Type.field or Type.field(argument).
func points(schema *ast.Schema) (keys, all map[string]bool) {
	keys, all = map[string]bool{}, map[string]bool{}
	note := func(point string, isKey bool) {
		all[point] = true
		if isKey {
			keys[point] = true
		}
	}
	for _, def := range schema.Types {
		if def.BuiltIn || def.Kind != ast.Object && def.Kind != ast.InputObject {
			continue
		}
		isRoot := def == schema.Query || def == schema.Mutation || def == schema.Subscription
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			note(def.Name+"."+field.Name, isRoot || isKey(field.Name, field.Type))
			for _, argument := range field.Arguments {
				note(fmt.Sprintf("%s.%s(%s)", def.Name, field.Name, argument.Name), isKey(argument.Name, argument.Type))
			}
		}
	}
	return keys, all
}

// selectAll writes a selection of every field below a type, lists ten long.
func selectAll(t *testing.T, schema *ast.Schema, typeName string, depth int) string {
	t.Helper()
	def := schema.Types[typeName]
	if def.IsLeafType() {
		return ""
	}
	if depth == 0 {
		t.Fatalf("%s is nested too deep to be selected whole", typeName)
	}
	var fields []string
	for _, field := range def.Fields {
		if !strings.HasPrefix(field.Name, "__") {
			fields = append(fields, selectField(t, schema, def, field, nil, depth-1))
		}
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// selectField writes a field with all below it. Arguments that have to be given come from given, by point.
func selectField(t *testing.T, schema *ast.Schema, def *ast.Definition, field *ast.FieldDefinition, given map[string]string, depth int) string {
	t.Helper()
	var arguments []string
	for _, argument := range field.Arguments {
		point := fmt.Sprintf("%s.%s(%s)", def.Name, field.Name, argument.Name)
		switch value, ok := given[point]; {
		case ok:
			arguments = append(arguments, argument.Name+": "+value)
		case argument.Name == "first":
			arguments = append(arguments, "first: 10")
		case argument.Type.NonNull && argument.DefaultValue == nil:
			t.Fatalf("the walk has no value for %s: give it one", point)
		}
	}
	text := field.Name
	if len(arguments) > 0 {
		text += "(" + strings.Join(arguments, ", ") + ")"
	}
	return text + selectAll(t, schema, field.Type.Name(), depth)
}

// selectEverything writes a query for each field of Query, with all below it.
func selectEverything(t *testing.T, schema *ast.Schema, given map[string]string) []string {
	t.Helper()
	var queries []string
	for _, field := range schema.Query.Fields {
		if !strings.HasPrefix(field.Name, "__") {
			queries = append(queries, "{ "+selectField(t, schema, schema.Query, field, given, 10)+" }")
		}
	}
	return queries
}

// collectLeaves calls take with every value in an answer that holds no other, and with the point where it stands.
func collectLeaves(schema *ast.Schema, def *ast.Definition, value any, take func(point string, field *ast.FieldDefinition, value any)) {
	switch value := value.(type) {
	case []any:
		for _, v := range value {
			collectLeaves(schema, def, v, take)
		}
	case map[string]any:
		for name, v := range value {
			field := def.Fields.ForName(name)
			if below := schema.Types[field.Type.Name()]; !below.IsLeafType() {
				collectLeaves(schema, below, v, take)
				continue
			}
			list, ok := v.([]any)
			if !ok {
				list = []any{v}
			}
			for _, v := range list {
				take(def.Name+"."+name, field, v)
			}
		}
	}
}

// The walk has to see what it walks: a small schema whose points are known.
func TestPoints(t *testing.T) {
	schema := mustLoadSchema(t, `
		type Query { thing(id: ID!): Thing words(after: String, size: Int): [String!]! }
		type Thing { id: ID! name: String pageUrl: String parts(after: String): [Part!]! }
		type Part { owners: [ID!]! size: Int }
		input Change { ids: [ID!] name: String }`)
	keys, all := points(schema)
	want := []string{
		"Change.ids", "Part.owners", "Query.thing", "Query.thing(id)", "Query.words", "Query.words(after)",
		"Thing.id", "Thing.pageUrl", "Thing.parts(after)",
	}
	if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, want) {
		t.Errorf("keys are %v, want %v", got, want)
	}
	if !all["Query.words(size)"] || !all["Change.name"] || all["Query.__schema"] {
		t.Errorf("all points are %v", slices.Sorted(maps.Keys(all)))
	}
	query := selectField(t, schema, schema.Query, schema.Query.Fields.ForName("thing"), map[string]string{"Query.thing(id)": `"x"`}, 5)
	if want := `thing(id: "x") { id name pageUrl parts { owners size } }`; query != want {
		t.Errorf("the whole of a thing is %s, want %s", query, want)
	}
	var answer any
	if err := json.Unmarshal([]byte(`{"thing": {"id": "t", "name": "n", "pageUrl": "u", "parts": [{"owners": ["a", "b"], "size": 1}]}}`), &answer); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	collectLeaves(schema, schema.Query, answer, func(point string, _ *ast.FieldDefinition, value any) {
		found[fmt.Sprint(point, " ", value)]++
	})
	if fmt.Sprint(found) != "map[Part.owners a:1 Part.owners b:1 Part.size 1:1 Thing.id t:1 Thing.name n:1 Thing.pageUrl u:1]" {
		t.Errorf("found %v", found)
	}
}
