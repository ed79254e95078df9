package queryplan_test

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// operation is a random operation of the schema. It may be invalid in a few ways that validation finds.
type operation struct {
	t         *rapid.T
	schema    *ast.Schema
	fragments []string
	left      int // how many fields may still come
}

// drawOperation makes an operation on a root type.
func drawOperation(t *rapid.T, schema *ast.Schema, root *ast.Definition, keyword string) string {
	o := &operation{t: t, schema: schema, left: 60}
	var set string
	if keyword == "subscription" {
		field := rapid.SampledFrom(fieldsOf(root)).Draw(t, "subscription field")
		set = "{ " + o.field(field, 0) + " }"
	} else {
		set = o.selections(root, 0)
	}
	text := set + "\n" + strings.Join(o.fragments, "\n")
	var variables []string
	for _, v := range []string{"$yes: Boolean! = true", "$maybe: Boolean!", "$first: Int = 2", "$text: String", "$least: Int"} {
		if name, _, _ := strings.Cut(v, ":"); strings.Contains(text, name) { // one that is not used is not valid
			variables = append(variables, v)
		}
	}
	if len(variables) > 0 {
		keyword += "(" + strings.Join(variables, ", ") + ")"
	}
	return keyword + " " + text
}

func (o *operation) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(o.t, "chance") < percent
}

// fieldsOf are the fields of a type but those of the introspection.
func fieldsOf(d *ast.Definition) []*ast.FieldDefinition {
	var fields []*ast.FieldDefinition
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			fields = append(fields, f)
		}
	}
	return fields
}

// weighed are the fields of a type, those often that lead on or have a resolver of their own.
func (o *operation) weighed(d *ast.Definition) []*ast.FieldDefinition {
	var fields []*ast.FieldDefinition
	for _, f := range fieldsOf(d) {
		often := 1
		if o.schema.Types[f.Type.Name()].IsCompositeType() && f.Name != "pageInfo" || f.Name == "totalCount" || strings.HasSuffix(strings.ToLower(f.Name), "url") {
			often = 3
		}
		for range often {
			fields = append(fields, f)
		}
	}
	return fields
}

// selections writes a selection set of an object type.
func (o *operation) selections(d *ast.Definition, depth int) string {
	var s strings.Builder
	s.WriteString("{ ")
	for range rapid.IntRange(1, 6).Draw(o.t, "selections") {
		switch kind := rapid.IntRange(0, 19).Draw(o.t, "kind"); {
		case kind == 0:
			s.WriteString(o.inline(d, depth))
		case kind == 1:
			s.WriteString(o.spread(d, depth))
		case kind == 2:
			s.WriteString("__typename" + o.condition())
		case kind == 3 && d == o.schema.Query:
			s.WriteString(`__type(name: "Label") { name fields { name type { kind } } }`)
		case kind == 4 && d == o.schema.Query:
			s.WriteString(`__schema { queryType { name } }`)
		default:
			s.WriteString(o.field(rapid.SampledFrom(o.weighed(d)).Draw(o.t, "field"), depth))
		}
		s.WriteString(" ")
	}
	s.WriteString("}")
	return s.String()
}

func (o *operation) inline(d *ast.Definition, depth int) string {
	on := ""
	if o.chance(50) {
		on = " on " + d.Name
	}
	return "..." + on + o.condition() + " " + o.selections(d, depth+1)
}

// spread writes a fragment and its spread, or spreads one that is there already.
func (o *operation) spread(d *ast.Definition, depth int) string {
	for i, f := range o.fragments {
		if strings.HasPrefix(f, fmt.Sprintf("fragment F%d on %s ", i, d.Name)) && o.chance(50) {
			return fmt.Sprintf("...F%d%s", i, o.condition())
		}
	}
	set := o.selections(d, depth+1)
	name := fmt.Sprintf("F%d", len(o.fragments))
	o.fragments = append(o.fragments, fmt.Sprintf("fragment %s on %s %s", name, d.Name, set))
	return "..." + name + o.condition()
}

// condition writes @skip and @include, or nothing.
func (o *operation) condition() string {
	values := []string{"true", "false", "$yes", "$maybe"}
	draw := func() string { return rapid.SampledFrom(values).Draw(o.t, "if") }
	switch rapid.IntRange(0, 9).Draw(o.t, "condition") {
	case 0:
		return " @include(if: " + draw() + ")"
	case 1:
		return " @skip(if: " + draw() + ")"
	case 2:
		return " @include(if: " + draw() + ") @skip(if: " + draw() + ")"
	}
	return ""
}

// field writes a field. An alias says which arguments it has, so that fields of one alias can be merged.
func (o *operation) field(f *ast.FieldDefinition, depth int) string {
	o.left--
	result := o.schema.Types[f.Type.Name()]
	if result.IsCompositeType() && (depth > 6 || o.left < 0) {
		return "__typename"
	}
	name, args := f.Name, ""
	if len(f.Arguments) > 0 {
		choice := rapid.IntRange(0, 4).Draw(o.t, "arguments")
		args = o.arguments(f, choice)
		name = fmt.Sprintf("a%d_%s: %s", choice, f.Name, f.Name)
	} else if o.chance(20) {
		name = "other_" + f.Name + ": " + f.Name
	}
	text := name + args + o.condition()
	if result.IsCompositeType() {
		text += " " + o.selections(result, depth+1)
	}
	return text
}

// arguments writes the arguments of a field: one of a few combinations.
func (o *operation) arguments(f *ast.FieldDefinition, choice int) string {
	var args []string
	for _, a := range f.Arguments {
		if value := argument(a, choice); value != "" {
			args = append(args, a.Name+": "+value)
		}
	}
	if len(args) == 0 {
		return ""
	}
	return "(" + strings.Join(args, ", ") + ")"
}

// argument gives a value of each kind, "" for none.
func argument(a *ast.ArgumentDefinition, choice int) string {
	values := map[string][]string{
		"Int":                  {"", "$first", "0", "4", "$least"},
		"String":               {"", "$text", `""`, `"Dog"`, "null"},
		"String!":              {`"Dog"`, `"Cat"`, `""`, `"a\nb"`, `"Dog"`},
		"ID!":                  {`"1"`, `7`, `""`, `"x"`, `"y"`},
		"[ID!]!":               {"[]", `["1"]`, `["1", "2"]`, `"3"`, `[4]`},
		"LabelMatch":           {"", `{any: ["Dog"]}`, "{}", "null", `{all: "Dog", minConfidence: 60}`},
		"LabelMatch!":          {`{any: ["Dog", "Cat"]}`, `{any: ["Dog"]}`, "{}", "{}", `{all: "Dog", minConfidence: 60}`},
		"UploadUrlInput!":      {upload("a"), upload("b"), upload("c"), upload("d"), upload("e")},
		"[UploadUrlInput!]!":   {"[]", "[" + upload("a") + "]", "[" + upload("a") + upload("b") + upload("c") + "]", upload("d"), "[" + upload("e") + upload("f") + "]"},
		"RequestArchiveInput!": {`{match: {}}`, `{match: {}, name: "n"}`, `{match: {any: "a"}}`, `{match: {}}`, `{match: {}}`},
		"NoticeChannel!":       {"EMAIL", "EMAIL", "EMAIL", "EMAIL", "EMAIL"},
	}
	if list, ok := values[a.Type.String()]; ok {
		return list[choice]
	}
	return "" // the orders and statuses, which change nothing here
}

func upload(name string) string {
	return fmt.Sprintf(`{fileName: %q, contentType: "image/png", size: 5, crc32: "AAAAAA=="} `, name)
}
