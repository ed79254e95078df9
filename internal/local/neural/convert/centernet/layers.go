package main

import (
	"fmt"
	"math"
	"strings"

	"pam/internal/local/neural/tensors"
)

// blocks is the number of inverted residual blocks of MobileNetV3-Large.
const blocks = 15

// layer says where in the published graph the weights of one of PAM's layers are.
type layer struct {
	name   string
	kind   kind
	weight string
	bias   string // empty: the graph has none, because batch normalisation comes after the next layer
}

// kind is the order in which a layer's weights are written.
type kind int

const (
	convolution kind = iota // height, width, input, output become output, input, height, width
	depthwise               // height, width, channel, 1 become channel, 1, height, width
	dense                   // 1, 1, input, output become output, input: a convolution of a single pixel
)

const (
	mobileNet = "tower_0/MobilenetV3/"
	head      = "tower_0/CenternetHead/"
	// Variables that no batch normalisation was folded into kept their names from outside of the tower.
	plainMobileNet = "MobilenetV3/"
	plainHead      = "CenternetHead/"
)

// network gives the layers in the order in which they are applied. Which blocks expand and which squeeze is read off
// the names that the model has.
func network(arrays map[string]array) []layer {
	var all []layer
	add := func(l layer) {
		if _, there := arrays[l.weight]; there {
			all = append(all, l)
		}
	}
	normalized := func(name, from string) layer {
		return layer{name, convolution, from + "Conv2D_weights", from + "Conv2D_bn_offset"}
	}
	all = append(all, normalized("stem", mobileNet+"Conv/"))
	for b := range blocks {
		from, to := "expanded_conv/", fmt.Sprintf("blocks.%d.", b)
		if b > 0 {
			from = fmt.Sprintf("expanded_conv_%d/", b)
		}
		squeeze := plainMobileNet + from + "squeeze_excite/"
		add(normalized(to+"expand", mobileNet+from+"expand/"))
		filter := mobileNet + from + "depthwise/depthwise_"
		all = append(all, layer{to + "depthwise", depthwise, filter + "weights", filter + "bn_offset"})
		add(layer{to + "squeeze", dense, squeeze + "Conv/weights", squeeze + "Conv/biases"})
		add(layer{to + "excite", dense, squeeze + "Conv_1/weights", squeeze + "Conv_1/biases"})
		all = append(all, normalized(to+"project", mobileNet+from+"project/"))
	}
	all = append(all, normalized("last", "tower_0/extern1/"))

	separable := func(name, from string) []layer {
		return []layer{
			{name + ".depthwise", depthwise, plainHead + from + "depthwise_weights", ""},
			{name + ".project", convolution, head + from + "separable_conv2d_weights", head + from + "separable_conv2d_bn_offset"},
		}
	}
	for _, stride := range []string{"c4", "c3", "c2"} {
		all = append(all, normalized("lateral."+stride+".reduce", head+stride+"_reverse/1x1/"))
		all = append(all, separable("lateral."+stride, stride+"_reverse/3x3/")...)
	}
	for _, stride := range []string{"c5", "c4", "c3"} {
		all = append(all, separable("up."+stride+".small", stride+"_upsample/branch_x_upsample_resize/")...)
		all = append(all, separable("up."+stride+".large", stride+"_upsample/branch_y_upsample_resize/")...)
	}
	all = append(all,
		layer{"attention.squeeze", dense, head + "conv1x1_se_a/Conv2D_weights", head + "conv1x1_se_a/Conv2D_bn_offset"},
		layer{"attention.excite", dense, plainHead + "conv1x1_se_b/weights", ""},
	)
	for _, output := range []struct{ name, from string }{{"scores", "cls"}, {"sides", "wh"}} {
		from := plainHead + "centernet_" + output.from + "_output/"
		all = append(all,
			layer{output.name + ".depthwise", depthwise, from + "depthwise_weights", ""},
			layer{output.name + ".project", convolution, from + "pointwise_weights", from + "biases"},
		)
	}
	return all
}

// sidesScale is the number that the graph multiplies the sides of boxes by. Here it goes into the layer before.
const sidesScale = "tower_0/mul/y"

// arrange gives the network's tensors. It gives an error when one is missing or when weights are left over, which would
// mean that the graph is another.
func arrange(arrays map[string]array) ([]tensors.Tensor, error) {
	var all []tensors.Tensor
	for _, l := range network(arrays) {
		weight, known := arrays[l.weight]
		if !known || len(weight.shape) != 4 {
			return nil, fmt.Errorf("%s: no tensor %q of rank 4", l.name, l.weight)
		}
		delete(arrays, l.weight)
		weight, outputs := reorder(weight, l.kind)
		bias := array{shape: []int{outputs}, values: make([]float32, outputs)}
		if l.bias != "" {
			if bias, known = arrays[l.bias]; !known {
				return nil, fmt.Errorf("%s: no tensor %q", l.name, l.bias)
			}
			delete(arrays, l.bias)
		}
		if l.name == "sides.project" {
			factor, known := arrays[sidesScale]
			if !known || len(factor.values) != 1 {
				return nil, fmt.Errorf("%s: no number %q", l.name, sidesScale)
			}
			scale(weight.values, factor.values[0])
			scale(bias.values, factor.values[0])
		}
		w, err := tensors.FromFloat32s(l.name+".weight", weight.shape, weight.values)
		if err != nil {
			return nil, err
		}
		b, err := tensors.FromFloat32s(l.name+".bias", bias.shape, bias.values)
		if err != nil {
			return nil, err
		}
		all = append(all, w, b)
	}
	return all, checkConstants(arrays)
}

// checkConstants looks at what is left: the numbers in the formulas of activations and of boxes, which package centernet
// has in its code.
func checkConstants(arrays map[string]array) error {
	for name, a := range arrays {
		if len(a.shape) > 0 {
			return fmt.Errorf("tensor %q belongs to no layer", name)
		}
		var want float64
		switch {
		case name == sidesScale:
			continue
		case strings.HasSuffix(name, "/add/y"): // of hard swish and hard sigmoid: (x+3)/6
			want = 3
		case strings.HasSuffix(name, "/mul_1/y"), strings.HasSuffix(name, "/mul/y"):
			want = 1.0 / 6
		case strings.HasPrefix(name, "tower_0/mul_"): // pixels of the picture for each of the heat map
			want = 4
		}
		if math.Abs(float64(a.values[0])-want) > 1e-3*want { // the model's 1/6 is rounded to half precision
			return fmt.Errorf("constant %q is %g", name, a.values[0])
		}
	}
	return nil
}

// reorder also gives the number of the layer's outputs.
func reorder(a array, k kind) (array, int) {
	taps := a.shape[0] * a.shape[1]
	inputs, outputs := a.shape[2], a.shape[3]
	if k == depthwise {
		inputs, outputs = a.shape[3], a.shape[2] // with one multiplier each, the order in memory is the same
	}
	values := make([]float32, len(a.values))
	for t := range taps {
		for i := range inputs {
			for o := range outputs {
				values[(o*inputs+i)*taps+t] = a.values[(t*inputs+i)*outputs+o]
			}
		}
	}
	if k == dense {
		return array{[]int{outputs, inputs}, values}, outputs
	}
	return array{[]int{outputs, inputs, a.shape[0], a.shape[1]}, values}, outputs
}

func scale(values []float32, factor float32) {
	for i := range values {
		values[i] *= factor
	}
}
