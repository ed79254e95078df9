package main

import (
	"go/types"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// plannable says whether the fields of an object type can be read from its model: a struct that is not of the introspection.
func (w *writer) plannable(o *codegen.Object) bool {
	if o == nil || o.Root || strings.HasPrefix(o.Name, "__") {
		return false
	}
	_, isStruct := o.Type.Underlying().(*types.Struct)
	return isStruct
}

// objectOf finds the plannable object that a value is or holds; nil where it is another.
func (w *writer) objectOf(ref *config.TypeReference) *codegen.Object {
	if o := w.data.Objects.ByName(ref.Definition.Name); w.plannable(o) {
		return o
	}
	return nil
}

// appendTo gives the expression of a queryplan.Append for a type; "" where only gqlgen knows how to write it. Object types
// are written by the plan below, which is the variable below.
func (w *writer) appendTo(ref *config.TypeReference) string {
	switch {
	case ref.IsSlice():
		element := w.appendTo(ref.Elem())
		if element == "" {
			return ""
		}
		gaps := "false"
		if w.objectOf(ref) != nil {
			gaps = "below.Gaps"
		}
		if ref.GQL.NonNull {
			return "queryplan.List(" + element + ", " + gaps + ")"
		}
		return "queryplan.NullableList(" + element + ", " + gaps + ")"
	case ref.IsPtr():
		nonNull := *ref.GQL
		nonNull.NonNull = true
		target := *ref.Elem()
		target.GQL = &nonNull
		to := w.appendTo(&target)
		switch {
		case to == "":
			return ""
		case ref.GQL.NonNull:
			return "queryplan.Pointer(" + to + ")"
		}
		return "queryplan.NullablePointer(" + to + ")"
	case w.objectOf(ref) != nil:
		if ref.GQL.NonNull {
			return "below.Append"
		}
		return "queryplan.Nullable(below.Append)"
	case ref.Definition.IsLeafType() && !ref.IsNilable():
		body := w.leaf(ref, "*v")
		if body == "" {
			return ""
		}
		return "func(w *queryplan.Writer, v *" + goType(ref.GO) + ") bool { " + body + " }"
	}
	return ""
}

// leaf gives the statements that append a scalar or enum, which value is an expression for; "" where only gqlgen knows how.
func (w *writer) leaf(ref *config.TypeReference, value string) string {
	switch {
	case ref.HasEnumValues() || ref.IsTargetNilable():
		return ""
	case ref.IsMarshaler && ref.IsContext:
		return ""
	case ref.IsMarshaler && w.isEnumModel(ref):
		return "w.Quoted(string(" + value + ")); return true"
	case ref.IsMarshaler:
		return "return w.Marshal(" + value + ")"
	case ref.Marshaler == nil:
		return ""
	}
	if ref.CastType != nil {
		value = goType(ref.CastType) + "(" + value + ")"
	}
	pkg := ref.Marshaler.Pkg()
	function, results := appendFunction(ref.Marshaler)
	switch {
	case results == 1:
		return "w.Bytes = " + templates.CurrentImports.Lookup(pkg.Path()) + "." + function + "(w.Bytes, " + value + "); return true"
	case results == 2:
		return "b, ok := " + templates.CurrentImports.Lookup(pkg.Path()) + "." + function + "(w.Bytes, " + value + "); w.Bytes = b; return ok"
	case ref.IsContext:
		return ""
	}
	return "return w.Marshal(" + templates.CurrentImports.Lookup(pkg.Path()) + "." + ref.Marshaler.Name() + "(" + value + "))"
}

// isEnumModel says whether an enum is one of gqlgen's models, of which it is known how they write themselves.
func (w *writer) isEnumModel(ref *config.TypeReference) bool {
	named, ok := ref.GO.(*types.Named)
	if !ok || ref.Definition.Kind != ast.Enum || named.Obj().Pkg().Path() != w.data.Config.Model.ImportPath() {
		return false
	}
	basic, ok := named.Underlying().(*types.Basic)
	return ok && basic.Kind() == types.String
}

// appendFunction finds the function beside MarshalX that is called AppendX, takes the bytes so far and what MarshalX takes,
// and gives the bytes, or the bytes and whether the value has a form in JSON. results is 0 where there is none.
func appendFunction(marshal *types.Func) (name string, results int) {
	name = "Append" + strings.TrimPrefix(marshal.Name(), "Marshal")
	function, ok := marshal.Pkg().Scope().Lookup(name).(*types.Func)
	if !ok || !strings.HasPrefix(marshal.Name(), "Marshal") {
		return name, 0
	}
	signature, marshals := function.Signature(), marshal.Signature()
	isBytes := func(t types.Type) bool { return types.Identical(t, types.NewSlice(types.Typ[types.Byte])) }
	if signature.Params().Len() != 2 || marshals.Params().Len() != 1 || !isBytes(signature.Params().At(0).Type()) ||
		!types.Identical(signature.Params().At(1).Type(), marshals.Params().At(0).Type()) {
		return name, 0
	}
	out := signature.Results()
	switch {
	case out.Len() == 1 && isBytes(out.At(0).Type()):
		return name, 1
	case out.Len() == 2 && isBytes(out.At(0).Type()) && types.Identical(out.At(1).Type(), types.Typ[types.Bool]):
		return name, 2
	}
	return name, 0
}

// goType writes a type as the file names it.
func goType(t types.Type) string { return templates.CurrentImports.LookupType(t) }
