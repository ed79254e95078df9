package efficientnet

import "math"

// Softmax turns logits into probabilities that sum to 1, in float64. Taking the greatest away first keeps the
// exponentials from overflowing. dst and logits have one length.
func Softmax(dst []float64, logits []float32) {
	greatest := float32(math.Inf(-1))
	for _, x := range logits {
		greatest = max(greatest, x)
	}
	var sum float64
	for i, x := range logits {
		dst[i] = math.Exp(float64(x - greatest))
		sum += dst[i]
	}
	for i := range logits {
		dst[i] /= sum
	}
}
