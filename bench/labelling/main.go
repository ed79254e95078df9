// Command labelling measures what labelling a photo costs, and prints one table (make bench-labelling). It is run from the
// project's root.
//
// Three things are measured, each in processes of their own, so that the number of processors can be limited and memory be
// told apart: each network alone, in PAM and in ONNX Runtime on the same weights and pictures, in turns; the way of a
// photo from its bytes to its labels; and the memory of that with photos of 50 megapixels. Before anything is timed, the
// outputs of both runtimes are compared: a difference fails the run. A missed target does not; the table marks it.
//
// drive.go is the order of measurements, worker.go what the processes it starts do.
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
	"syscall"

	"pam/bench/machine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench labelling:", err)
		os.Exit(1)
	}
}

// errUsage is what the command was called wrongly with; flag has said more.
var errUsage = errors.New("usage: labelling [flags], or labelling work NETWORK WEIGHTS, or labelling work label")

// run is the driver, or, when it begins with "work", a process that the driver started.
func run(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) > 0 && arguments[0] == "work" {
		return runWorker(ctx, arguments[1:], in, out)
	}
	flags := flag.NewFlagSet("labelling", flag.ContinueOnError)
	d := driver{progress: log.New(os.Stderr, "", 0)}
	flags.IntVar(&d.rounds, "rounds", 5, "how often each photo is measured")
	flags.IntVar(&d.photos, "photos", 5, "how many of the photos of 1024x768 are used")
	flags.StringVar(&d.photoFolder, "photo-folder", "testdata/photos", "where the photos are")
	flags.StringVar(&d.weightFolder, "weight-folder", "internal/local/neural", "where the networks' weights are")
	flags.StringVar(&d.scratch, "scratch", "build/bench/labelling", "where models and pictures are written")
	flags.StringVar(&d.script, "script", "bench/labelling/onnxruntime.mjs", "what runs a model in ONNX Runtime")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 || d.rounds < 1 || d.photos < 1 {
		return errUsage
	}
	processors, err := machine.OwnProcessors()
	if err != nil {
		return err
	}
	measured := machine.Describe(len(processors)) // before the run adds to the load
	rows, err := d.measure(ctx, processors)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s\n\n", measured); err != nil {
		return err
	}
	return writeTable(out, rows)
}
