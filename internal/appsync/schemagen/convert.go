package main

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

const head = `# The contract in the form that AWS AppSync takes, made of schema.graphql by internal/appsync/schemagen; do not edit.
#
# AppSync knows no scalars but its own and no directives but its own, so DateTime is AWSDateTime, Long is Float (whole
# numbers up to 2^53 survive), and @scope is gone: the function checks it all the same. Default values are left to the
# function; descriptions tell them. AppSync's subscriptions are fed by mutations alone, so there are none here: they come as
# server-sent events from the API itself.

`

// convert makes AppSync's form of the contract. Sources: "Scalar types in AWS AppSync", "Using directives" and "Subscription
// directives" in the AppSync developer guide.
func convert(contract string) (string, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: contract})
	if err != nil {
		return "", fmt.Errorf("schemagen: read the contract: %w", err)
	}
	scalars := map[string]string{"DateTime": "AWSDateTime", "Long": "Float"}
	byName := make(map[string]*ast.Definition)
	for _, def := range doc.Definitions {
		byName[def.Name] = def
		def.Directives = nil
		for _, f := range def.Fields {
			tellScope(f)
			rename(f.Type, scalars)
			tellDefault(&f.Description, &f.DefaultValue)
			for _, a := range f.Arguments {
				a.Directives = nil
				rename(a.Type, scalars)
				tellDefault(&a.Description, &a.DefaultValue)
			}
		}
	}
	kept := make(map[string]bool)
	for _, root := range []string{"Query", "Mutation"} {
		reach(root, byName, kept)
	}
	out := ast.SchemaDocument{Schema: ast.SchemaDefinitionList{{OperationTypes: ast.OperationTypeDefinitionList{
		{Operation: ast.Query, Type: "Query"}, {Operation: ast.Mutation, Type: "Mutation"},
	}}}}
	for _, def := range doc.Definitions {
		if kept[def.Name] && def.Kind == ast.Scalar {
			return "", fmt.Errorf("schemagen: AppSync knows no scalar %s: say which of its own stands for it", def.Name)
		}
		if kept[def.Name] {
			out.Definitions = append(out.Definitions, def)
		}
	}
	var text strings.Builder
	text.WriteString(head)
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchemaDocument(&out)
	return text.String(), check(text.String())
}

// rename gives a type of the contract AppSync's name.
func rename(t *ast.Type, names map[string]string) {
	for ; t != nil; t = t.Elem {
		if name, ok := names[t.NamedType]; ok {
			t.NamedType = name
		}
	}
}

// tellDefault moves a default value into the description.
func tellDefault(description *string, value **ast.Value) {
	if *value != nil {
		*description = strings.TrimSpace(*description) + " Default: " + (*value).String() + "."
		*value = nil
	}
}

// tellScope moves the scope that a field needs into its description.
func tellScope(f *ast.FieldDefinition) {
	if d := f.Directives.ForName("scope"); d != nil {
		f.Description = strings.TrimSpace(f.Description) + " Needs the scope " + d.Arguments.ForName("requires").Value.String() + "."
	}
	f.Directives = nil
}

// reach marks the types that a type needs.
func reach(name string, byName map[string]*ast.Definition, kept map[string]bool) {
	def := byName[name]
	if def == nil || kept[name] {
		return
	}
	kept[name] = true
	for _, f := range def.Fields {
		reach(f.Type.Name(), byName, kept)
		for _, a := range f.Arguments {
			reach(a.Type.Name(), byName, kept)
		}
	}
}

// check loads what was made as AppSync would, with its scalars.
func check(text string) error {
	scalars := &ast.Source{Name: "appsync scalars", Input: "scalar AWSDateTime", BuiltIn: true}
	if _, err := gqlparser.LoadSchema(scalars, &ast.Source{Name: "appsync.graphql", Input: text}); err != nil {
		return fmt.Errorf("schemagen: what was made is no schema: %w", err)
	}
	return nil
}
