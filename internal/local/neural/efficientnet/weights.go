package efficientnet

import (
	"errors"
	"fmt"
	"slices"

	"pam/internal/local/neural/tensors"
)

// weights hands out the tensors of a file by name, once each, and collects what is wrong with them, so that the layers'
// constructors stay free of error paths.
type weights struct {
	all    map[string]tensors.Tensor
	errors []error
}

// take gives the values of a tensor of the given shape; zeros when there is none such.
func (w *weights) take(name string, shape ...int) []float32 {
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

func (w *weights) decode(name string, shape []int) ([]float32, error) {
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

// finish gives the errors of all calls, and one for each tensor that no layer took.
func (w *weights) finish() error {
	for name := range w.all {
		w.errors = append(w.errors, fmt.Errorf("tensor %q belongs to no layer", name))
	}
	return errors.Join(w.errors...)
}
