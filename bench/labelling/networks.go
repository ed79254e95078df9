package main

import (
	"context"
	"fmt"
	"math"

	"pam/bench/labelling/onnx"
	"pam/internal/local/neural/efficientnet"
)

// network is one of PAM's networks, and what it takes to run it in both runtimes.
type network struct {
	name    string // in the table
	file    string // of the weights, and the stem of the files made of them
	side    int    // of the square input, in pixels
	colour  func(value uint8) float32
	outputs []output

	load func(weights []byte) (inference, error)
	onnx func(weights []byte) ([]byte, error)
}

// output is one of a network's outputs: pixels of so many channels each, a single one where it is no picture.
type output struct{ pixels, channels int }

// inference runs a network on a picture, three values a pixel, and gives its outputs one after the other, the channels of
// a pixel side by side.
type inference func(ctx context.Context, picture []float32) ([]float32, error)

func networks() []network {
	return []network{
		{
			name:    "EfficientNet-Lite0, 224x224",
			file:    "efficientnet-lite0",
			side:    efficientnet.Side,
			colour:  func(value uint8) float32 { return (float32(value) - 127) / 128 },
			outputs: []output{{pixels: 1, channels: efficientnet.Classes}},
			load: func(weights []byte) (inference, error) {
				n, err := efficientnet.Load(weights)
				if err != nil {
					return nil, err
				}
				ws := n.NewWorkspace()
				return func(ctx context.Context, picture []float32) ([]float32, error) {
					return n.Logits(ctx, ws, picture)
				}, nil
			},
			onnx: onnx.EfficientNet,
		},
	}
}

// tolerance is how far a number of one runtime may be from the other's, as a part of the greatest number of that output:
// the order of additions differs, nothing else does. 0.00004 was measured.
const tolerance = 0.001

// compare gives an error unless the outputs of PAM and of ONNX Runtime, which has them in planes, are the same.
func compare(outputs []output, ours, theirs []float32) error {
	for i, o := range outputs {
		size := o.pixels * o.channels
		if len(ours) < size || len(theirs) < size {
			return fmt.Errorf("output %d: PAM has %d numbers left, ONNX Runtime %d, where %d were due", i, len(ours), len(theirs), size)
		}
		if err := compareOutput(planes(ours[:size], o.channels), theirs[:size]); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		ours, theirs = ours[size:], theirs[size:]
	}
	if len(ours) > 0 || len(theirs) > 0 {
		return fmt.Errorf("behind the last output PAM has %d numbers, ONNX Runtime %d", len(ours), len(theirs))
	}
	return nil
}

func compareOutput(ours, theirs []float32) error {
	var greatest, difference float64
	at := 0
	for i := range ours {
		greatest = max(greatest, math.Abs(float64(theirs[i])))
		d := math.Abs(float64(ours[i]) - float64(theirs[i]))
		if d > difference || math.IsNaN(d) {
			difference, at = d, i
		}
		if math.IsNaN(d) {
			break
		}
	}
	if !(difference <= tolerance*greatest) { // a NaN is always too much
		return fmt.Errorf("number %d is %g in PAM and %g in ONNX Runtime, of at most %g", at, ours[at], theirs[at], greatest)
	}
	return nil
}
