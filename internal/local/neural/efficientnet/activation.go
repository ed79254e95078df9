package efficientnet

// activation is what a layer does to each of its results.
type activation int

const (
	linear activation = iota // nothing
	relu6                    // clamp to 0 ... 6
)

func (a activation) of(x float32) float32 {
	if a == relu6 {
		return min(max(x, 0), 6)
	}
	return x
}
