package infra

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// program is the module's own code that some mains consist of, with types.
type program struct {
	packages map[string]*packages.Package // by path; the module's own
	bodies   map[*types.Func]reference    // what each function refers to
	initial  map[string]reference         // what the variables of each package refer to
	outside  map[string][]*types.Signature
}

// reference is what a piece of code refers to.
type reference struct {
	info *types.Info
	node []ast.Node
}

// sdkPrefix begins the paths of the packages of AWS's services.
const sdkPrefix = "github.com/aws/aws-sdk-go-v2/service/"

// loadProgram type-checks the mains and every package of the module that they link.
func loadProgram(t *testing.T, mains ...string) *program {
	t.Helper()
	list, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps, Context: t.Context(), Dir: ".."}, mains...)
	if err != nil {
		t.Fatal(err)
	}
	var own []string
	packages.Visit(list, nil, func(p *packages.Package) {
		if strings.HasPrefix(p.PkgPath, "pam/") {
			own = append(own, p.PkgPath)
		}
	})
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Context: t.Context(), Dir: ".."}, own...) //nolint:staticcheck // the sum of the flags that it names
	if err != nil {
		t.Fatal(err)
	}
	p := &program{
		packages: map[string]*packages.Package{}, bodies: map[*types.Func]reference{}, initial: map[string]reference{},
		outside: map[string][]*types.Signature{},
	}
	for _, pkg := range loaded {
		for _, e := range pkg.Errors {
			t.Fatalf("%s does not compile: %v", pkg.PkgPath, e)
		}
		p.packages[pkg.PkgPath] = pkg
		for _, file := range pkg.Syntax {
			p.read(pkg, file)
		}
	}
	for _, pkg := range loaded {
		for _, imported := range pkg.Imports {
			p.readInterfaces(imported.Types)
		}
	}
	return p
}

// read notes what each function of a file refers to. Variables are made before main.
func (p *program) read(pkg *packages.Package, file *ast.File) {
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			r := p.initial[pkg.PkgPath]
			p.initial[pkg.PkgPath] = reference{pkg.TypesInfo, append(r.node, declaration)}
			continue
		}
		p.bodies[pkg.TypesInfo.Defs[function.Name].(*types.Func)] = reference{pkg.TypesInfo, []ast.Node{function}}
	}
}

// readInterfaces notes the methods by which other people's code may call ours, such as ServeHTTP.
func (p *program) readInterfaces(pkg *types.Package) {
	if pkg == nil || p.packages[pkg.Path()] != nil {
		return
	}
	for _, name := range pkg.Scope().Names() {
		if i, ok := pkg.Scope().Lookup(name).Type().Underlying().(*types.Interface); ok && types.IsInterface(i) {
			for m := range i.Methods() {
				p.outside[m.Name()] = append(p.outside[m.Name()], m.Signature())
			}
		}
	}
}

// walk follows the code of one main.
type walk struct {
	*program
	linked  map[string]bool // the packages of the main
	seen    map[types.Object]bool
	pending []reference
	reached map[string]bool // uses of the SDK, such as "s3.GetObject"
}

// reach gives which operations of AWS's services a main can come to: every function that reachable code so much as
// mentions is reachable, and a call of an interface's method may be that of any type in the main that has it. So it finds
// too much rather than too little.
//
// It does not follow the functions of except, by their full names, all of which there must be.
func (p *program) reach(t *testing.T, main string, except ...string) []string {
	t.Helper()
	w := &walk{program: p, linked: map[string]bool{}, seen: map[types.Object]bool{}, reached: map[string]bool{}}
	for f := range p.bodies {
		if at := slices.Index(except, f.FullName()); at >= 0 {
			w.seen[f] = true
			except = slices.Delete(slices.Clone(except), at, at+1)
		}
	}
	if len(except) > 0 {
		t.Fatalf("there are no functions %q", except)
	}
	w.link(p.packages[main])
	for path := range w.linked {
		w.pending = append(w.pending, p.initial[path])
		for _, f := range w.calledFromOutside(path) {
			w.function(f)
		}
	}
	for f := range p.bodies {
		if f.Pkg().Path() == main && f.Name() == "main" || f.Name() == "init" && w.linked[f.Pkg().Path()] {
			w.function(f)
		}
	}
	for len(w.pending) > 0 {
		next := w.pending[len(w.pending)-1]
		w.pending = w.pending[:len(w.pending)-1]
		for _, node := range next.node {
			ast.Inspect(node, func(n ast.Node) bool {
				if name, ok := n.(*ast.Ident); ok {
					w.mention(next.info.Uses[name])
				}
				return true
			})
		}
	}
	var found []string
	for operation := range w.reached {
		found = append(found, operation)
	}
	slices.Sort(found)
	return found
}

