package centernet

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"pam/internal/local/neural/layers"
)

// heatOf is a heat map of one class's values; those of the other classes are far below.
func heatOf(class int, rows [][]float32) ([]float32, layers.Size) {
	at := layers.Size{Height: len(rows), Width: len(rows[0])}
	heat := make([]float32, at.Pixels()*Classes)
	for i := range heat {
		heat[i] = -9
	}
	for y, row := range rows {
		for x, v := range row {
			heat[(y*at.Width+x)*Classes+class] = v
		}
	}
	return heat, at
}

func TestFindPeaks(t *testing.T) {
	cases := []struct {
		name, reason string
		rows         [][]float32
		want         [][2]int // y, x
	}{
		{"corners", "neighbours outside of the picture do not count", [][]float32{{3, -9, 2}, {-9, -9, -9}, {1, -9, 0}}, [][2]int{{0, 0}, {0, 2}, {2, 0}, {2, 2}}},
		{"slope", "one object, not one for each pixel above the bound", [][]float32{{1, 2, 1}, {2, 3, 2}, {1, 2, 1}}, [][2]int{{1, 1}}},
		{"diagonal", "eight neighbours, not four", [][]float32{{2, -9}, {-9, 1}}, [][2]int{{0, 0}}},
		{"equal", "as in the published graph, which compares with the maximum", [][]float32{{1, 1}}, [][2]int{{0, 0}, {0, 1}}},
		{"bound", "0.05 has the logit -2.944", [][]float32{{-2.95, -9, -2.94}}, [][2]int{{0, 2}}},
		{"wrap", "the right edge is no neighbour of the next line's left one", [][]float32{{-9, -9, 3}, {2, -9, -9}}, [][2]int{{0, 2}, {1, 0}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			heat, at := heatOf(7, c.rows)
			var got [][2]int
			for _, p := range findPeaks(nil, heat, at) {
				if p.index%Classes != 7 {
					t.Errorf("class %d", p.index%Classes)
				}
				got = append(got, [2]int{p.index / Classes / at.Width, p.index / Classes % at.Width})
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

// TestFindPeaksKeepsTheGreatest compares with sorting all of them.
func TestFindPeaksKeepsTheGreatest(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 6))
	at := layers.Square(16)
	heat := make([]float32, at.Pixels()*Classes)
	for i := range heat {
		heat[i] = float32(source.NormFloat64())
	}
	var all []peak
	for i, v := range heat {
		if v > lowestLogit && isPeak(heat, at, i) {
			all = append(all, peak{i, v})
		}
	}
	slices.SortStableFunc(all, func(a, b peak) int { return cmp.Compare(b.logit, a.logit) })
	if len(all) < 2*MaxDetections {
		t.Fatalf("only %d peaks", len(all))
	}
	if got := findPeaks(nil, heat, at); !slices.Equal(got, all[:MaxDetections]) {
		t.Error("not the greatest peaks in order")
	}
}

func TestClassNamesAreComplete(t *testing.T) {
	seen := make(map[string]bool)
	for class, name := range ClassNames() {
		if name == "" || seen[name] {
			t.Errorf("class %d is named %q, which is empty or comes twice", class, name)
		}
		seen[name] = true
	}
}
