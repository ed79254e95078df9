package layers

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"pam/internal/local/neural/tensors"
)

// The operations are tested against direct translations of their definitions, in float64, with every set of kernels
// that this machine has.

// everyKernels runs a test with each set of kernels.
func everyKernels(t *testing.T, test func(t *testing.T, k Kernels)) {
	t.Helper()
	t.Run(Portable().String(), func(t *testing.T) { test(t, Portable()) })
	if fastest := Fastest(); fastest.String() != Portable().String() {
		t.Run(fastest.String(), func(t *testing.T) { test(t, fastest) })
	}
}

// layer makes weights for one layer named "layer", at random, and gives them also as the definitions below want them.
func layer(tb testing.TB, k Kernels, source *rand.Rand, shape ...int) (w *Weights, weight, bias []float64) {
	tb.Helper()
	var all []tensors.Tensor
	put := func(name string, shape ...int) []float64 {
		size := 1
		for _, dim := range shape {
			size *= dim
		}
		t, err := tensors.FromFloat32s(name, shape, random(source, size))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, t)
		values, err := t.Float32s()
		if err != nil {
			tb.Fatal(err)
		}
		return wide(values)
	}
	weight, bias = put("layer.weight", shape...), put("layer.bias", shape[0])
	var file bytes.Buffer
	if err := tensors.Write(&file, all); err != nil {
		tb.Fatal(err)
	}
	w, err := NewWeights(k, file.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	return w, weight, bias
}

func random(source *rand.Rand, n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(source.NormFloat64())
	}
	return values
}

func wide(values []float32) []float64 {
	result := make([]float64, len(values))
	for i, v := range values {
		result[i] = float64(v)
	}
	return result
}

// activated is an activation by its definition.
func activated(act Activation, x float64) float64 {
	relu6 := func(x float64) float64 { return min(max(x, 0), 6) }
	switch act {
	case ReLU:
		return max(x, 0)
	case ReLU6:
		return relu6(x)
	case HardSwish:
		return x * relu6(x+3) / 6
	case HardSigmoid:
		return relu6(x+3) / 6
	case Sigmoid:
		return 1 / (1 + math.Exp(-x))
	default:
		return x
	}
}

func everyActivation() []Activation {
	return []Activation{Linear, ReLU, ReLU6, HardSwish, HardSigmoid, Sigmoid}
}

// product is rows x in values times weights out x in, with bias, residual and activation.
func product(src []float32, weight, bias []float64, added []float32, in, out int, act Activation) []float64 {
	var result []float64
	for row := range len(src) / in {
		for o := range out {
			sum := bias[o]
			for i := range in {
				sum += weight[o*in+i] * float64(src[row*in+i])
			}
			if added != nil {
				sum += float64(added[row*out+o])
			}
			result = append(result, activated(act, sum))
		}
	}
	return result
}

// window is a convolution's shape.
type window struct{ kernel, stride, in, out, groups int }

// convolved is a convolution by its definition: SAME padding, groups of in/groups channels.
func convolved(src []float32, at Size, weight, bias []float64, w window, act Activation) []float64 {
	after := at.Strided(w.stride)
	total := func(n, outputs int) int { return max(0, (outputs-1)*w.stride+w.kernel-n) }
	top, left := total(at.Height, after.Height)/2, total(at.Width, after.Width)/2
	inGroup, outGroup := w.in/w.groups, w.out/w.groups
	var result []float64
	for y := range after.Height {
		for x := range after.Width {
			for o := range w.out {
				sum := bias[o]
				for c := range inGroup {
					for ky := range w.kernel {
						for kx := range w.kernel {
							sy, sx := y*w.stride-top+ky, x*w.stride-left+kx
							if sy < 0 || sx < 0 || sy >= at.Height || sx >= at.Width {
								continue
							}
							channel := o/outGroup*inGroup + c
							sum += weight[((o*inGroup+c)*w.kernel+ky)*w.kernel+kx] *
								float64(src[(sy*at.Width+sx)*w.in+channel])
						}
					}
				}
				result = append(result, activated(act, sum))
			}
		}
	}
	return result
}

// checkClose compares with room for the rounding of float32 sums of a few hundred terms of size 1, fused or not.
func checkClose(t *testing.T, got []float32, want []float64, reason string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d values, want %d", len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(float64(got[i])-want[i]) <= 1e-4) {
			t.Fatalf("value %d is %g, want %g; %s", i, got[i], want[i], reason)
		}
	}
}

// guarded allocates n values between others, and gives a function that tells whether the others were written to.
func guarded(n int) (values []float32, intact func() bool) {
	const fence, mark = 64, 12345
	all := make([]float32, fence+n+fence)
	for i := range all {
		all[i] = mark
	}
	return all[fence : fence+n : fence+n], func() bool {
		for i := range fence {
			if all[i] != mark || all[fence+n+i] != mark {
				return false
			}
		}
		return true
	}
}
