// Command coldstart measures how Lambda functions start: PAM's, as they are deployed but built for this machine, and an
// Apollo Server as one would write it for Lambda. A stand-in for Lambda's Runtime API (internal/runtimeapi) drives all of
// them in turns. docs/performance.md says how to read the table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"

	"pam/bench/machine"
)

func main() {
	rounds := flag.Int("rounds", 15, "how often each is started")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "coldstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) (err error) {
	before := machine.Describe(runtime.NumCPU())
	folder, err := os.MkdirTemp("", "pam-coldstart-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	stubs, err := startStubs(ctx)
	if err != nil {
		return err
	}
	defer stubs.stop()
	programs, err := buildAll(ctx, folder, stubs)
	if err != nil {
		return err
	}
	// One round warms the page cache and is not counted: Lambda's own cost of loading a program is not measured here.
	for round := range rounds + 1 {
		for i := range programs {
			if err := programs[i].measure(ctx, round > 0); err != nil {
				return fmt.Errorf("%s: %w", programs[i].name, err)
			}
		}
	}
	fmt.Println(before)
	fmt.Println()
	return report(os.Stdout, programs)
}
