package layers

import "math"

const bytesPerValue = 4 // of a float32

// vectorActivation is an activation as the kernels want it. They clamp or, when swish is set, compute HardSwish.
type vectorActivation struct {
	act       Activation
	low, high float32
	swish     bool
}

func newVectorActivation(act Activation) vectorActivation {
	infinity := float32(math.Inf(1))
	v := vectorActivation{act: act, low: -infinity, high: infinity, swish: act == HardSwish}
	if act == ReLU || act == ReLU6 {
		v.low = 0
	}
	if act == ReLU6 {
		v.high = 6
	}
	return v
}

// rest does what the kernel did not do.
func (v vectorActivation) rest(values []float32) {
	if v.act == HardSigmoid || v.act == Sigmoid {
		v.act.apply(values)
	}
}

// Values in multiples of eight: dst becomes a combined with b.

//go:noescape
func addVectors(dst, a, b *float32, n int)

//go:noescape
func multiplyVectors(dst, a, b *float32, n int)

//go:noescape
func averageVectors(dst, a, b *float32, n int)

//go:noescape
func activateVectors(values *float32, n int, act *vectorActivation)

const vectorLength = 8 // float32s in a register

func addAVX2(dst, a, b []float32) {
	n := len(dst) &^ (vectorLength - 1)
	if a, b := a[:len(dst)], b[:len(dst)]; n > 0 {
		addVectors(&dst[0], &a[0], &b[0], n)
	}
	add(dst[n:], a[n:], b[n:])
}

func multiplyAVX2(dst, a, b []float32) {
	n := len(dst) &^ (vectorLength - 1)
	if a, b := a[:len(dst)], b[:len(dst)]; n > 0 {
		multiplyVectors(&dst[0], &a[0], &b[0], n)
	}
	multiply(dst[n:], a[n:], b[n:])
}

func averageAVX2(dst, a, b []float32) {
	n := len(dst) &^ (vectorLength - 1)
	if a, b := a[:len(dst)], b[:len(dst)]; n > 0 {
		averageVectors(&dst[0], &a[0], &b[0], n)
	}
	average(dst[n:], a[n:], b[n:])
}

func activateAVX2(values []float32, act Activation) {
	n := len(values) &^ (vectorLength - 1)
	if act == HardSigmoid || act == Sigmoid {
		n = 0
	}
	if n > 0 {
		v := newVectorActivation(act)
		activateVectors(&values[0], n, &v)
	}
	act.apply(values[n:])
}
