package onnx

import "testing"

// TestCenterNetHoldsTheNetwork looks at the file; that it computes the same is checked by the benchmark itself, in ONNX
// Runtime.
func TestCenterNetHoldsTheNetwork(t *testing.T) {
	file, graph := embedded(t, "centernet.tensors", CenterNet)
	checkOperators(t, graph, map[string]int{
		// Of the backbone: stem, last, three a block but the first, two for each of eight squeezes. Of the head: three a
		// lateral, four a step up, the attention's two, and two for each output.
		"Conv":              2 + 15*3 - 1 + 8*2 + 3*3 + 3*4 + 2 + 2*2,
		"Relu":              6*2 - 1 + 8 + 3 + 3 + 1, // blocks 0 to 5, squeezes, laterals, joints, attention
		"HardSwish":         2 + 9*2,                 // stem, last, blocks 6 to 14
		"HardSigmoid":       8,
		"Sigmoid":           1,
		"GlobalAveragePool": 8 + 1,
		"Mul":               8 + 1,
		"Add":               10 + 3, // blocks that change neither size nor width, steps up
		"Resize":            3,
		"Concat":            3,
	})
	checkOrder(t, graph)
	checkWeights(t, graph, file)
}
