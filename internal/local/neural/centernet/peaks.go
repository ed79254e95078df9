package centernet

import (
	"cmp"
	"math"
	"slices"

	"pam/internal/local/neural/layers"
)

const (
	// MaxDetections is the greatest number of objects that are found in one picture, as in the published graph.
	MaxDetections = 100
	// LowestScore is the least score of a detection: the one down to which the network's authors evaluate it (predict_box
	// in github.com/610265158/mobilenetv3_centernet, model_eval/custome_eval.py). So low, most are wrong.
	LowestScore = 0.05

	lowestLogit = -2.944438 // log(LowestScore / (1-LowestScore)), rounded up so that no score falls below
)

// peak is a local maximum of the heat map.
type peak struct {
	index int // into the heat map: pixel times Classes plus class
	logit float32
}

// findPeaks appends the greatest local maxima of the heat map, greatest first: values that none of the eight neighbours
// of the same class surpasses. Scores grow with their logits, so that these are compared and the sigmoid is spared.
func findPeaks(found []peak, heat []float32, at layers.Size) []peak {
	for from := 0; ; {
		index := nextAbove(heat, from, lowestLogit)
		if index < 0 {
			break
		}
		from = index + 1
		p := peak{index, heat[index]}
		if len(found) == MaxDetections && heat[index] <= found[0].logit || !isPeak(heat, at, index) {
			continue
		}
		found = keepGreatest(found, p)
	}
	slices.SortFunc(found, func(a, b peak) int { return cmp.Or(cmp.Compare(b.logit, a.logit), a.index-b.index) })
	return found
}

// nextAbove gives the first index, from on, whose value is above the bound; -1 when there is none.
//
//go:norace
func nextAbove(heat []float32, from int, bound float32) int {
	for i, x := range heat[from:] {
		if x > bound {
			return from + i
		}
	}
	return -1
}

func isPeak(heat []float32, at layers.Size, index int) bool {
	pixel := index / Classes
	y, x := pixel/at.Width, pixel%at.Width
	for ny := max(0, y-1); ny <= min(y+1, at.Height-1); ny++ {
		for nx := max(0, x-1); nx <= min(x+1, at.Width-1); nx++ {
			if heat[(ny*at.Width+nx)*Classes+index%Classes] > heat[index] {
				return false
			}
		}
	}
	return true
}

// keepGreatest adds a peak to a heap whose least logit is first, and drops that when there are too many.
func keepGreatest(heap []peak, p peak) []peak {
	if len(heap) == MaxDetections {
		heap[0] = p
		sink(heap)
		return heap
	}
	heap = append(heap, p)
	for i := len(heap) - 1; i > 0 && heap[i].logit < heap[(i-1)/2].logit; i = (i - 1) / 2 {
		heap[i], heap[(i-1)/2] = heap[(i-1)/2], heap[i]
	}
	return heap
}

func sink(heap []peak) {
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(heap); child++ {
			if heap[child].logit < heap[least].logit {
				least = child
			}
		}
		if least == i {
			return
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

func score(logit float32) float64 { return 1 / (1 + math.Exp(-float64(logit))) }
