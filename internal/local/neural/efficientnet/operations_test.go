package efficientnet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pam/internal/local/neural/tensors"
)

// The operations against direct translations of their definitions, in float64.

// layer makes a file with one layer of random weights, and gives both as the definitions below want them.
func layer(source *rand.Rand, shape ...int) (w *weights, weight, bias []float64) {
	w = &weights{all: make(map[string]tensors.Tensor)}
	put := func(name string, shape ...int) []float64 {
		size := 1
		for _, dim := range shape {
			size *= dim
		}
		t, err := tensors.FromFloat32s(name, shape, random(source, size))
		if err != nil {
			panic(err) // random gives nothing that half precision cannot hold
		}
		w.all[name] = t
		values, err := t.Float32s()
		if err != nil {
			panic(err)
		}
		wide := make([]float64, size)
		for i, v := range values {
			wide[i] = float64(v)
		}
		return wide
	}
	return w, put("layer.weight", shape...), put("layer.bias", shape[0])
}

func random(source *rand.Rand, n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(source.NormFloat64())
	}
	return values
}

func clamp6(x float64) float64 { return min(max(x, 0), 6) }

// checkClose compares with room for the rounding of float32 sums of a few hundred terms.
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

// naive is a convolution by its definition: SAME padding, groups of in/groups channels.
func naive(src []float32, at size, in int, weight, bias []float64, out, kernel, stride, groups int) []float64 {
	after := at.strided(stride)
	total := func(n, outputs int) int { return max(0, (outputs-1)*stride+kernel-n) }
	top, left := total(at.height, after.height)/2, total(at.width, after.width)/2
	inGroup, outGroup := in/groups, out/groups
	var result []float64
	for y := range after.height {
		for x := range after.width {
			for o := range out {
				sum := bias[o]
				for c := range inGroup {
					for ky := range kernel {
						for kx := range kernel {
							sy, sx := y*stride-top+ky, x*stride-left+kx
							if sy < 0 || sx < 0 || sy >= at.height || sx >= at.width {
								continue
							}
							channel := o/outGroup*inGroup + c
							sum += weight[((o*inGroup+c)*kernel+ky)*kernel+kx] * float64(src[(sy*at.width+sx)*in+channel])
						}
					}
				}
				result = append(result, clamp6(sum))
			}
		}
	}
	return result
}

func TestConvolution(t *testing.T) {
	cases := []struct {
		name, reason            string
		at                      size
		kernel, stride, in, out int
	}{
		{"stem", "the shape in the network, smaller", size{8, 8}, 3, 2, 3, 32},
		{"odd", "odd sides pad both ends alike", size{7, 9}, 3, 2, 3, 4},
		{"stride 1", "an odd number of outputs in a row leaves one over", size{3, 5}, 3, 1, 2, 5},
		{"one pixel", "all but the kernel's centre lies outside", size{1, 1}, 3, 1, 3, 3},
		{"narrow", "a picture narrower than the kernel", size{6, 1}, 5, 2, 1, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := rand.New(rand.NewPCG(1, 1))
			w, weight, bias := layer(source, c.out, c.in, c.kernel, c.kernel)
			conv := newConvolution(w, "layer", c.kernel, c.stride, c.in, c.out)
			src := random(source, c.at.pixels()*c.in)
			dst := make([]float32, c.at.strided(c.stride).pixels()*c.out)
			if after := conv.apply(dst, src, c.at); after != c.at.strided(c.stride) {
				t.Errorf("size %v", after)
			}
			checkClose(t, dst, naive(src, c.at, c.in, weight, bias, c.out, c.kernel, c.stride, 1), c.reason)
		})
	}
}

func TestDepthwise(t *testing.T) {
	cases := []struct {
		name, reason             string
		at                       size
		kernel, stride, channels int
	}{
		{"3x3", "most common", size{14, 14}, 3, 1, 8},
		{"3x3 stride 2, even", "pads behind only", size{8, 6}, 3, 2, 5},
		{"3x3 stride 2, odd", "pads both ends", size{7, 9}, 3, 2, 3},
		{"5x5", "two rows outside at each edge", size{7, 7}, 5, 1, 7},
		{"5x5 stride 2, even", "one zero before, two behind", size{10, 14}, 5, 2, 2},
		{"5x5 stride 2, odd", "two zeros at each end", size{9, 11}, 5, 2, 1},
		{"smaller than the kernel", "taps beyond both edges at once", size{2, 1}, 5, 1, 4},
		{"one pixel", "only the centre tap counts", size{1, 1}, 3, 2, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := rand.New(rand.NewPCG(2, 2))
			w, weight, bias := layer(source, c.channels, 1, c.kernel, c.kernel)
			filter := newDepthwise(w, "layer", c.kernel, c.stride, c.channels)
			src := random(source, c.at.pixels()*c.channels)
			dst := make([]float32, c.at.strided(c.stride).pixels()*c.channels)
			if after := filter.apply(dst, src, c.at); after != c.at.strided(c.stride) {
				t.Errorf("size %v", after)
			}
			want := naive(src, c.at, c.channels, weight, bias, c.channels, c.kernel, c.stride, c.channels)
			checkClose(t, dst, want, c.reason)
		})
	}
}

