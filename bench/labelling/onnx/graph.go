package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"pam/internal/local/neural/tensors"
)

// picture is a value inside a network under construction: an ONNX value of the shape 1, channels, height, width.
type picture struct {
	name                    string
	channels, height, width int
}

func (p picture) shape() []int { return []int{1, p.channels, p.height, p.width} }

// graph is a network under construction. It collects what is wrong with the weights, so that the networks' files stay
// free of error paths.
type graph struct {
	model   model
	weights map[string]tensors.Tensor
	errors  []error
}

// newGraph begins a network with the weights of a file of package tensors.
func newGraph(name string, file []byte) (*graph, error) {
	weights, err := tensors.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("write %s as ONNX: %w", name, err)
	}
	return &graph{model: model{name: name}, weights: weights}, nil
}

// finish gives the ONNX file, or what was wrong with the weights, of which none may be left over.
func (g *graph) finish() ([]byte, error) {
	for name := range g.weights {
		g.fail("tensor %q was not used", name)
	}
	if len(g.errors) > 0 {
		return nil, fmt.Errorf("write %s as ONNX: %w", g.model.name, errors.Join(g.errors...))
	}
	return g.model.marshal(), nil
}

func (g *graph) fail(format string, arguments ...any) {
	g.errors = append(g.errors, fmt.Errorf(format, arguments...))
}

// input declares what the network takes.
func (g *graph) input(name string, channels, height, width int) picture {
	p := picture{name: name, channels: channels, height: height, width: width}
	g.model.inputs = append(g.model.inputs, port{name: name, shape: p.shape()})
	return p
}

// output declares what the network gives: the value that the last node made, under a name of its own.
func (g *graph) output(name string, shape ...int) {
	if len(g.model.nodes) == 0 {
		g.fail("output %q of an empty network", name)
		return
	}
	g.model.nodes[len(g.model.nodes)-1].output = name
	g.model.outputs = append(g.model.outputs, port{name: name, shape: shape})
}

// add appends a node and gives its output's name.
func (g *graph) add(operator string, inputs []string, attributes ...attribute) string {
	output := strconv.Itoa(len(g.model.nodes))
	g.model.nodes = append(g.model.nodes, node{operator: operator, inputs: inputs, output: output, attributes: attributes})
	return output
}

// take turns a tensor of the file into a constant of the model, under the same name, and gives its shape: nil when there
// is none.
func (g *graph) take(name string) []int {
	t, ok := g.weights[name]
	if !ok {
		g.fail("tensor %q is missing", name)
		return nil
	}
	delete(g.weights, name)
	values, err := t.Float32s()
	if err != nil {
		g.errors = append(g.errors, err)
	}
	g.model.constants = append(g.model.constants, constant{name: name, shape: t.Shape, values: values})
	return t.Shape
}

// number adds one that is no weight of the file.
func (g *graph) number(name string, value float32) {
	g.model.constants = append(g.model.constants, constant{name: name, values: []float32{value}})
}

// list adds numbers that are no weights of the file.
func (g *graph) list(name string, values ...float32) {
	g.model.constants = append(g.model.constants, constant{name: name, shape: []int{len(values)}, values: values})
}

// convolution adds one with bias, its weights in the order outputs, inputs of a group, height, width, and with
// TensorFlow's SAME padding. One input channel a group means that each channel is filtered by itself. Weights of two
// dimensions, outputs and inputs, are those of a dense layer: here a convolution of 1x1.
func (g *graph) convolution(in picture, name string, stride int) picture {
	shape := g.take(name + ".weight")
	if len(shape) == 2 {
		shape = append(slices.Clone(shape), 1, 1)
		g.model.constants[len(g.model.constants)-1].shape = shape
	}
	g.take(name + ".bias")
	if len(shape) != 4 || in.channels%shape[1] != 0 {
		g.fail("weights %q of shape %v cannot take %d channels", name, shape, in.channels)
		return in
	}
	above, below := same(in.height, shape[2], stride)
	left, right := same(in.width, shape[3], stride)
	return picture{
		name: g.add("Conv", []string{in.name, name + ".weight", name + ".bias"},
			attribute{"kernel_shape", slices.Clone(shape[2:])},
			attribute{"strides", []int{stride, stride}},
			attribute{"pads", []int{above, left, below, right}},
			attribute{"group", in.channels / shape[1]}),
		channels: shape[0],
		height:   (in.height + stride - 1) / stride,
		width:    (in.width + stride - 1) / stride,
	}
}

// has tells whether the file has the weights of a layer.
func (g *graph) has(name string) bool {
	_, ok := g.weights[name+".weight"]
	return ok
}

// same gives the zeros before and behind a row or column of n pixels by TensorFlow's SAME padding; an odd one goes behind.
func same(n, kernel, stride int) (before, behind int) {
	outputs := (n + stride - 1) / stride
	zeros := max(0, (outputs-1)*stride+kernel-n)
	return zeros / 2, zeros - zeros/2
}

// relu6 clamps to 0 ... 6; the bounds are constants that the network adds once, as "zero" and "six".
func (g *graph) relu6(in picture) picture {
	in.name = g.add("Clip", []string{in.name, "zero", "six"})
	return in
}

// apply adds an activation: an operator of one input that keeps the shape.
func (g *graph) apply(operator string, in picture, attributes ...attribute) picture {
	in.name = g.add(operator, []string{in.name}, attributes...)
	return in
}

// hardSigmoid is TensorFlow's, relu6(x+3)/6; ONNX's default slope is another.
func (g *graph) hardSigmoid(in picture) picture {
	return g.apply("HardSigmoid", in, attribute{"alpha", float32(1.0 / 6)}, attribute{"beta", float32(0.5)})
}

// sum adds two pictures of one shape.
func (g *graph) sum(a, b picture) picture {
	a.name = g.add("Add", []string{a.name, b.name})
	return a
}

// scaled multiplies each channel by a number: factors is a picture of a single pixel.
func (g *graph) scaled(in, factors picture) picture {
	in.name = g.add("Mul", []string{in.name, factors.name})
	return in
}

// mean averages each channel over the picture.
func (g *graph) mean(in picture) picture {
	return picture{name: g.add("GlobalAveragePool", []string{in.name}), channels: in.channels, height: 1, width: 1}
}

// doubled enlarges a picture to twice its sides, as TensorFlow's ResizeBilinear does with neither align_corners nor
// half_pixel_centers. The factors are a constant that the network adds once, as "double".
func (g *graph) doubled(in picture) picture {
	in.name = g.add("Resize", []string{in.name, "", "double"},
		attribute{"mode", "linear"}, attribute{"coordinate_transformation_mode", "asymmetric"})
	in.height, in.width = 2*in.height, 2*in.width
	return in
}

// stacked puts the channels of b behind those of a.
func (g *graph) stacked(a, b picture) picture {
	a.name = g.add("Concat", []string{a.name, b.name}, attribute{"axis", 1})
	a.channels += b.channels
	return a
}
