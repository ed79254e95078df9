package main

import (
	"context"
	"fmt"
	"math"

	"pam/bench/labelling/onnx"
	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
	"pam/internal/local/neural/layers"
)

// network is one of PAM's networks, and what it takes to run it in both runtimes.
type network struct {
	name   string // in the table
	file   string // of the weights, and the stem of the files made of them
	side   int    // of the square input, in pixels
	colour func(value uint8) float32

	load    func(weights []byte) (inference, error)
	onnx    func(weights []byte) ([]byte, error)
	compare func(ours, theirs []float32) error // an error unless both say the same
}

// inference runs a network on a picture, three values a pixel, and gives its answer as numbers.
type inference func(ctx context.Context, picture []float32) ([]float32, error)

func networks() []network {
	return []network{
		{
			name:    "EfficientNet-Lite0, 224x224",
			file:    "efficientnet-lite0",
			side:    efficientnet.Side,
			colour:  func(value uint8) float32 { return (float32(value) - 127) / 128 },
			load:    loadEfficientNet,
			onnx:    onnx.EfficientNet,
			compare: compareNumbers,
		},
		{
			name:    "CenterNet, 512x512",
			file:    "centernet",
			side:    centernet.MaxSide,
			colour:  func(value uint8) float32 { return float32(value) },
			load:    loadCenterNet,
			onnx:    onnx.CenterNet,
			compare: compareDetections,
		},
	}
}

func loadEfficientNet(weights []byte) (inference, error) {
	n, err := efficientnet.Load(weights)
	if err != nil {
		return nil, err
	}
	ws := n.NewWorkspace()
	return func(ctx context.Context, picture []float32) ([]float32, error) { return n.Logits(ctx, ws, picture) }, nil
}

func loadCenterNet(weights []byte) (inference, error) {
	n, err := centernet.Load(weights)
	if err != nil {
		return nil, err
	}
	ws := n.NewWorkspace()
	return func(ctx context.Context, picture []float32) ([]float32, error) {
		found, err := n.Detect(ctx, ws, picture, layers.Square(centernet.MaxSide))
		return flatten(found), err
	}, nil
}

// tolerance is how far a number of one runtime may be from the other's, as a part of the greatest: the order of additions
// differs, nothing else does.
const tolerance = 0.001

// compareNumbers gives an error unless there are as many numbers in both and none differs by more than tolerance.
func compareNumbers(ours, theirs []float32) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("PAM gives %d numbers, ONNX Runtime %d", len(ours), len(theirs))
	}
	var greatest, difference float64
	at := 0
	for i := range ours {
		greatest = max(greatest, math.Abs(float64(theirs[i])))
		if d := math.Abs(float64(ours[i]) - float64(theirs[i])); d > difference || math.IsNaN(d) {
			difference, at = d, i
			if math.IsNaN(d) {
				break
			}
		}
	}
	if !(difference <= tolerance*greatest) { // a NaN is always too much
		return fmt.Errorf("number %d is %g in PAM and %g in ONNX Runtime, of at most %g", at, ours[at], theirs[at], greatest)
	}
	return nil
}
