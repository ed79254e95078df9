package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

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

// reply is the line that a worker answers with.
type reply struct {
	// Milliseconds is the time of the work, reading and writing of files excluded.
	Milliseconds float64 `json:"milliseconds"`
	// CPUMilliseconds is the processor time of the whole process meanwhile.
	CPUMilliseconds float64 `json:"cpuMilliseconds"`
	// InspectMilliseconds is the part of it from the photo's bytes to the decoded photo and its thumbnail.
	InspectMilliseconds float64 `json:"inspectMilliseconds,omitempty"`
	// PeakBytes is the most memory that the process has had resident so far; 0 where the system does not tell.
	PeakBytes int64 `json:"peakBytes,omitempty"`
}

// work is what a worker does for each request.
type work func(context.Context, request) (reply, error)

// runWorker answers requests until in ends.
func runWorker(ctx context.Context, arguments []string, in io.Reader, out io.Writer) error {
	do, err := chooseWork(arguments)
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); ; {
		if !lines.Scan() {
			return lines.Err()
		}
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return fmt.Errorf("read request: %w", err)
		}
		answer, err := do(ctx, asked)
		if err != nil {
			return fmt.Errorf("work on %s: %w", asked.Input, err)
		}
		if err := answers.Encode(answer); err != nil {
			return fmt.Errorf("write reply: %w", err)
		}
	}
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
		answer, err := timed(func() (err error) {
			output, err = infer(ctx, picture)
			return err
		})
		if err == nil && asked.Output != "" {
			err = writeFloats(asked.Output, output)
		}
		return answer, err
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
		answer, err := timed(func() error {
			start := time.Now()
			found, err := inspector.Inspect(ctx, data, contentType)
			inspected = time.Since(start)
			if err != nil {
				return err
			}
			_, err = labeler.Label(ctx, photos.Picture{Image: found.Image})
			return err
		})
		if err != nil {
			return reply{}, err
		}
		answer.InspectMilliseconds = milliseconds(inspected)
		answer.PeakBytes, err = peakMemory()
		return answer, err
	}
}

// timed gives the time that do took, on the clock and of the processors.
func timed(do func() error) (reply, error) {
	before, err := processorTime()
	if err != nil {
		return reply{}, err
	}
	start := time.Now()
	if err := do(); err != nil {
		return reply{}, err
	}
	elapsed := time.Since(start)
	after, err := processorTime()
	if err != nil {
		return reply{}, err
	}
	return reply{Milliseconds: milliseconds(elapsed), CPUMilliseconds: milliseconds(after - before)}, nil
}

// processorTime is what this process has used so far, in its own code and in the system's.
func processorTime() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
