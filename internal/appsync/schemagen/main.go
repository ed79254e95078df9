// Command schemagen writes the contract in the form that AWS AppSync takes: `make generate` runs it.
//
//	go run ./internal/appsync/schemagen schema.graphql graph/appsync.graphql
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("schemagen: want the contract's file and the file to write")
	}
	contract, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("schemagen: %w", err)
	}
	text, err := convert(string(contract))
	if err != nil {
		return err
	}
	if err := os.WriteFile(args[1], []byte(text), 0o644); err != nil { //nolint:gosec // it is public
		return fmt.Errorf("schemagen: %w", err)
	}
	return nil
}
