package queryplan

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Compiler makes the plan of one operation. It works with gqlgen's own collection of fields, so fragments, duplicates and
// conditions mean what they mean there.
type Compiler struct {
	op          *graphql.OperationContext
	plan        *Plan
	unsupported bool
}

// roots plans the fields of the operation's root type; field plans one of them, and gives nil for one that it leaves to
// gqlgen.
func (c *Compiler) roots(rootType string, field func(graphql.CollectedField) Result) {
	for _, f := range c.collect(rootType, c.op.Operation.SelectionSet) {
		if r := field(f); r != nil {
			c.plan.roots[f.Field] = r
		}
	}
}

// Nested plans the result of a field with a resolver, which gqlgen asks for when it has run. r may be nil.
func (c *Compiler) Nested(f graphql.CollectedField, r Result) {
	if r != nil && len(f.Selections) > 0 {
		c.plan.nested[&f.Selections[0]] = r
	}
}

// collect gives the fields of a selection set of an object type.
func (c *Compiler) collect(typeName string, set ast.SelectionSet) []graphql.CollectedField {
	fields := graphql.CollectFields(c.op, set, []string{typeName})
	for i, f := range fields {
		if len(f.Deferrables) > 0 {
			c.unsupported = true
		}
		for _, earlier := range fields[:i] {
			if earlier.Alias == f.Alias { // of fields of different abstract types: gqlgen resolves both and writes the first
				c.unsupported = true
			}
		}
	}
	return fields
}

// conditions lists the variables that @skip and @include of an operation depend on, in the order in which they stand there.
func conditions(op *graphql.OperationContext) []string {
	w := walk{fragments: op.Doc.Fragments, seen: make(map[string]bool), known: make(map[string]bool)}
	w.selections(op.Operation.SelectionSet)
	return w.variables
}

// walk visits each fragment once.
type walk struct {
	fragments   ast.FragmentDefinitionList
	seen, known map[string]bool
	variables   []string
}

func (w *walk) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.InlineFragment:
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			w.directives(s.Directives)
			if f := w.fragments.ForName(s.Name); f != nil && !w.seen[s.Name] {
				w.seen[s.Name] = true
				w.selections(f.SelectionSet)
			}
		}
	}
}

func (w *walk) directives(list ast.DirectiveList) {
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" && d.Name != "defer" {
			continue
		}
		if arg := d.Arguments.ForName("if"); arg != nil && arg.Value.Kind == ast.Variable && !w.known[arg.Value.Raw] {
			w.known[arg.Value.Raw] = true
			w.variables = append(w.variables, arg.Value.Raw)
		}
	}
}
