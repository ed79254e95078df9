package appsync

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/internal/photos"
)

// operation is what is asked of the executor, and where in its data the field's value lies.
type operation struct {
	params *graphql.RawParams
	path   []string
}

// operationOf makes the operation of an event.
func operationOf(schema *ast.Schema, e event) (operation, error) {
	parent := schema.Types[e.Info.ParentTypeName]
	if parent == nil || parent.Kind != ast.Object {
		return operation{}, photos.BadInput("info.parentTypeName", "is not a type of the schema")
	}
	known := parent.Fields.ForName(e.Info.FieldName)
	if known == nil || strings.HasPrefix(known.Name, "__") {
		return operation{}, photos.BadInput("info.fieldName", "is not a field of %s", parent.Name)
	}
	r := reader{schema: schema, variables: e.Info.Variables}
	own := &field{name: known.Name, arguments: e.Arguments}
	if def := schema.Types[known.Type.Name()]; def != nil && def.Kind == ast.Object {
		var err error
		if own.sub, err = r.read(e, def); err != nil {
			return operation{}, err
		}
	}
	kind, top, path := ast.Query, own, []string{known.Name}
	switch parent {
	case schema.Query:
	case schema.Mutation:
		kind = ast.Mutation
	default:
		way, ok := nestedFields()[parent.Name+"."+known.Name]
		if !ok {
			return operation{}, photos.BadInput("info.fieldName", "is answered with its parent: %s.%s needs no resolver", parent.Name, known.Name)
		}
		var err error
		if top, err = way.wrap(e, own); err != nil {
			return operation{}, err
		}
		path = []string{top.name, known.Name}
	}
	w := writer{schema: schema, variables: make(map[string]any)}
	root := schema.Query
	if kind == ast.Mutation {
		root = schema.Mutation
	}
	if err := w.fields(root, selection{top}); err != nil {
		return operation{}, err
	}
	head := string(kind)
	if len(w.declared) > 0 {
		head += "(" + strings.Join(w.declared, ", ") + ")"
	}
	return operation{&graphql.RawParams{Query: head + w.text.String(), Variables: w.variables}, path}, nil
}

// writer writes a selection as text. Every name in it comes from the schema; every value is a variable.
type writer struct {
	schema    *ast.Schema
	text      strings.Builder
	declared  []string
	variables map[string]any
}

// fields writes the selection of a type.
func (w *writer) fields(def *ast.Definition, s selection) error {
	w.text.WriteString(" {")
	written := 0
	for _, f := range s {
		if f.divided {
			continue // its own resolver knows which of the arguments are meant
		}
		written++
		w.text.WriteString(" " + f.name)
		if f.name == typename {
			continue
		}
		known := def.Fields.ForName(f.name)
		if err := w.arguments(known, f.arguments); err != nil {
			return err
		}
		if below := w.schema.Types[known.Type.Name()]; below != nil && below.Kind == ast.Object {
			if err := w.fields(below, f.sub); err != nil {
				return err
			}
		}
	}
	if needsID(def, s) {
		written++
		w.text.WriteString(" " + idField)
	}
	if written == 0 {
		w.text.WriteString(" " + typename)
	}
	w.text.WriteString(" }")
	return nil
}

// needsID says whether a resolver of a nested field may ask for what this selection gives.
func needsID(def *ast.Definition, s selection) bool {
	if s.find(idField) != nil {
		return false
	}
	ways := nestedFields()
	return slices.ContainsFunc(s, func(f *field) bool {
		_, ok := ways[def.Name+"."+f.name]
		return ok
	})
}

// arguments writes the arguments of a field, each as a variable. Those of the first field keep their names, so that an
// error about a value names it as the client knows it.
func (w *writer) arguments(known *ast.FieldDefinition, given map[string]any) error {
	for _, argument := range known.Arguments {
		if _, there := given[argument.Name]; !there && argument.Type.NonNull && argument.DefaultValue == nil {
			return photos.BadInput(argument.Name, "is missing")
		}
	}
	for i, name := range slices.Sorted(maps.Keys(given)) {
		argument := known.Arguments.ForName(name)
		if argument == nil {
			return photos.BadInput("arguments", "has one that %s lacks", known.Name)
		}
		variable := argument.Name
		if _, taken := w.variables[variable]; taken {
			variable += "_" + strconv.Itoa(len(w.declared))
		}
		w.declared = append(w.declared, "$"+variable+": "+argument.Type.String())
		w.variables[variable] = given[name]
		w.text.WriteString([]string{"(", ", "}[min(i, 1)] + argument.Name + ": $" + variable)
	}
	if len(given) > 0 {
		w.text.WriteString(")")
	}
	return nil
}
