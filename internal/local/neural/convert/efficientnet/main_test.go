package main

import (
	"math"
	"slices"
	"testing"

	"github.com/nlpodyssey/gopickle/pytorch"
)

func TestFoldNormComputesWhatTheTwoLayersDid(t *testing.T) {
	state := map[string]array{
		"conv.weight":       {shape: []int{2, 1, 1, 2}, values: []float32{1, 2, 3, -4}},
		"norm.weight":       {values: []float32{2, 0.5}},
		"norm.bias":         {values: []float32{0.25, -1}},
		"norm.running_mean": {values: []float32{3, -2}},
		"norm.running_var":  {values: []float32{4 - epsilon, 0}},
	}
	weight, bias, err := foldNorm(state, "conv", "norm")
	if err != nil {
		t.Fatal(err)
	}
	input := []float64{0.5, -1.5}
	for o := range 2 {
		plain, folded := 0.0, float64(bias.values[o])
		for i, x := range input {
			plain += float64(state["conv.weight"].values[2*o+i]) * x
			folded += float64(weight.values[2*o+i]) * x
		}
		gamma, beta := float64(state["norm.weight"].values[o]), float64(state["norm.bias"].values[o])
		mean, variance := float64(state["norm.running_mean"].values[o]), float64(state["norm.running_var"].values[o])
		want := gamma*(plain-mean)/math.Sqrt(variance+epsilon) + beta
		if math.Abs(folded-want) > 1e-4 {
			t.Errorf("output %d is %g, want %g", o, folded, want)
		}
	}
}

func TestFoldNormRefusesLayersThatDoNotFit(t *testing.T) {
	cases := []struct {
		name, reason string
		state        map[string]array
	}{
		{"nothing", "a file of another model", nil},
		{"channels", "the normalisation of another layer", map[string]array{
			"conv.weight": {shape: []int{2, 1, 1, 1}, values: []float32{1, 2}},
			"norm.weight": {values: []float32{2}},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := foldNorm(c.state, "conv", "norm"); err == nil {
				t.Errorf("no error; %s", c.reason)
			}
		})
	}
}

func TestRowMajor(t *testing.T) {
	data := []float32{9, 0, 1, 2, 3, 4, 5}
	cases := []struct {
		name, reason string
		tensor       pytorch.Tensor
		want         []float32 // nil: an error
	}{
		{"in order", "strides of a plain matrix", pytorch.Tensor{Size: []int{2, 3}, Stride: []int{3, 1}, StorageOffset: 1}, []float32{0, 1, 2, 3, 4, 5}},
		{"transposed", "the order in which TensorFlow's convolutions were saved", pytorch.Tensor{Size: []int{3, 2}, Stride: []int{1, 3}, StorageOffset: 1}, []float32{0, 3, 1, 4, 2, 5}},
		{"beyond", "a damaged file", pytorch.Tensor{Size: []int{2}, Stride: []int{7}}, nil},
		{"before", "a negative stride leaves the storage", pytorch.Tensor{Size: []int{2}, Stride: []int{-1}}, nil},
		{"ranks", "a stride is missing", pytorch.Tensor{Size: []int{1, 1}, Stride: []int{1}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := rowMajor(&c.tensor, data)
			if (err == nil) != (c.want != nil) || !slices.Equal(got, c.want) {
				t.Errorf("got %v, %v; want %v; %s", got, err, c.want, c.reason)
			}
		})
	}
}
