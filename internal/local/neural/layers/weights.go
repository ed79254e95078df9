package layers

import (
	"errors"
	"fmt"
	"slices"

	"pam/internal/local/neural/tensors"
)

// Weights hands out the tensors of a file by name, once each, to the constructors of layers, and collects what is wrong
// with them, so that those constructors stay free of error paths: Finish gives all errors at the end. A layer takes
// two tensors: its name with ".weight" and with ".bias".
type Weights struct {
	kernels Kernels
	all     map[string]tensors.Tensor
	errors  []error
}

// NewWeights reads a file of package tensors. The layers made of it compute with the kernels given.
func NewWeights(kernels Kernels, file []byte) (*Weights, error) {
	all, err := tensors.Parse(file)
	if err != nil {
		return nil, err
	}
	return &Weights{kernels: kernels, all: all}, nil
}

// Kernels are those that the layers compute with.
func (w *Weights) Kernels() Kernels { return w.kernels }

// Take gives the values of a tensor of the given shape; zeros when there is none such, which Finish then reports.
func (w *Weights) Take(name string, shape ...int) []float32 {
	values, err := w.decode(name, shape)
	if err != nil {
		w.errors = append(w.errors, err)
		size := 1
		for _, dim := range shape {
			size *= dim
		}
		return make([]float32, size)
	}
	return values
}

func (w *Weights) decode(name string, shape []int) ([]float32, error) {
	t, ok := w.all[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing", name)
	}
	delete(w.all, name)
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %q has shape %v, not %v", name, t.Shape, shape)
	}
	return t.Float32s()
}

// Finish gives the errors of all calls of Take, and one for each tensor that no layer took.
func (w *Weights) Finish() error {
	for name := range w.all {
		w.errors = append(w.errors, fmt.Errorf("tensor %q belongs to no layer", name))
	}
	return errors.Join(w.errors...)
}
