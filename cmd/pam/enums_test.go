package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pam/graph"
	"pam/internal/photos"
	"pam/resolvers"
)

const domainFolder = "../../internal/photos"

// TestEnums compares the enums of the contract with the constants of the domain, which resolvers turn into each other by
// their text. Neither list is written down here: one comes from the schema, the other from the source.
func TestEnums(t *testing.T) {
	domain := domainConstants(t)
	enums := map[string]string{ // of the contract, to the type of the domain
		"PhotoStatus": "PhotoStatus", "PhotoOrder": "PhotoOrder", "RejectionCode": "RejectionCode", "LabelOrder": "LabelOrder",
		"ArchiveStatus": "ArchiveStatus", "NoticeKind": "NoticeKind",
	}
	apart := map[string]string{ // without a type of the domain
		"Scope":         "tokens name scopes in another way: TestContract asks for every guarded field",
		"NoticeChannel": "e-mail is the one channel",
	}
	schema := graph.NewExecutableSchema(resolvers.Config(&photos.Library{})).Schema()
	for _, def := range schema.Types {
		if !def.IsLeafType() || len(def.EnumValues) == 0 || strings.HasPrefix(def.Name, "__") {
			continue
		}
		typeName, ok := enums[def.Name]
		if !ok {
			if apart[def.Name] == "" {
				t.Errorf("the enum %s is compared with nothing", def.Name)
			}
			continue
		}
		var values []string
		for _, v := range def.EnumValues {
			values = append(values, v.Name)
		}
		slices.Sort(values)
		if got := slices.Sorted(maps.Keys(domain[typeName])); !slices.Equal(got, values) {
			t.Errorf("%s is %v in the contract and %v in the domain", def.Name, values, got)
		}
	}
	// The codes of errors are no enum, as extensions have no type.
	codes := []string{"BAD_USER_INPUT", "CONFLICT", "FORBIDDEN", "INTERNAL", "LIMIT_EXCEEDED", "NOT_FOUND", "UNAUTHENTICATED"}
	if got := slices.Sorted(maps.Keys(domain["Code"])); !slices.Equal(got, codes) {
		t.Errorf("the codes of errors are %v, the contract has %v", got, codes)
	}
	var scopes []string
	for _, s := range photos.AllScopes() {
		scopes = append(scopes, string(s))
	}
	if got := slices.Sorted(maps.Keys(domain["Scope"])); !slices.Equal(got, slices.Sorted(slices.Values(scopes))) || len(got) != len(graph.AllScope) {
		t.Errorf("the scopes are %v, AllScopes gives %v, the contract has %v", got, scopes, graph.AllScope)
	}
}

// domainConstants reads the typed text constants of the domain, by their types.
func domainConstants(t *testing.T) map[string]map[string]bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(domainFolder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				typ, ok := value.Type.(*ast.Ident)
				if !ok || len(value.Values) != 1 {
					continue
				}
				literal, ok := value.Values[0].(*ast.BasicLit)
				if !ok {
					continue
				}
				constant, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				if constants[typ.Name] == nil {
					constants[typ.Name] = map[string]bool{}
				}
				constants[typ.Name][constant] = true
			}
		}
	}
	return constants
}
