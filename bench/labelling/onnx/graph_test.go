package onnx

import (
	"bytes"
	"testing"

	"pam/internal/local/neural/tensors"
)

func TestSamePaddingIsTensorFlows(t *testing.T) {
	cases := []struct {
		name, reason      string
		n, kernel, stride int
		before, behind    int
	}{
		{"3 by 1", "one on each side keeps the size", 7, 3, 1, 1, 1},
		{"1 by 1", "a point needs none", 7, 1, 1, 0, 0},
		{"3 by 2, even", "only one is needed, and it goes behind", 224, 3, 2, 0, 1},
		{"3 by 2, odd", "one on each side", 7, 3, 2, 1, 1},
		{"5 by 2, even", "three: one before, two behind", 14, 5, 2, 1, 2},
		{"1 by 2", "never fewer than none", 8, 1, 2, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if before, behind := same(c.n, c.kernel, c.stride); before != c.before || behind != c.behind {
				t.Errorf("got %d and %d, want %d and %d; %s", before, behind, c.before, c.behind, c.reason)
			}
		})
	}
}

// weights gives a file with tensors of the given shapes, all zeros.
func weights(t *testing.T, shapes map[string][]int) []byte {
	t.Helper()
	var all []tensors.Tensor
	for name, shape := range shapes {
		size := 1
		for _, dim := range shape {
			size *= dim
		}
		made, err := tensors.FromFloat32s(name, shape, make([]float32, size))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, made)
	}
	var file bytes.Buffer
	if err := tensors.Write(&file, all); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestWeightsThatDoNotFitAreRefused(t *testing.T) {
	right := map[string][]int{"a.weight": {4, 3, 1, 1}, "a.bias": {4}}
	cases := []struct {
		name, reason string
		shapes       map[string][]int
		wrong        bool
	}{
		{"fitting", "the case that the others change", right, false},
		{"no bias", "a layer without its bias is another network", map[string][]int{"a.weight": {4, 3, 1, 1}}, true},
		{"left over", "a weight that no layer takes", map[string][]int{"a.weight": {4, 3, 1, 1}, "a.bias": {4}, "b": {1}}, true},
		{"matrix", "a dense layer is a convolution of 1x1", map[string][]int{"a.weight": {4, 3}, "a.bias": {4}}, false},
		{"rank", "neither matrix nor convolution", map[string][]int{"a.weight": {4, 3, 1}, "a.bias": {4}}, true},
		{"channels", "three channels cannot be told in groups of two", map[string][]int{"a.weight": {4, 2, 1, 1}, "a.bias": {4}}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := newGraph("test", weights(t, c.shapes))
			if err != nil {
				t.Fatal(err)
			}
			out := g.convolution(g.input("x", 3, 8, 8), "a", 2)
			g.output("y", out.shape()...)
			file, err := g.finish()
			if c.wrong != (err != nil) || c.wrong != (file == nil) {
				t.Errorf("got %d bytes and error %v; %s", len(file), err, c.reason)
			}
		})
	}
	if _, err := newGraph("test", []byte("no tensors")); err == nil {
		t.Error("a file of another kind gives no error")
	}
}
