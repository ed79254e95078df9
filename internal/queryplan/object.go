package queryplan

import (
	"bytes"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Object is the plan of one selection set of an object type, T being its model.
type Object[T any] struct {
	fields []plannedField[T]
	// Gaps says that a field of it, or of a selection below it, is left to gqlgen.
	Gaps bool
}

// plannedField is a field of a selection set: its name in the answer as it is written, and what follows.
type plannedField[T any] struct {
	key   []byte // {"name": for the first field, ,"name": for the others
	value Append[T]
}

// NewObject plans a selection set of the object type of that name; field plans one field of it.
func NewObject[T any](c *Compiler, name string, set ast.SelectionSet, field func(*Object[T], graphql.CollectedField) Append[T]) *Object[T] {
	collected := c.collect(name, set)
	o := &Object[T]{fields: make([]plannedField[T], len(collected))}
	for i, f := range collected {
		var key bytes.Buffer
		if i == 0 {
			key.WriteByte('{')
		} else {
			key.WriteByte(',')
		}
		graphql.MarshalString(f.Alias).MarshalGQL(&key)
		key.WriteByte(':')
		o.fields[i] = plannedField[T]{key.Bytes(), field(o, f)}
	}
	return o
}

// Append appends an object. It is valid if its fields are.
func (o *Object[T]) Append(w *Writer, object *T) bool {
	if len(o.fields) == 0 {
		w.Bytes = append(w.Bytes, '{')
	}
	valid := true
	for i := range o.fields {
		f := &o.fields[i]
		w.Bytes = append(w.Bytes, f.key...)
		if !f.value(w, object) {
			if !w.rewriting {
				return false
			}
			valid = false // but the fields behind it have gaps of their own, which must take their results
		}
	}
	w.Bytes = append(w.Bytes, '}')
	return valid
}

// Constant appends always the same, for __typename.
func Constant[T any](text string) Append[T] {
	return func(w *Writer, _ *T) bool {
		w.Bytes = append(w.Bytes, text...)
		return true
	}
}

// Below appends a field that leads to another object or list of objects with the plan below it. Where there are gaps below,
// it notes for them the way to them, of which enter gives the context.
func Below[T, V any](o *Object[T], gaps bool, get func(*T) *V, value Append[V], enter Enter) Append[T] {
	if !gaps {
		return func(w *Writer, object *T) bool { return value(w, get(object)) }
	}
	o.Gaps = true
	return func(w *Writer, object *T) bool {
		outer := w.at
		w.at = &position{parent: outer, enter: enter}
		valid := value(w, get(object))
		w.at = outer
		return valid
	}
}
