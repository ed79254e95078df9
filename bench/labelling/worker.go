package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"pam/bench/process"
	"pam/internal/imaging"
	"pam/internal/local/neural"
	"pam/internal/photos"
)

// request is one line that a worker reads. onnxruntime.mjs reads the same.
type request struct {
	// Input is the file to work on: a photo, or a network's input as float32 (tensorfile.go).
	Input string `json:"input"`
	// Output is where a network's output is to be written; empty when nobody wants it.
	Output string `json:"output,omitempty"`
}

// reply is the line that a worker answers with. The time is that of the work, reading and writing of files excluded.
type reply struct {
	process.Cost
	// InspectMilliseconds is the part of it from the photo's bytes to the decoded photo and its thumbnail.
	InspectMilliseconds float64 `json:"inspectMilliseconds,omitempty"`
}

// work is what a worker does for each request.
type work func(context.Context, request) (reply, error)

// runWorker answers requests until in ends.
func runWorker(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	do, err := chooseWork(arguments)
	if err != nil {
		return err
	}
	return process.Serve(ctx, in, out, do)
}

func chooseWork(arguments []string) (work, error) {
	switch {
	case len(arguments) == 1 && arguments[0] == "label":
		return labelPhotos(), nil
	case len(arguments) == 2:
		for _, n := range networks() {
			if n.file == arguments[0] {
				return runNetwork(n, arguments[1])
			}
		}
	}
	return nil, errUsage
}

// runNetwork runs a network alone.
func runNetwork(n network, weights string) (work, error) {
	file, err := os.ReadFile(weights)
	if err != nil {
		return nil, err
	}
	infer, err := n.load(file)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, asked request) (reply, error) {
		picture, err := readFloats(asked.Input)
		if err != nil {
			return reply{}, err
		}
		var output []float32
		cost, err := process.Measure(func() (err error) {
			output, err = infer(ctx, picture)
			return err
		})
		if err == nil && asked.Output != "" {
			err = writeFloats(asked.Output, output)
		}
		return reply{Cost: cost}, err
	}, nil
}

// labelPhotos labels photos as PAM does: inspecting includes the check of the file, decoding and the thumbnail.
func labelPhotos() work {
	inspector, labeler := imaging.Inspector{}, neural.New(neural.Config{})
	return func(ctx context.Context, asked request) (reply, error) {
		data, err := os.ReadFile(asked.Input)
		if err != nil {
			return reply{}, err
		}
		contentType := "image/jpeg"
		if filepath.Ext(asked.Input) == ".png" {
			contentType = "image/png"
		}
		var inspected time.Duration
		cost, err := process.Measure(func() error {
			start := time.Now()
			found, err := inspector.Inspect(ctx, data, contentType)
			inspected = time.Since(start)
			if err != nil {
				return err
			}
			_, err = labeler.Label(ctx, photos.Picture{Image: found.Image})
			return err
		})
		return reply{Cost: cost, InspectMilliseconds: process.Milliseconds(inspected)}, err
	}
}
