package centernet

import "pam/internal/local/neural/layers"

// excitation is squeeze and excitation: the means of all channels over the picture decide, through two small layers, by
// what factor each channel is multiplied.
type excitation struct {
	kernels           layers.Kernels
	squeeze, excite   *layers.Dense
	channels, between int
}

func newExcitation(k layers.Kernels, w *layers.Weights, name string, channels, between int, act layers.Activation) excitation {
	return excitation{
		kernels:  k,
		squeeze:  layers.NewDense(w, name+"squeeze", channels, between, layers.ReLU),
		excite:   layers.NewDense(w, name+"excite", between, channels, act),
		channels: channels, between: between,
	}
}

// apply changes picture in place.
func (e *excitation) apply(ws *Workspace, picture []float32) {
	mean, squeezed, factors := ws.mean[:e.channels], ws.squeezed[:e.between], ws.factors[:e.channels]
	e.kernels.MeanPool(mean, picture)
	e.squeeze.Apply(squeezed, mean)
	e.excite.Apply(factors, squeezed)
	e.kernels.Scale(picture, factors)
}
