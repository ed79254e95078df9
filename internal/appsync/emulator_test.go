package appsync_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"pam/internal/appsync"
)

// emulator does what AppSync does with a client's query, as its developer guide tells: it calls the resolvers of root
// fields and of the nested fields that have one, with the event that the guide describes, and takes all other fields from
// their parents' answers by name. It works on AppSync's form of the schema.
type emulator struct {
	*harness
	schema    *ast.Schema
	headers   map[string]any
	variables map[string]any
	attached  map[string]bool // nested fields with a resolver, such as Photo.url
	errors    []appsync.Result
	events    int
}

func newEmulator(h *harness, token string, attached ...string) *emulator {
	h.Helper()
	text, err := os.ReadFile("../../graph/appsync.graphql")
	if err != nil {
		h.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: "scalar AWSDateTime", BuiltIn: true}, &ast.Source{Input: string(text)})
	if err != nil {
		h.Fatal(err)
	}
	e := &emulator{harness: h, schema: schema, headers: map[string]any{"authorization": token}, attached: map[string]bool{}}
	for _, name := range attached {
		e.attached[name] = true
	}
	return e
}

// ask answers a client's query.
func (e *emulator) ask(query string, variables map[string]any) map[string]any {
	e.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(e.schema, query, nil)
	if errs != nil {
		e.Fatal(errs)
	}
	e.variables = variables
	op := doc.Operations[0]
	root := e.schema.Query
	if op.Operation == ast.Mutation {
		root = e.schema.Mutation
	}
	data := map[string]any{}
	for _, f := range e.collect(op.SelectionSet) {
		data[f.Alias] = e.complete(e.resolve(root.Name, f, nil), f)
	}
	return data
}

// collect gives the fields of a selection set, fragments spread, and what directives skip left out.
func (e *emulator) collect(set ast.SelectionSet) []*ast.Field {
	var fields []*ast.Field
	add := func(more ...*ast.Field) {
		for _, f := range more {
			for _, there := range fields {
				if there.Alias == f.Alias {
					there.SelectionSet = append(there.SelectionSet[:len(there.SelectionSet):len(there.SelectionSet)], f.SelectionSet...)
					f = nil
					break
				}
			}
			if f != nil {
				copied := *f
				fields = append(fields, &copied)
			}
		}
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if e.wanted(s.Directives) {
				add(s)
			}
		case *ast.InlineFragment:
			if e.wanted(s.Directives) {
				add(e.collect(s.SelectionSet)...)
			}
		case *ast.FragmentSpread:
			if e.wanted(s.Directives) {
				add(e.collect(s.Definition.SelectionSet)...)
			}
		}
	}
	return fields
}

func (e *emulator) wanted(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if on := d.ArgumentMap(e.variables)["if"] == true; on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// resolve calls the resolver of a field.
func (e *emulator) resolve(parent string, f *ast.Field, source any) any {
	e.events++
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatQueryDocument(&ast.QueryDocument{Operations: ast.OperationList{
		{Operation: ast.Query, SelectionSet: f.SelectionSet},
	}})
	event := map[string]any{
		"arguments": f.ArgumentMap(e.variables),
		"identity":  map[string]any{"sub": "from the emulator, and not believed"},
		"source":    source,
		"request":   map[string]any{"headers": e.headers, "domainName": nil},
		"prev":      nil,
		"stash":     map[string]any{},
		"info": map[string]any{
			"fieldName": f.Name, "parentTypeName": parent, "variables": e.variables, "selectionSetList": e.paths("", f.SelectionSet),
			"selectionSetGraphQL": strings.TrimSpace(strings.TrimPrefix(text.String(), "query")),
		},
	}
	raw, err := json.Marshal([]any{event})
	if err != nil {
		e.Fatal(err)
	}
	if !appsync.Is(raw) {
		e.Fatalf("not an event: %s", raw)
	}
	answer, err := e.handler.Handle(e.Context(), raw)
	if err != nil {
		e.Fatal(err)
	}
	result := answer.([]appsync.Result)[0]
	if result.ErrorType != "" {
		e.errors = append(e.errors, result)
	}
	return e.decoded(result.Data)
}

// paths is selectionSetList.
func (e *emulator) paths(prefix string, set ast.SelectionSet) []string {
	var list []string
	for _, f := range e.collect(set) {
		list = append(list, prefix+f.Alias)
		list = append(list, e.paths(prefix+f.Alias+"/", f.SelectionSet)...)
	}
	return list
}

// complete takes what was asked for out of a value.
func (e *emulator) complete(value any, f *ast.Field) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i := range value {
			list[i] = e.complete(value[i], f)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		def := f.Definition.Type.Name()
		for _, sub := range e.collect(f.SelectionSet) {
			switch {
			case sub.Name == "__typename":
				object[sub.Alias] = def
			case e.attached[def+"."+sub.Name]:
				object[sub.Alias] = e.complete(e.resolve(def, sub, value), sub)
			default:
				object[sub.Alias] = e.complete(value[sub.Name], sub)
			}
		}
		return object
	}
	return value
}

// unsigned takes out of a link what changes with the time.
func unsigned(text []byte) []byte {
	return regexp.MustCompile(`X-Amz-(Date|Signature)=[0-9A-Za-z]+`).ReplaceAll(text, nil)
}
