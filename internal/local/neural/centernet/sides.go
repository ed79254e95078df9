package centernet

import "pam/internal/local/neural/layers"

// Detection is one object found.
type Detection struct {
	Class int     // 0 to Classes-1
	Score float64 // LowestScore to 1: the heat map's value, which is no calibrated probability
	Box   Box
}

// Box is the rectangle around an object, in pixels of the picture that was given to Detect, clipped to it.
type Box struct{ Left, Top, Right, Bottom float32 }

// stride is the number of the picture's pixels for one of the heat map.
const stride = 4

// sides tells how far the four sides of an object are from its centre. The published graph computes that for every pixel
// of the heat map; here it is done only where an object was found: a filter of 3x3 and a product with four columns.
type sides struct {
	taps    []float32 // channel by channel, nine each
	filter  []float32 // the filter's bias
	project []float32 // side by side, finalWidth each
	bias    []float32
}

func newSides(w *layers.Weights) sides {
	return sides{
		taps:    w.Take("sides.depthwise.weight", finalWidth, 1, 3, 3),
		filter:  w.Take("sides.depthwise.bias", finalWidth),
		project: w.Take("sides.project.weight", 4, finalWidth, 1, 1),
		bias:    w.Take("sides.project.bias", 4),
	}
}

// box gives the rectangle of the object whose centre lies on a pixel of the pyramid's answer.
func (s *sides) box(final []float32, at layers.Size, pixel int) Box {
	y, x := pixel/at.Width, pixel%at.Width
	var far [4]float32
	copy(far[:], s.bias)
	for c := range finalWidth {
		value := s.filter[c]
		for ky := range 3 {
			for kx := range 3 {
				sy, sx := y+ky-1, x+kx-1
				if sy >= 0 && sy < at.Height && sx >= 0 && sx < at.Width {
					value += s.taps[c*9+ky*3+kx] * final[(sy*at.Width+sx)*finalWidth+c]
				}
			}
		}
		for side := range far {
			far[side] += s.project[side*finalWidth+c] * value
		}
	}
	width, height := float32(at.Width*stride), float32(at.Height*stride)
	centreX, centreY := float32(x*stride), float32(y*stride)
	return Box{
		Left: clip(centreX-far[0], width), Top: clip(centreY-far[1], height),
		Right: clip(centreX+far[2], width), Bottom: clip(centreY+far[3], height),
	}
}

func clip(v, end float32) float32 { return max(0, min(v, end)) }
