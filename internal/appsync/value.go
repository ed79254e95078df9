package appsync

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// value gives what a literal or variable stands for, as JSON would have it. A variable that the client did not give is not
// given here either, so that defaults of the schema hold.
func (r *reader) value(v *ast.Value) (value any, given bool) {
	if v == nil {
		return nil, false
	}
	switch v.Kind {
	case ast.Variable:
		value, given = r.variables[v.Raw]
		return value, given
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw), true
	case ast.BooleanValue:
		return v.Raw == "true", true
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return v.Raw, true
	case ast.ListValue:
		items := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			item, _ := r.value(child.Value) // in a list, what is not given is null
			items = append(items, item)
		}
		return items, true
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			if member, given := r.value(child.Value); given {
				object[child.Name] = member
			}
		}
		return object, true
	case ast.NullValue:
	}
	return nil, true
}
