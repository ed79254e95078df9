package tensors

import "math"

// Widen gives the value of an IEEE 754 binary16 as float32, exactly; infinities and NaN stay what they are.
func Widen(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent := uint32(h>>10) & 0x1f
	fraction := uint32(h) & 0x3ff
	switch exponent {
	case 0: // zero or subnormal: fraction times 2^-24, which float32 holds as a normal number
		magnitude := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(magnitude))
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	default: // the exponents' biases differ by 127-15
		return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
	}
}

// Narrow gives the binary16 nearest to f, ties to even. Values too large for it become infinities, as IEEE 754 says.
func Narrow(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits>>16) & 0x8000
	magnitude := bits & 0x7fffffff
	switch {
	case magnitude > 0x7f800000: // NaN
		return sign | 0x7e00
	case magnitude >= 0x47800000: // 65536 and more, infinity included
		return sign | 0x7c00
	case magnitude < 0x38800000: // below 2^-14: subnormal, a multiple of 2^-24
		steps := math.RoundToEven(math.Abs(float64(f)) * (1 << 24))
		return sign | uint16(steps)
	}
	// Drop 13 bits of the fraction. Adding half a step less one, and one more when the kept part is odd, rounds to even;
	// a carry runs on into the exponent, as it should.
	rounded := magnitude - 112<<23 + 0xfff + magnitude>>13&1
	return sign | uint16(rounded>>13)
}
