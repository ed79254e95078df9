package onnx

import (
	"math"
	"os"
	"testing"

	"pam/internal/local/neural/tensors"
)

// operators counts a model's nodes by operator.
func operators(t *testing.T, graph []byte) map[string]int {
	t.Helper()
	counts := make(map[string]int)
	for _, n := range inner(t, graph, 1) {
		counts[string(only(t, n, 4))]++
	}
	return counts
}

func checkOperators(t *testing.T, graph []byte, want map[string]int) {
	t.Helper()
	got := operators(t, graph)
	for operator, count := range want {
		if got[operator] != count {
			t.Errorf("%d nodes %s, want %d", got[operator], operator, count)
		}
		delete(got, operator)
	}
	if len(got) > 0 {
		t.Errorf("nodes beyond those expected: %v", got)
	}
}

// checkOrder checks that each node reads what an input, a constant or a node before it made.
func checkOrder(t *testing.T, graph []byte) {
	t.Helper()
	made := make(map[string]bool)
	for _, c := range inner(t, graph, 5) {
		made[string(only(t, c, 8))] = true
	}
	for _, p := range inner(t, graph, 11) {
		made[string(only(t, p, 1))] = true
	}
	for _, n := range inner(t, graph, 1) {
		for _, input := range inner(t, n, 1) {
			if len(input) > 0 && !made[string(input)] { // an empty name leaves out an optional input
				t.Errorf("%s reads %q, which nothing before it made", only(t, n, 4), input)
			}
		}
		made[string(only(t, n, 2))] = true
	}
	for _, p := range inner(t, graph, 12) {
		if name := only(t, p, 1); !made[string(name)] {
			t.Errorf("nothing makes the output %q", name)
		}
	}
}

// checkWeights checks that the model's constants hold the file's numbers, exactly; it looks at one in a hundred.
func checkWeights(t *testing.T, graph, file []byte) {
	t.Helper()
	all, err := tensors.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range inner(t, graph, 5) {
		name, raw := string(only(t, c, 8)), only(t, c, 9)
		weight, ok := all[name]
		if !ok {
			continue // such as the bounds of ReLU6
		}
		delete(all, name)
		values, err := weight.Float32s()
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) != 4*len(values) {
			t.Fatalf("%s has %d bytes for %d numbers", name, len(raw), len(values))
		}
		for i := 0; i < len(values); i += 101 {
			bits := uint32(raw[4*i]) | uint32(raw[4*i+1])<<8 | uint32(raw[4*i+2])<<16 | uint32(raw[4*i+3])<<24
			if bits != math.Float32bits(values[i]) {
				t.Fatalf("%s holds %g at %d, want %g", name, math.Float32frombits(bits), i, values[i])
			}
		}
	}
	for name := range all {
		t.Errorf("the model does not hold %q", name)
	}
}

// embedded reads the weights that PAM embeds, and what is made of them.
func embedded(t *testing.T, name string, write func([]byte) ([]byte, error)) (file, graph []byte) {
	t.Helper()
	file, err := os.ReadFile("../../../internal/local/neural/" + name)
	if err != nil {
		t.Fatal(err)
	}
	model, err := write(file)
	if err != nil {
		t.Fatal(err)
	}
	return file, only(t, model, 7)
}

// TestEfficientNetHoldsTheNetwork looks at the file; that it computes the same is checked by the benchmark itself, in
// ONNX Runtime.
func TestEfficientNetHoldsTheNetwork(t *testing.T) {
	file, graph := embedded(t, "efficientnet-lite0.tensors", EfficientNet)
	checkOperators(t, graph, map[string]int{
		"Conv":              1 + 1 + 16*3 - 1, // stem, head, three a block; the first block does not expand
		"Clip":              1 + 1 + 16*2 - 1, // after each but the projections
		"Add":               9,                // blocks that change neither size nor width
		"GlobalAveragePool": 1,
		"Flatten":           1,
		"Gemm":              1,
	})
	checkOrder(t, graph)
	checkWeights(t, graph, file)
}
