// Command generate makes package graph: gqlgen's executor and models from gqlgen.yml, and beside them the plans with which
// package queryplan writes the results of resolvers. Run it in the root of the tree.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return err
	}
	file := filepath.Join(cfg.Exec.Dir(), "plans_gen.go")
	// It names what gqlgen is about to make anew, so it must not be there while gqlgen looks at the package.
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return api.Generate(cfg, api.AddPlugin(plans{file}))
}