func TestPointwise(t *testing.T) {
	cases := []struct {
		name, reason    string
		pixels, in, out int
		act             activation
		residual        bool
	}{
		{"whole tiles", "everything divides", 4, 8, 6, relu6, false},
		{"one left over", "an odd number of pixels, one output beyond a strip", 5, 7, 4, relu6, false},
		{"two outputs over", "a strip two thirds full", 6, 3, 5, linear, false},
		{"residual", "the block's input is added to its output", 9, 5, 7, linear, true},
		{"one of each", "a single number", 1, 1, 1, linear, true},
		{"many blocks", "more pixels than one block of the cache holds", 200, 300, 3, relu6, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := rand.New(rand.NewPCG(3, 3))
			w, weight, bias := layer(source, c.out, c.in, 1, 1)
			p := newPointwise(w, "layer", c.in, c.out, c.act)
			src := random(source, c.pixels*c.in)
			var added []float32
			if c.residual {
				added = random(source, c.pixels*c.out)
			}
			dst := make([]float32, c.pixels*c.out)
			p.apply(dst, src, added, c.pixels)
			var want []float64
			for pixel := range c.pixels {
				for o := range c.out {
					sum := bias[o]
					for i := range c.in {
						sum += weight[o*c.in+i] * float64(src[pixel*c.in+i])
					}
					if c.residual {
						sum += float64(added[pixel*c.out+o])
					}
					if c.act == relu6 {
						sum = clamp6(sum)
					}
					want = append(want, sum)
				}
			}
			checkClose(t, dst, want, c.reason)
		})
	}
}

func TestDense(t *testing.T) {
	cases := []struct {
		name, reason string
		in, out      int
	}{
		{"classifier", "1000 outputs leave one beyond the last whole strip", 20, 1000},
		{"whole strips", "everything divides", 9, 6},
		{"single", "one number in, one out", 1, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := rand.New(rand.NewPCG(4, 4))
			w, weight, bias := layer(source, c.out, c.in)
			d := newDense(w, "layer", c.in, c.out)
			src, dst := random(source, c.in), make([]float32, c.out)
			d.apply(dst, src)
			want := make([]float64, c.out)
			for o := range want {
				want[o] = bias[o]
				for i := range c.in {
					want[o] += weight[o*c.in+i] * float64(src[i])
				}
			}
			checkClose(t, dst, want, c.reason)
		})
	}
}

func TestMeanPool(t *testing.T) {
	mean := []float32{9, 9} // what was there before must not count
	meanPool(mean, []float32{1, 10, 2, 20, 6, 60})
	checkClose(t, mean, []float64{3, 30}, "each channel has its own mean")
}

func TestSoftmax(t *testing.T) {
	cases := []struct {
		name, reason string
		logits       []float32
		want         []float64
	}{
		{"equal", "no class is preferred", []float32{2, 2}, []float64{0.5, 0.5}},
		{"ratio", "a difference of ln 3 is a ratio of 3", []float32{0, float32(math.Log(3))}, []float64{0.25, 0.75}},
		{"huge", "exponentials of the logits themselves would overflow", []float32{1e30, 0, -1e30}, []float64{1, 0, 0}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := make([]float64, len(c.logits))
			Softmax(got, c.logits)
			for i := range got {
				if !(math.Abs(got[i]-c.want[i]) < 1e-6) {
					t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
				}
			}
		})
	}
}

func TestParallelCoversEachIndexOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 64, 101} {
		for _, unit := range []int{1, 2, 3, 50} {
			t.Run(fmt.Sprintf("%d by %d", n, unit), func(t *testing.T) {
				seen := make([]int, n)
				parallel(n, unit, func(from, to int) {
					if from%unit != 0 {
						t.Errorf("a run begins at %d", from)
					}
					for i := from; i < to; i++ {
						seen[i]++
					}
				})
				for i, times := range seen {
					if times != 1 {
						t.Errorf("index %d came %d times", i, times)
					}
				}
			})
		}
	}
}
