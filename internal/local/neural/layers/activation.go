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

// bounds gives the interval that the activation clamps to, when that is all it does.
func (a Activation) bounds() (low, high float32, clamps bool) {
	infinity := float32(math.Inf(1))
	switch a {
	case Linear:
		return -infinity, infinity, true
	case ReLU:
		return 0, infinity, true
	case ReLU6:
		return 0, 6, true
	default:
		return -infinity, infinity, false
	}
}

// apply changes all values in place. Two comparisons take half the time of min and max, which must treat NaN and -0
// specially.
//
//go:norace
func (a Activation) apply(values []float32) {
	switch a {
	case Linear:
	case ReLU:
		for i, x := range values {
			if x < 0 {
				values[i] = 0
			}
		}
	case ReLU6:
		for i, x := range values {
			values[i] = clamp6(x)
		}
	case HardSwish:
		for i, x := range values {
			values[i] = x * clamp6(x+3) * (1.0 / 6)
		}
	case HardSigmoid:
		for i, x := range values {
			values[i] = clamp6(x+3) * (1.0 / 6)
		}
	case Sigmoid:
		for i, x := range values {
			values[i] = float32(1 / (1 + math.Exp(-float64(x))))
		}
	}
}

func clamp6(x float32) float32 {
	if x < 0 {
		return 0
	}
	if x > 6 {
		return 6
	}
	return x
}
