package layers

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestPointwise(t *testing.T) {
	cases := []struct {
		name, reason    string
		pixels, in, out int
		residual        bool
	}{
		{"whole tiles", "everything divides", 4, 8, 48, false},
		{"strips", "everything divides in plain Go", 4, 8, 6, false},
		{"one left over", "an odd number of pixels, one output beyond a strip", 5, 7, 4, false},
		{"two outputs over", "a strip two thirds full", 6, 3, 5, false},
		{"seven pixels", "one more than one and a half tiles", 7, 9, 24, true},
		{"sixteen", "one narrow panel", 6, 16, 16, true},
		{"seventeen", "the second panel overlaps the first", 6, 16, 17, true},
		{"fifteen", "less than any panel", 3, 15, 15, true},
		{"forty", "a wide and a narrow panel", 13, 24, 40, true},
		{"a hundred and twelve", "four wide panels and a narrow one", 3, 40, 112, true},
		{"residual", "the block's input is added to its output", 9, 5, 7, true},
		{"one of each", "a single number", 1, 1, 1, true},
		{"many blocks", "more pixels than one block of the cache holds", 200, 300, 3, false},
	}
	everyKernels(t, func(t *testing.T, k Kernels) {
		for _, c := range cases {
			for _, act := range everyActivation() {
				t.Run(fmt.Sprintf("%s/%d", c.name, act), func(t *testing.T) {
					source := rand.New(rand.NewPCG(3, 3))
					w, weight, bias := layer(t, k, source, c.out, c.in, 1, 1)
					p := NewPointwise(w, "layer", c.in, c.out, act)
					src := random(source, c.pixels*c.in)
					var added []float32
					if c.residual {
						added = random(source, c.pixels*c.out)
					}
					dst, intact := guarded(c.pixels * c.out)
					p.Apply(dst, src, added, c.pixels)
					checkClose(t, dst, product(src, weight, bias, added, c.in, c.out, act), c.reason)
					if !intact() {
						t.Errorf("wrote beyond the output; %s", c.reason)
					}
				})
			}
		}
	})
}
