package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"

	"pam/bench/process"
)

// request is one line that a worker reads. archiver.mjs reads the same.
type request struct {
	// Manifest is the file that lists the photos; the seeder writes it.
	Manifest string `json:"manifest"`
	// Name is what the archive is called, another one each time.
	Name string `json:"name"`
	// Profile is how the files with the worker's profiles begin; empty for none.
	Profile string `json:"profile,omitempty"`
}

// reply is the line that a worker answers with.
type reply struct {
	process.Cost
	// Key is the object that was made, in the working bucket.
	Key string `json:"key"`
}

// work is what a worker does for each request.
type work func(context.Context, request) (reply, error)

// runWorker answers requests until in ends.
func runWorker(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	switch {
	case len(arguments) == 3 && arguments[0] == "seed":
		return process.Serve(ctx, in, out, seedPhotos(arguments[1], arguments[2]))
	case len(arguments) == 3 && arguments[0] == "pam":
		mebibytes, err := strconv.Atoi(arguments[2])
		if err != nil {
			return errUsage
		}
		return servePAM(ctx, arguments[1], mebibytes<<20, in, out)
	case len(arguments) == 1 && arguments[0] == "sequential":
		return process.Serve(ctx, in, out, zipSequentially())
	case len(arguments) == 2 && (arguments[0] == ceilingProgram || arguments[0] == leanProgram):
		reads, err := strconv.Atoi(arguments[1])
		if err != nil {
			return errUsage
		}
		open := bySDK()
		if arguments[0] == leanProgram {
			open = byPAM()
		}
		return process.Serve(ctx, in, out, transferAll(reads, open))
	}
	return errUsage
}

// measure gives what do took, and writes profiles where the request asks for them.
func measure(asked request, do func() error) (_ process.Cost, err error) {
	if asked.Profile == "" {
		return process.Measure(do)
	}
	processor, err := os.Create(asked.Profile + "-cpu.pprof")
	if err != nil {
		return process.Cost{}, err
	}
	defer processor.Close()
	runtime.SetBlockProfileRate(10_000) // a sample for each 10 µs blocked
	if err := pprof.StartCPUProfile(processor); err != nil {
		return process.Cost{}, err
	}
	cost, err := process.Measure(do)
	pprof.StopCPUProfile()
	if err != nil {
		return cost, err
	}
	for _, kind := range []string{"block", "allocs"} {
		if err := writeProfile(kind, asked.Profile); err != nil {
			return cost, err
		}
	}
	return cost, nil
}

func writeProfile(kind, stem string) error {
	file, err := os.Create(stem + "-" + kind + ".pprof")
	if err != nil {
		return err
	}
	defer file.Close()
	return pprof.Lookup(kind).WriteTo(file, 0)
}
