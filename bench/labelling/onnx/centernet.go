package onnx

import "fmt"

// CenterNet writes CenterNet on MobileNetV3-Large with the weights of a file that package centernet loads. The model takes
// "picture", 1 x 3 x 512 x 512, and gives "scores", 1 x 80 x 128 x 128 before their sigmoid, and "sides",
// 1 x 4 x 128 x 128. Source: the graph in models/centernet.json of npm @vladmandic/human 3.3.6, up to where boxes are
// chosen.
func CenterNet(file []byte) ([]byte, error) {
	const side = 512
	g, err := newGraph("CenterNet", file)
	if err != nil {
		return nil, err
	}
	g.list("double", 1, 1, 2, 2)
	fine, middle, coarse, at := g.mobileNet(g.input("picture", 3, side, side))
	for _, lateral := range []struct {
		up, name string
		from     picture
	}{{"up.c5", "lateral.c4", coarse}, {"up.c4", "lateral.c3", middle}, {"up.c3", "lateral.c2", fine}} {
		small, large := g.separable(at, lateral.up+".small"), g.separable(at, lateral.up+".large")
		up := g.doubled(g.sum(small, large))
		across := g.separable(g.apply("Relu", g.convolution(lateral.from, lateral.name+".reduce", 1)), lateral.name)
		at = g.apply("Relu", g.stacked(across, up))
	}
	weight := g.apply("Relu", g.convolution(g.mean(at), "attention.squeeze", 1))
	at = g.scaled(at, g.apply("Sigmoid", g.convolution(weight, "attention.excite", 1)))
	g.output("scores", g.separable(at, "scores").shape()...)
	g.output("sides", g.separable(at, "sides").shape()...)
	return g.finish()
}

// separable filters each channel by itself and then mixes them.
func (g *graph) separable(in picture, name string) picture {
	return g.convolution(g.convolution(in, name+".depthwise", 1), name+".project", 1)
}

// mobileNet adds MobileNetV3-Large without its classifier: the pictures at 1/4, 1/8 and 1/16 of the sides that the head
// takes, and the last.
func (g *graph) mobileNet(in picture) (fine, middle, coarse, last picture) {
	const blocks = 15
	at := g.apply("HardSwish", g.convolution(in, "stem", 2))
	for block := range blocks {
		name, before := fmt.Sprintf("blocks.%d.", block), at
		activation, stride := "Relu", 1
		if block >= 6 {
			activation = "HardSwish"
		}
		switch block {
		case 1, 3, 6, 12:
			stride = 2
		}
		if g.has(name + "expand") {
			at = g.apply(activation, g.convolution(at, name+"expand", 1))
		}
		switch block { // the head looks into the middle of these two blocks
		case 3:
			fine = at
		case 5:
			middle = at
		}
		at = g.apply(activation, g.convolution(at, name+"depthwise", stride))
		if g.has(name + "squeeze") {
			weight := g.apply("Relu", g.convolution(g.mean(at), name+"squeeze", 1))
			at = g.scaled(at, g.hardSigmoid(g.convolution(weight, name+"excite", 1)))
		}
		at = g.convolution(at, name+"project", 1)
		if stride == 1 && at.channels == before.channels {
			at = g.sum(at, before)
		}
		if block == 11 {
			coarse = at
		}
	}
	return fine, middle, coarse, g.apply("HardSwish", g.convolution(at, "last", 1))
}
