// Command pack builds the functions as Lambda takes them: one zip a function, whose only file is the program bootstrap for
// the runtime provided.al2023. The same sources and toolchain give the same bytes, wherever and whenever they are built.
//
//	go run ./lambda/pack [-arch arm64] [-out build/lambda] [function ...]
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"pam/internal/aws/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("pack", flag.ContinueOnError)
	arch := flags.String("arch", "arm64", "processor: arm64 or amd64")
	folder := flags.String("out", filepath.Join("build", "lambda"), "where the zips go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names := flags.Args()
	if len(names) == 0 {
		for _, f := range settings.Functions() {
			names = append(names, string(f))
		}
	}
	if err := os.MkdirAll(*folder, 0o755); err != nil { //nolint:gosec // what is built is public
		return err
	}
	for _, name := range names {
		program, err := build(ctx, name, *arch)
		if err != nil {
			return err
		}
		packed, err := pack(program)
		if err != nil {
			return fmt.Errorf("zip %s: %w", name, err)
		}
		file := filepath.Join(*folder, name+".zip")
		if err := os.WriteFile(file, packed, 0o644); err != nil { //nolint:gosec // what is built is public
			return err
		}
		if _, err := fmt.Fprintf(out, "%s: %d bytes of program, %d zipped\n", file, len(program), len(packed)); err != nil {
			return err
		}
	}
	return nil
}

// build compiles a function: static, without the paths of this machine, and without the RPC loop of a runtime that is gone.
func build(ctx context.Context, name, arch string) (_ []byte, err error) {
	folder, err := os.MkdirTemp("", "pam-pack-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "bootstrap")
	command := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", //nolint:gosec // names of our own
		"-ldflags", "-s -w -buildid=", "-o", file, "pam/lambda/"+name)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if text, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", name, err, text)
	}
	return os.ReadFile(file)
}

// pack makes the zip. Its times and modes are fixed: 1980 is where zip's time begins.
func pack(program []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	file, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(program); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
