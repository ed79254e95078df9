package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"pam/internal/local/neural/tensors"
)

// array is a tensor of the model in row-major order.
type array struct {
	shape  []int // empty for a single number
	values []float32
}

// manifest is what is read of a TensorFlow.js graph model: which tensors the weights' file holds, one after another.
// Source: WeightsManifestEntry in github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts.
type manifest struct {
	WeightsManifest []struct {
		Weights []struct {
			Name         string `json:"name"`
			Shape        []int  `json:"shape"`
			Type         string `json:"dtype"`
			Quantization *struct {
				Type string `json:"dtype"`
			} `json:"quantization"`
		} `json:"weights"`
	} `json:"weightsManifest"`
}

// readModel gives the floating point tensors by name. Integers, which are shapes and axes, are passed over.
func readModel(description, data []byte) (map[string]array, error) {
	var m manifest
	if err := json.Unmarshal(description, &m); err != nil {
		return nil, err
	}
	arrays := make(map[string]array)
	for _, group := range m.WeightsManifest {
		for _, w := range group.Weights {
			size := 1
			for _, dim := range w.Shape {
				if dim < 1 || dim > math.MaxInt32/size {
					return nil, fmt.Errorf("tensor %q has shape %v", w.Name, w.Shape)
				}
				size *= dim
			}
			stored := w.Type
			if w.Quantization != nil {
				stored = w.Quantization.Type
			}
			width := 4
			if stored == "float16" {
				width = 2
			}
			if len(data)/width < size {
				return nil, fmt.Errorf("tensor %q goes beyond the weights", w.Name)
			}
			values, err := decode(data[:size*width], stored)
			if err != nil {
				return nil, fmt.Errorf("tensor %q: %w", w.Name, err)
			}
			data = data[size*width:]
			if values != nil {
				arrays[w.Name] = array{shape: w.Shape, values: values}
			}
		}
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%d bytes of weights belong to no tensor", len(data))
	}
	return arrays, nil
}

// decode gives nil for integers.
func decode(data []byte, stored string) ([]float32, error) {
	le := binary.LittleEndian
	switch stored {
	case "int32":
		return nil, nil
	case "float32":
		values := make([]float32, len(data)/4)
		for i := range values {
			values[i] = math.Float32frombits(le.Uint32(data[4*i:]))
		}
		return values, nil
	case "float16":
		values := make([]float32, len(data)/2)
		for i := range values {
			values[i] = tensors.Widen(le.Uint16(data[2*i:]))
		}
		return values, nil
	default:
		return nil, fmt.Errorf("stored as %q, which this model does not use", stored)
	}
}