func (w *walk) link(pkg *packages.Package) {
	if pkg == nil || w.linked[pkg.PkgPath] {
		return
	}
	w.linked[pkg.PkgPath] = true
	for _, imported := range pkg.Imports {
		if own := w.packages[imported.PkgPath]; own != nil {
			w.link(own)
		}
	}
}

// calledFromOutside gives the methods of a package that an interface of somebody else's package has too.
func (w *walk) calledFromOutside(path string) []*types.Func {
	var found []*types.Func
	for f := range w.bodies {
		if f.Pkg().Path() != path || f.Signature().Recv() == nil {
			continue
		}
		for _, other := range w.outside[f.Name()] {
			if types.Identical(types.NewSignatureType(nil, nil, nil, f.Signature().Params(), f.Signature().Results(), f.Signature().Variadic()),
				types.NewSignatureType(nil, nil, nil, other.Params(), other.Results(), other.Variadic())) {
				found = append(found, f)
				break
			}
		}
	}
	return found
}

// mention takes up what reachable code refers to.
func (w *walk) mention(object types.Object) {
	switch o := object.(type) {
	case *types.Func:
		w.function(o.Origin())
	case *types.TypeName:
		if o.Pkg() != nil && o.Pkg().Path() == sdkPrefix+"dynamodb/types" {
			if _, known := actions()["dynamodb/types."+o.Name()]; known { // an action of a transaction
				w.reached["dynamodb/types."+o.Name()] = true
			}
		}
	}
}

func (w *walk) function(f *types.Func) {
	if w.seen[f] || f.Pkg() == nil {
		return
	}
	w.seen[f] = true
	if service, ok := strings.CutPrefix(f.Pkg().Path(), sdkPrefix); ok {
		w.operation(service, f)
		return
	}
	receiver := f.Signature().Recv()
	if receiver != nil && types.IsInterface(receiver.Type()) && w.packages[f.Pkg().Path()] != nil {
		w.implementations(f, receiver.Type())
		return
	}
	if body, ok := w.bodies[f]; ok {
		w.pending = append(w.pending, body)
	}
}

// operation notes a call of a service: a method of its client or presigner, or a paginator around one.
func (w *walk) operation(service string, f *types.Func) {
	name := f.Name()
	if operation, ok := strings.CutSuffix(name, "Paginator"); ok && strings.HasPrefix(name, "New") {
		w.reached[service+"."+strings.TrimPrefix(operation, "New")] = true
		return
	}
	receiver := f.Signature().Recv()
	if receiver == nil || !f.Exported() || f.Signature().Params().Len() < 2 {
		return
	}
	switch types.TypeString(receiver.Type(), func(*types.Package) string { return "" }) {
	case "*Client", "*PresignClient":
		w.reached[service+"."+name] = true
	}
}

// implementations takes up a method of every type of the main that has all methods of the interface.
func (w *walk) implementations(f *types.Func, of types.Type) {
	for path := range w.linked {
		scope := w.packages[path].Types.Scope()
		for _, name := range scope.Names() {
			named, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(named.Type()) || named.IsAlias() {
				continue
			}
			pointer := types.NewPointer(named.Type())
			generic, _ := named.Type().(*types.Named)
			open := generic != nil && generic.TypeParams().Len() > 0 // then the name of the method has to do
			if !open && !types.Implements(pointer, of.Underlying().(*types.Interface)) {
				continue
			}
			if method, _, _ := types.LookupFieldOrMethod(pointer, true, f.Pkg(), f.Name()); method != nil {
				w.mention(method)
			}
		}
	}
}
