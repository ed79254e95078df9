// Package web holds the pages that the pam binary serves: it embeds the bundle that
// `npm run build` writes to the folder dist. Everything else in this folder is
// TypeScript, and is about how that bundle comes to be.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

// dist always holds .gitkeep, so that the program compiles before the bundle is built.
//
//go:embed all:dist
var dist embed.FS

// AppPage is the name in Dist of the web application's page. It belongs at / and at each of the application's own
// paths; what it loads belongs at /assets/, as GraphiQLPage's does.
const AppPage = "index.html"

// GraphiQLPage is the name in Dist of the page that belongs at /graphiql. What it loads
// lies in the folder assets, under names that change with the content, and belongs at
// /assets/.
const GraphiQLPage = "graphiql/index.html"

// Dist returns the bundle as it was when the program was compiled. See Built.
func Dist() (fs.FS, error) {
	bundle, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("web: open the embedded bundle: %w", err)
	}
	return bundle, nil
}

// Built reports whether bundle holds the pages. A program that was compiled without
// building them first, by a bare `go build`, has an empty one.
func Built(bundle fs.FS) bool {
	for _, page := range []string{AppPage, GraphiQLPage} {
		if info, err := fs.Stat(bundle, page); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}
