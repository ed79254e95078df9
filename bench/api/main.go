// Command api measures what answers of the API cost, beside other GraphQL servers, and prints two tables: what was measured,
// and how it stands to the targets (make bench-api). It is run from the project's root.
//
// Each server is a process of its own on one processor; the load generator is another, on another. The servers take turns,
// round by round. Before anything is timed their answers are compared: a difference fails the run. A missed target does not;
// the table marks it.
//
// drive.go is the order of measurements, workloads.go what is asked; serve.go makes the servers in Go, stock and peers hold
// the others; load.go and subscribers.go are what the load generator does; report.go and targets.go make the tables.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"pam/bench/machine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench api:", err)
		os.Exit(1)
	}
}

// errUsage is what the command was called wrongly with; flag has said more.
var errUsage = errors.New("usage: api [flags], or api work load, or api work pam|stock SETTINGS")

// run is the driver, or, when it begins with "work", a process that the driver started.
func run(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) > 0 && arguments[0] == "work" {
		return work(ctx, arguments[1:], in, out)
	}
	d := driver{progress: log.New(os.Stderr, "", log.Ltime)}
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.IntVar(&d.rounds, "rounds", 5, "how often each program is measured")
	flags.IntVar(&d.requests, "requests", 2000, "how many requests for labels a round has; of others fewer in proportion")
	flags.StringVar(&d.only, "only", "", "measure what has this in its name alone, such as labels(first: 100), memory")
	flags.BoolVar(&d.withoutNode, "without-node", false, "leave the peers in Node out")
	flags.StringVar(&d.profiles, "profile", "", "a folder for processor profiles of the servers in Go, one for each workload")
	flags.StringVar(&d.scratch, "scratch", "build/bench/api", "where databases are kept meanwhile")
	flags.StringVar(&d.peers, "peers", "bench/api/peers", "where the servers in Node are")
	flags.StringVar(&d.contract, "contract", "bench/api/contract/labels.graphql", "the schema that they serve")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 || d.rounds < 1 || d.requests < 1 || len(d.chosen()) == 0 {
		return errUsage
	}
	var err error
	for _, path := range []*string{&d.scratch, &d.profiles} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
		if err := os.MkdirAll(*path, 0o755); err != nil {
			return err
		}
	}
	processors, err := machine.OwnProcessors()
	if err != nil {
		return err
	}
	d.server, d.generators = processors[0], processors[len(processors)-1]
	measured := machine.Describe(len(processors)) // before the run adds to the load
	results, err := d.measure(ctx)
	if err != nil {
		return err
	}
	return report(out, measured, results)
}

// work is what a process does that the driver started.
func work(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "load":
		return serveLoad(ctx, in, out)
	case len(arguments) == 2 && (arguments[0] == pamProgram || arguments[0] == stockProgram):
		return serveAPI(ctx, arguments[0], arguments[1], in, out)
	}
	return errUsage
}
