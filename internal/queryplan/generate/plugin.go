package main

import (
	"strings"
	"text/template"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
)

// runtime is the package that executes plans.
const runtime = "pam/internal/queryplan"

// plans is a plugin of gqlgen that writes the plans of every object type into a file.
type plans struct{ file string }

// Name names the plugin.
func (plans) Name() string { return "plans" }

// GenerateCode writes the file.
func (p plans) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        p.file,
		Template:        "{{ plans . }}",
		Data:            data,
		Funcs:           template.FuncMap{"plans": write},
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
	})
}

// write gives the text of the file but for its head.
func write(data *codegen.Data) string {
	w := writer{data: data, queryplan: templates.CurrentImports.Lookup(runtime), graphql: templates.CurrentImports.Lookup("github.com/99designs/gqlgen/graphql")}
	templates.CurrentImports.Lookup("context")
	templates.CurrentImports.Lookup("github.com/vektah/gqlparser/v2/ast")
	w.executable()
	for _, object := range data.Objects {
		if w.plannable(object) {
			w.object(object)
		}
	}
	return strings.ReplaceAll(w.String(), "queryplan.", w.queryplan+".")
}
