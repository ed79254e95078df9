package efficientnet

// activation is what a layer does to each of its results.
type activation int

const (
	linear activation = iota // nothing
	relu6                    // clamp to 0 ... 6
)

func (a activation) of(x float32) float32 {
	if a == linear {
		return x
	}
	if x < 0 { // two comparisons take half the time of min and max, which must treat NaN and -0 specially
		return 0
	}
	if x > 6 {
		return 6
	}
	return x
}
