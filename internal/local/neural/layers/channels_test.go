package layers

import (
	"slices"
	"testing"
)

func TestPlaceChannels(t *testing.T) {
	dst := make([]float32, 2*3)
	PlaceChannels(dst, 3, 0, []float32{1, 2}, 1)
	PlaceChannels(dst, 3, 1, []float32{3, 4, 5, 6}, 2)
	if want := []float32{1, 3, 4, 2, 5, 6}; !slices.Equal(dst, want) {
		t.Errorf("got %v, want %v: each pixel holds the first picture's channel, then the second's", dst, want)
	}
}
