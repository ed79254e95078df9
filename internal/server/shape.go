package server

import (
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// shape is how large a document is with its fragments spread. It is computed from the syntax alone, before validation,
// each fragment once: spreading them for real takes exponential time for a document made to that end. Of several
// operations in a document the largest counts, and so do fragments that no operation spreads: validation visits all.
type shape struct {
	depth      int
	fields     int
	rootFields int
	defers     bool
}

// shapeOf measures a document.
func shapeOf(doc *ast.QueryDocument) shape {
	m := measurer{fragments: make(map[string]*ast.FragmentDefinition), known: make(map[string]shape)}
	for _, f := range doc.Fragments {
		// Of two with one name, which validation refuses in the end, it takes the first until then.
		if _, ok := m.fragments[f.Name]; !ok {
			m.fragments[f.Name] = f
		}
	}
	var largest shape
	for _, f := range doc.Fragments {
		s := m.selections(f.SelectionSet)
		largest.fields = max(largest.fields, s.fields)
		// What applies to the types of introspection can only stand below __schema and __type.
		if !strings.HasPrefix(f.TypeCondition, "__") {
			largest.depth = max(largest.depth, s.depth)
		}
	}
	for _, op := range doc.Operations {
		s := m.selections(op.SelectionSet)
		largest.depth = max(largest.depth, s.depth)
		largest.fields = max(largest.fields, s.fields)
		largest.rootFields = max(largest.rootFields, s.rootFields)
		largest.defers = largest.defers || s.defers
	}
	return largest
}

// measurer remembers what it knows of fragments.
type measurer struct {
	fragments map[string]*ast.FragmentDefinition
	known     map[string]shape
}

// selections measures a selection set; rootFields counts the fields directly in it.
func (m measurer) selections(set ast.SelectionSet) shape {
	var sum shape
	for _, selection := range set {
		var s shape
		switch selection := selection.(type) {
		case *ast.Field:
			inner := m.selections(selection.SelectionSet)
			s = shape{depth: inner.depth + 1, fields: add(inner.fields, 1), rootFields: 1, defers: inner.defers}
			if selection.Name == "__schema" || selection.Name == "__type" {
				// Validation limits the depth of introspection in its own way.
				s.depth = 1
			}
		case *ast.InlineFragment:
			s = m.selections(selection.SelectionSet)
			s.defers = s.defers || selection.Directives.ForName("defer") != nil
		case *ast.FragmentSpread:
			s = m.fragment(selection.Name)
			s.defers = s.defers || selection.Directives.ForName("defer") != nil
		}
		sum.depth = max(sum.depth, s.depth)
		sum.fields = add(sum.fields, s.fields)
		sum.rootFields = add(sum.rootFields, s.rootFields)
		sum.defers = sum.defers || s.defers
	}
	return sum
}

// fragment measures a fragment. One that is not there, or that spreads itself, counts as empty: validation refuses it.
func (m measurer) fragment(name string) shape {
	if s, ok := m.known[name]; ok {
		return s
	}
	m.known[name] = shape{}
	if f, ok := m.fragments[name]; ok {
		m.known[name] = m.selections(f.SelectionSet)
	}
	return m.known[name]
}

// add does not overflow: a document of MaxTokens can spread to more fields than an int counts.
func add(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
