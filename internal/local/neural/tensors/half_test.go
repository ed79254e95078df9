package tensors_test

import (
	"math"
	"testing"

	"pam/internal/local/neural/tensors"
)

// TestHalfPrecisionIsExact walks all 65536 values: widening and narrowing again changes none, and widening agrees with
// the standard's definition.
func TestHalfPrecisionIsExact(t *testing.T) {
	for bits := range 1 << 16 {
		h := uint16(bits)
		got := float64(tensors.Widen(h))
		sign, exponent, fraction := 1.0, bits>>10&0x1f, float64(bits&0x3ff)
		if bits&0x8000 != 0 {
			sign = -1
		}
		var want float64
		switch {
		case exponent == 0x1f && fraction != 0:
			if !math.IsNaN(got) {
				t.Fatalf("%#04x is %g, not NaN", h, got)
			}
			continue
		case exponent == 0x1f:
			want = math.Inf(int(sign))
		case exponent == 0:
			want = sign * fraction * math.Pow(2, -24)
		default:
			want = sign * (1 + fraction/1024) * math.Pow(2, float64(exponent-15))
		}
		if got != want {
			t.Fatalf("%#04x is %g, want %g", h, got, want)
		}
		if back := tensors.Narrow(float32(got)); back != h {
			t.Fatalf("%g becomes %#04x, not %#04x again", got, back, h)
		}
	}
}

func TestNarrowRoundsToNearest(t *testing.T) {
	cases := []struct {
		name, reason string
		value        float32
		want         uint16
	}{
		{"tie to even below", "1+1/2048 lies between 1 and 1+1/1024; 1 is even", 1 + 1.0/2048, 0x3c00},
		{"tie to even above", "1+3/2048 lies between odd 1+1/1024 and even 1+2/1024", 1 + 3.0/2048, 0x3c02},
		{"just above a tie", "nearest is above", 1 + 1.0/2048 + 1.0/(1<<20), 0x3c01},
		{"carry", "rounding up runs over into the exponent", 2 - 1.0/4096, 0x4000},
		{"greatest", "the greatest finite value stays", 65504, 0x7bff},
		{"too large", "half a step beyond the greatest becomes infinite", 65520, 0x7c00},
		{"infinite", "float32 has far larger numbers", float32(math.Inf(-1)), 0xfc00},
		{"subnormal", "2^-24 is the least", 1.0 / (1 << 24), 1},
		{"subnormal tie", "half the least rounds to even zero", 1.0 / (1 << 25), 0},
		{"subnormal to normal", "rounds up to the least normal number", 1.0/(1<<14) - 1.0/(1<<26), 0x0400},
		{"negative zero", "the sign of zero is kept", float32(math.Copysign(0, -1)), 0x8000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := tensors.Narrow(c.value); got != c.want {
				t.Errorf("%g becomes %#04x, want %#04x; %s", c.value, got, c.want, c.reason)
			}
		})
	}
	if h := tensors.Narrow(float32(math.NaN())); !math.IsNaN(float64(tensors.Widen(h))) {
		t.Errorf("NaN becomes %#04x", h)
	}
}
