package layers

import "math"

// Activation is what a layer does to each of its results.
type Activation int

// The activations, with TensorFlow's definitions.
const (
	Linear      Activation = iota // x
	ReLU                          // max(x, 0)
	ReLU6                         // x clamped to 0 ... 6
	HardSwish                     // x * ReLU6(x+3) / 6
	HardSigmoid                   // ReLU6(x+3) / 6
	Sigmoid                       // 1 / (1 + exp(-x))
)

// Activate does an activation by itself, in place.
func (k Kernels) Activate(values []float32, act Activation) { k.activate(values, act) }

// apply changes all values in place.
//
//go:norace
func (a Activation) apply(values []float32) {
	switch a {
	case Linear:
	case ReLU:
		for i, x := range values {
			values[i] = clamped(x, infinityBits)
		}
	case ReLU6:
		for i, x := range values {
			values[i] = clamped(x, sixBits)
		}
	case HardSwish:
		for i, x := range values {
			values[i] = x * clamped(x+3, sixBits) * (1.0 / 6)
		}
	case HardSigmoid:
		for i, x := range values {
			values[i] = clamped(x+3, sixBits) * (1.0 / 6)
		}
	case Sigmoid:
		for i, x := range values {
			values[i] = float32(1 / (1 + math.Exp(-float64(x))))
		}
	}
}

// The bits of floats that values are clamped to.
const (
	sixBits      = 0x40c00000
	infinityBits = 0x7f800000
)

// clamped holds x between 0 and the float whose bits are high. It does so without branches, which on activations go
// either way at random: as integers, the bits of floats from 0 up have the same order as the floats.
func clamped(x float32, high uint32) float32 {
	bits := math.Float32bits(x)
	bits &^= uint32(int32(bits) >> 31) // negative: 0
	return math.Float32frombits(min(bits, high))
}
