package appsync

import (
	"reflect"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"pam/internal/photos"
)

// Bounds of what is made of a selection, before the executor's own limits see it. They are a little above those.
const (
	maxTokens = 6000
	maxVisits = 5000
)

// typename is the field that every type has.
const typename = "__typename"

// field is one field that is asked for, whatever its aliases.
type field struct {
	name      string
	arguments map[string]any // by name; variables are replaced by their values
	sub       selection
	divided   bool // aliases ask for it with different arguments
}

// selection is what is asked of an object, in the order in which it was asked for first.
type selection []*field

// find gives the field of that name, and nil where it is not asked for.
func (s selection) find(name string) *field {
	for _, f := range s {
		if f.name == name {
			return f
		}
	}
	return nil
}

// reader makes selections of what AppSync says of one event.
type reader struct {
	schema    *ast.Schema
	variables map[string]any
	fragments ast.FragmentDefinitionList
	paths     paths // what the whole selection holds, where the text does not say all
	visits    int
}

// read gives the selection below the field of an event, which is of type def.
func (r *reader) read(e event, def *ast.Definition) (selection, error) {
	set, err := r.parse(e, def)
	if err != nil {
		return nil, err
	}
	if lacksFragments(set, r.fragments, 0) {
		r.paths = newPaths(e.Info.SelectionSetList)
	}
	var s selection
	if err := r.set(&s, def, set, r.paths); err != nil {
		return nil, err
	}
	return s, nil
}

// parse reads selectionSetGraphQL, which is a document of its own. Where it begins with the event's own field, as in the
// example of the developer guide, what is below that counts.
func (r *reader) parse(e event, def *ast.Definition) (ast.SelectionSet, error) {
	text := strings.TrimSpace(e.Info.SelectionSetGraphQL)
	if text == "" || text == "{}" {
		r.paths = newPaths(e.Info.SelectionSetList)
		return nil, nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens)
	if err != nil || len(doc.Operations) != 1 {
		return nil, photos.BadInput("info.selectionSetGraphQL", "is not a selection set")
	}
	r.fragments = doc.Fragments
	set := doc.Operations[0].SelectionSet
	if len(set) == 1 && def.Fields.ForName(e.Info.FieldName) == nil {
		if own, ok := set[0].(*ast.Field); ok && own.Name == e.Info.FieldName {
			set = own.SelectionSet
		}
	}
	return set, nil
}

// set adds a selection set of type def to a selection. The contract has neither interfaces nor unions, so each fragment
// applies.
func (r *reader) set(into *selection, def *ast.Definition, set ast.SelectionSet, paths paths) error {
	if r.visits += 1 + len(set); r.visits > maxVisits {
		return photos.Errorf(photos.LimitExceeded, "the selection has too many fields")
	}
	named := make(map[string]bool, len(set))
	if err := r.flatten(into, def, set, paths, named); err != nil {
		return err
	}
	return r.fromPaths(into, def, paths, named)
}

// flatten adds the fields of a set and of its fragments; named collects the keys under which they were asked for.
func (r *reader) flatten(into *selection, def *ast.Definition, set ast.SelectionSet, paths paths, named map[string]bool) error {
	for _, s := range set {
		var err error
		switch s := s.(type) {
		case *ast.Field:
			named[s.Alias] = true
			if r.wanted(s.Directives) {
				err = r.field(into, def, s, paths[s.Alias])
			}
		case *ast.InlineFragment:
			if r.wanted(s.Directives) {
				err = r.fragment(into, def, s.TypeCondition, s.SelectionSet, paths, named)
			}
		case *ast.FragmentSpread:
			if f := r.fragments.ForName(s.Name); f != nil && r.wanted(s.Directives) {
				err = r.fragment(into, def, f.TypeCondition, f.SelectionSet, paths, named)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) fragment(into *selection, def *ast.Definition, on string, set ast.SelectionSet, paths paths, named map[string]bool) error {
	if on != "" && on != def.Name {
		return photos.BadInput("info.selectionSetGraphQL", "has a fragment on %s where %s stands", clip(on), def.Name)
	}
	if r.visits += 1 + len(set); r.visits > maxVisits {
		return photos.Errorf(photos.LimitExceeded, "the selection has too many fields")
	}
	return r.flatten(into, def, set, paths, named)
}

// field adds one field, merged with what is there of it already.
func (r *reader) field(into *selection, def *ast.Definition, asked *ast.Field, paths paths) error {
	if asked.Name == typename {
		into.add(&field{name: typename})
		return nil
	}
	known := def.Fields.ForName(asked.Name)
	if known == nil || strings.HasPrefix(asked.Name, "__") {
		return photos.BadInput("info.selectionSetGraphQL", "has the field %s, which %s lacks", clip(asked.Name), def.Name)
	}
	f := &field{name: known.Name, arguments: make(map[string]any, len(asked.Arguments))}
	for _, a := range asked.Arguments {
		if known.Arguments.ForName(a.Name) == nil {
			return photos.BadInput("info.selectionSetGraphQL", "gives %s an argument that it lacks", known.Name)
		}
		if value, given := r.value(a.Value); given {
			f.arguments[a.Name] = value
		}
	}
	f = into.add(f)
	return r.below(f, known, asked.SelectionSet, paths)
}

// below adds what is asked of the object that a field gives.
func (r *reader) below(f *field, known *ast.FieldDefinition, set ast.SelectionSet, paths paths) error {
	def := r.schema.Types[known.Type.Name()]
	if def == nil || def.Kind != ast.Object {
		return nil
	}
	return r.set(&f.sub, def, set, paths)
}

// add adds a field, or gives the one of that name that is there.
func (s *selection) add(f *field) *field {
	if there := s.find(f.name); there != nil {
		there.divided = there.divided || !reflect.DeepEqual(there.arguments, f.arguments)
		return there
	}
	*s = append(*s, f)
	return f
}

// wanted evaluates @skip and @include. AppSync knows no other directive in operations.
func (r *reader) wanted(directives ast.DirectiveList) bool {
	for _, d := range directives {
		condition := d.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		value, _ := r.value(condition.Value)
		if on, ok := value.(bool); ok && on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// clip bounds a text that is told back.
func clip(text string) string {
	if len(text) > 64 {
		return text[:64]
	}
	return text
}
