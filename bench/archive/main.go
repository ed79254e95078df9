// Command archive measures what building an archive costs, and prints two tables: what was measured, and how it stands to
// the targets (make bench-archive). It is run from the project's root.
//
// Five programs make one object of the same photos, over PAM's own S3 server behind a proxy that holds back the first byte
// of each response: PAM's archive worker; a zip in Go, one photo after another; a zip in Node, as AWS's sample makes it; and
// the ceiling, which moves the same bytes and makes no zip, with the SDK's GETs and with PAM's. They take turns, each in a new
// process every time, so that the time of the processors and the memory are those of the worker alone: the S3 server is
// another program (bench/archive/store), and the proxy runs in the driver. Each zip is read once by a reader that PAM did not
// write. A missed target does not fail the run; the table marks it.
//
// drive.go is the order of measurements, workloads.go the photos, store.go where workers find them; pam.go, sequential.go,
// archiver.mjs and ceiling.go are the programs; targets.go and report.go make the tables.
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
	"pam/internal/photos"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench archive:", err)
		os.Exit(1)
	}
}

// errUsage is what the command was called wrongly with; flag has said more.
var errUsage = errors.New("usage: archive [flags], or archive work KIND [ARGUMENTS]")

// run is the driver, or, when it begins with "work", a process that the driver started.
func run(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) > 0 && arguments[0] == "work" {
		return runWorker(ctx, arguments[1:], in, out)
	}
	d := driver{progress: log.New(os.Stderr, "", log.Ltime)}
	flags := flag.NewFlagSet("archive", flag.ContinueOnError)
	flags.IntVar(&d.rounds, "rounds", 5, "how often each program is measured")
	flags.IntVar(&d.peerRounds, "peer-rounds", 5, "how often the two programs are that take long; 0 leaves them out")
	flags.IntVar(&d.reads, "ceiling-reads", 64, "how many reads the ceilings have under way")
	flags.IntVar(&d.archiveMemory, "archive-memory", photos.DefaultArchiveMemory>>20, "MiB for parts in PAM's worker, as for pam serve")
	flags.StringVar(&d.only, "only", "", "measure the workloads alone whose name has this in it")
	flags.StringVar(&d.profiles, "profiles", "", "a folder for processor and block profiles of PAM's worker and the ceilings")
	flags.StringVar(&d.scratch, "scratch", "build/bench/archive", "where the S3 server, the catalog and one archive are kept meanwhile")
	flags.StringVar(&d.storeProgram, "store", "build/bench/archive-store", "the program that serves the store: bench/archive/store, built")
	flags.StringVar(&d.script, "script", "bench/archive/archiver.mjs", "what makes the zip in Node")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 || d.rounds < 1 || d.peerRounds < 0 || d.reads < 1 || d.archiveMemory < 1 {
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
	if d.processors, err = machine.OwnProcessors(); err != nil {
		return err
	}
	measured := machine.Describe(len(d.processors)) // before the run adds to the load
	cases, err := d.measure(ctx)
	if err != nil {
		return err
	}
	return report(out, measured, cases)
}
