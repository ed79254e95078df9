package onnx

import "fmt"

// EfficientNet writes EfficientNet-Lite0 with the weights of a file that package efficientnet loads. The model takes
// "picture", 1 x 3 x 224 x 224, and gives "logits", 1 x 1000.
func EfficientNet(file []byte) ([]byte, error) {
	const (
		side    = 224
		classes = 1000
		blocks  = 16
	)
	g, err := newGraph("EfficientNet-Lite0", file)
	if err != nil {
		return nil, err
	}
	g.number("zero", 0)
	g.number("six", 6)
	at := g.relu6(g.convolution(g.input("picture", 3, side, side), "stem", 2))
	for block := range blocks {
		at = g.invertedResidual(at, block)
	}
	at = g.mean(g.relu6(g.convolution(at, "head", 1)))
	g.take("classifier.weight")
	g.take("classifier.bias")
	flat := g.add("Flatten", []string{at.name})
	g.add("Gemm", []string{flat, "classifier.weight", "classifier.bias"}, attribute{"transB", 1})
	g.output("logits", 1, classes)
	return g.finish()
}

// invertedResidual widens the picture (all blocks but the first), filters each channel, and narrows it; where the shape
// has not changed the input is added. Blocks 1, 3, 5 and 11 halve the picture: blocks_args in utils.py of
// efficientnet_lite_pytorch 0.1.0, counted through.
func (g *graph) invertedResidual(in picture, block int) picture {
	name, at := fmt.Sprintf("blocks.%d.", block), in
	if block > 0 {
		at = g.relu6(g.convolution(at, name+"expand", 1))
	}
	stride := 1
	switch block {
	case 1, 3, 5, 11:
		stride = 2
	}
	at = g.relu6(g.convolution(at, name+"depthwise", stride))
	at = g.convolution(at, name+"project", 1)
	if stride == 1 && at.channels == in.channels {
		at = g.sum(at, in)
	}
	return at
}
