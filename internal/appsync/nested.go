package appsync

import (
	"encoding/json"
	"strconv"
	"strings"

	"pam/internal/photos"
)

// nested says how a field of another type than Query and Mutation is reached by an operation. AppSync tells the parent's
// answer, of which the id is enough. Fields that take arguments are here: where they are asked for twice with different
// arguments, or inside of a named fragment, only a resolver of their own learns of the arguments.
type nested struct {
	root      string // field of Query
	arguments func(source map[string]any) (map[string]any, bool)
}

// nestedFields gives the fields by type and name.
func nestedFields() map[string]nested {
	return map[string]nested{
		"Label.photos": {"label", labelOf},
		"Photo.url":    {"photo", photoOf},
	}
}

// photoOf reads a photo's id.
func photoOf(source map[string]any) (map[string]any, bool) {
	id, ok := source["id"].(string)
	return map[string]any{"id": id}, ok && id != ""
}

// labelOf reads a label's id: its name and its threshold, see resolvers/label_model.go.
func labelOf(source map[string]any) (map[string]any, bool) {
	id, _ := source["id"].(string)
	at := strings.LastIndexByte(id, '@')
	if at < 1 {
		return nil, false
	}
	threshold, err := strconv.Atoi(id[at+1:])
	return map[string]any{"name": id[:at], "minConfidence": json.Number(strconv.Itoa(threshold))}, err == nil
}

// idField is what must be in an answer whose objects have nested resolvers.
const idField = "id"

// wrap puts the field of an event below the root field by which it is reached.
func (n nested) wrap(e event, inner *field) (*field, error) {
	arguments, ok := n.arguments(e.Source)
	if !ok {
		return nil, photos.BadInput("source.id", "is not the id of a %s", clip(e.Info.ParentTypeName))
	}
	return &field{name: n.root, arguments: arguments, sub: selection{inner}}, nil
}
