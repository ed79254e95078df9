package appsync

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// AppSync's text of a selection keeps the spreads of named fragments and loses the fragments. What they hold is only in
// selectionSetList: the paths of everything that is selected, by alias where there is one, without arguments. So fields of
// the paths that the text does not explain are added from there. An alias names no field: for one, every field that it
// could stand for is added, since AppSync takes the right one from the answer. Arguments given inside of a named fragment
// reach only resolvers of those fields (nested.go).

// paths is selectionSetList as a tree, by key.
type paths map[string]paths

func newPaths(list []string) paths {
	root := make(paths)
	for _, path := range list[:min(len(list), maxVisits)] {
		at := root
		for key := range strings.SplitSeq(path, "/") {
			if at[key] == nil {
				at[key] = make(paths)
			}
			at = at[key]
		}
	}
	return root
}

// lacksFragments says whether a set spreads a fragment that is not there.
func lacksFragments(set ast.SelectionSet, known ast.FragmentDefinitionList, depth int) bool {
	if depth > maxVisits {
		return false
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if lacksFragments(s.SelectionSet, known, depth+1) {
				return true
			}
		case *ast.InlineFragment:
			if lacksFragments(s.SelectionSet, known, depth+1) {
				return true
			}
		case *ast.FragmentSpread:
			if known.ForName(s.Name) == nil {
				return true
			}
		}
	}
	return false
}

// fromPaths adds the fields of the paths that were not named in the text.
func (r *reader) fromPaths(into *selection, def *ast.Definition, paths paths, named map[string]bool) error {
	for _, key := range slices.Sorted(maps.Keys(paths)) {
		if named[key] {
			continue
		}
		if key == typename {
			into.add(&field{name: typename})
			continue
		}
		if known := def.Fields.ForName(key); known != nil {
			if err := r.addKnown(into, known, paths[key]); err != nil {
				return err
			}
			continue
		}
		for _, candidate := range r.candidates(def, paths[key]) {
			if err := r.addKnown(into, candidate, paths[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) addKnown(into *selection, known *ast.FieldDefinition, sub paths) error {
	f := into.find(known.Name) // with its arguments, where the text asks for it too
	if f == nil {
		f = into.add(&field{name: known.Name, arguments: map[string]any{}})
	}
	return r.below(f, known, nil, sub)
}

// candidates gives the fields of a type that an alias with these keys below it may stand for: those whose objects have one
// of the keys, or all objects where the keys are aliases too.
func (r *reader) candidates(def *ast.Definition, sub paths) []*ast.FieldDefinition {
	var near, all []*ast.FieldDefinition
	for _, known := range def.Fields {
		if strings.HasPrefix(known.Name, "__") || needsArguments(known) {
			continue
		}
		below := r.schema.Types[known.Type.Name()]
		object := below != nil && below.Kind == ast.Object
		if object != (len(sub) > 0) {
			continue
		}
		all = append(all, known)
		if object && slices.ContainsFunc(slices.Collect(maps.Keys(sub)), func(key string) bool {
			return below.Fields.ForName(key) != nil
		}) {
			near = append(near, known)
		}
	}
	if len(near) > 0 {
		return near
	}
	return all
}

func needsArguments(known *ast.FieldDefinition) bool {
	return slices.ContainsFunc(known.Arguments, func(a *ast.ArgumentDefinition) bool {
		return a.Type.NonNull && a.DefaultValue == nil
	})
}
