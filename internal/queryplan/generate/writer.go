package main

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/codegen"
)

// writer writes the file.
type writer struct {
	strings.Builder
	data               *codegen.Data
	queryplan, graphql string // the names of the imports
}

func (w *writer) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...) // a strings.Builder does not fail
}

// executable writes what makes gqlgen's executable schema a queryplan.Executable.
func (w *writer) executable() {
	w.printf(`
var _ queryplan.Executable = (*executableSchema)(nil)

// Executor implements queryplan.Executable.
func (e *executableSchema) Executor(op *graphql.OperationContext) any {
	return newExecutionContext(op, e, nil) // deferred results: operations with @defer have no plan
}

// planner plans selections by their type.
type planner struct {
	c         *queryplan.Compiler
	immediate func(object, field string) bool
}

// PlanRoot implements queryplan.Executable.
func (e *executableSchema) PlanRoot(c *queryplan.Compiler, object string, f graphql.CollectedField) queryplan.Result {
	p := planner{c, func(string, string) bool { return false }}
	if i, ok := e.Resolvers.(queryplan.Immediate); ok {
		p.immediate = i.Immediate
	}
	switch object + "." + f.Name {
`)
	for _, object := range w.data.Objects {
		if !object.Root {
			continue
		}
		for _, f := range object.Fields {
			if f.IsReserved() || w.objectOf(f.TypeReference) == nil {
				continue
			}
			w.printf("case %q:\n%s", object.Name+"."+f.Name, w.result(f))
		}
	}
	w.printf("}\nreturn nil\n}\n")
}

// result writes statements that return the plan of a field's result, which is an object or holds objects.
func (w *writer) result(f *codegen.Field) string {
	below := fmt.Sprintf("below := p.%s(f.Selections)\n", planOf(w.objectOf(f.TypeReference)))
	value := w.appendTo(f.TypeReference)
	if !f.Object.Stream {
		return below + "return queryplan.ResultOf(" + value + ")\n"
	}
	return below + fmt.Sprintf("return queryplan.StreamOf(f, %s, func(ctx context.Context, executor any, f graphql.CollectedField, v %s) graphql.Marshaler {\n"+
		"return executor.(*executionContext).%s(ctx, f.Selections, v)\n})\n", value, goType(f.TypeReference.GO), f.TypeReference.MarshalFunc())
}

// planOf names the method that plans an object type.
func planOf(o *codegen.Object) string { return "plan" + o.Name }

// object writes the method that plans an object type.
func (w *writer) object(o *codegen.Object) {
	model := goType(o.Type)
	w.printf(`
func (p planner) %s(set ast.SelectionSet) *queryplan.Object[%s] {
	return queryplan.NewObject(p.c, %q, set, func(o *queryplan.Object[%s], f graphql.CollectedField) queryplan.Append[%s] {
		switch f.Name {
		case "__typename":
			return queryplan.Constant[%s](%q)
`, planOf(o), model, o.Name, model, model, model, fmt.Sprintf("%q", o.Name))
	for _, f := range o.Fields {
		if f.IsReserved() {
			continue
		}
		w.printf("case %q:\n%s", f.Name, w.field(f, model))
	}
	w.printf("}\npanic(%q + f.Name) // the operation is valid\n})\n}\n", "unknown field "+o.Name+".")
}

// field gives statements that return the Append for one field of a model.
func (w *writer) field(f *codegen.Field, model string) string {
	ref := f.TypeReference
	value := w.appendTo(ref)
	isRead := !f.IsResolver && !f.HasHaser && len(f.Args) == 0 && !f.HasDirectives() && len(w.data.AllDirectives.LocationDirectives("FIELD")) == 0
	isValue := f.IsMethod() && !f.MethodHasContext && f.NoErr && !f.VOkFunc // of a method that only computes
	switch {
	case !isRead || value == "" || !f.IsVariable() && !isValue:
		return w.open(f, model)
	case f.IsMethod() && w.objectOf(ref) == nil:
		return fmt.Sprintf("value := %s\nreturn func(w *queryplan.Writer, v *%s) bool { x := v.%s(); return value(w, &x) }\n", value, model, f.GoFieldName)
	case f.IsMethod():
		return w.open(f, model)
	case w.objectOf(ref) != nil:
		return fmt.Sprintf("below := p.%s(f.Selections)\n"+
			"return queryplan.Below(o, below.Gaps, func(v *%s) *%s { return &v.%s }, %s, func(ctx context.Context, executor any) (*graphql.FieldContext, error) {\n"+
			"return executor.(*executionContext).%s(ctx, f)\n})\n",
			planOf(w.objectOf(ref)), model, goType(ref.GO), f.GoFieldName, value, f.FieldContextFunc())
	case !ref.IsSlice() && !ref.IsPtr():
		return fmt.Sprintf("return func(w *queryplan.Writer, v *%s) bool { %s }\n", model, w.leaf(ref, "v."+f.GoFieldName))
	}
	return fmt.Sprintf("value := %s\nreturn func(w *queryplan.Writer, v *%s) bool { return value(w, &v.%s) }\n", value, model, f.GoFieldName)
}

// open gives statements that leave a field to gqlgen.
func (w *writer) open(f *codegen.Field, model string) string {
	var s strings.Builder
	if w.objectOf(f.TypeReference) != nil {
		fmt.Fprintf(&s, "below := p.%s(f.Selections)\np.c.Nested(f, queryplan.ResultOf(%s))\n", planOf(w.objectOf(f.TypeReference)), w.appendTo(f.TypeReference))
	}
	immediate := fmt.Sprintf("p.immediate(%q, %q)", f.Object.Name, f.Name)
	if !f.IsConcurrent() {
		immediate = "true"
	}
	fmt.Fprintf(&s, "return queryplan.Resolved(o, %t, %s, func(ctx context.Context, executor any, v *%s) graphql.Marshaler {\n"+
		"return executor.(*executionContext)._%s_%s(ctx, f, v)\n})\n", f.TypeReference.GQL.NonNull, immediate, model, f.Object.Name, f.Name)
	return s.String()
}
