package neural_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"pam/internal/local/neural"
	"pam/internal/photos"
)

// noisy fills an image of any kind with the same noise.
func noisy(img interface {
	image.Image
	Set(x, y int, c color.Color)
}) image.Image {
	source := rand.New(rand.NewPCG(1, 2))
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			bits := source.Uint32()
			img.Set(x, y, color.NRGBA{R: uint8(bits), G: uint8(bits >> 8), B: uint8(bits >> 16), A: uint8(bits >> 24)})
		}
	}
	return img
}

func noisyYCbCr(r image.Rectangle, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	source := rand.New(rand.NewPCG(3, 4))
	img := image.NewYCbCr(r, ratio)
	for _, plane := range [][]uint8{img.Y, img.Cb, img.Cr} {
		for i := range plane {
			plane[i] = uint8(source.Uint32())
		}
	}
	return img
}

func TestLabelKeepsTheContractForAnyPicture(t *testing.T) {
	cases := []struct {
		name, reason string
		image        image.Image
	}{
		{"black", "no signal at all", image.NewGray(image.Rect(0, 0, 640, 480))},
		{"one pixel", "smaller than any box or kernel", noisy(image.NewRGBA(image.Rect(0, 0, 1, 1)))},
		{"noise", "nothing that training has seen", noisy(image.NewNRGBA(image.Rect(0, 0, 300, 200)))},
		{"column", "a crop of one pixel and a frame far from square", noisy(image.NewRGBA(image.Rect(0, 0, 1, 4000)))},
		{"row", "the same lying down", noisy(image.NewRGBA(image.Rect(0, 0, 4000, 1)))},
		{"moved origin", "bounds need not begin at zero", noisy(image.NewRGBA64(image.Rect(-70, 900, 260, 1100)))},
		{"part", "a sub-image's stride is its parent's", image.NewCMYK(image.Rect(0, 0, 500, 500)).SubImage(image.Rect(101, 203, 407, 499))},
		{"odd chroma", "chroma planes of odd pictures are rounded up", noisyYCbCr(image.Rect(0, 0, 333, 251), image.YCbCrSubsampleRatio420)},
		{"uniform", "an image without pixels in memory and almost without end", bounded{image.NewUniform(color.White), image.Rect(0, 0, 9000, 9)}},
	}
	l := neural.New(neural.Config{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			labels, err := l.Label(t.Context(), photos.Picture{Image: c.image})
			if err != nil {
				t.Fatalf("%v; %s", err, c.reason)
			}
			checkContract(t, labels)
		})
	}
}

// bounded shows a part of an endless image.
type bounded struct {
	image.Image
	bounds image.Rectangle
}

func (b bounded) Bounds() image.Rectangle { return b.bounds }

// checkContract checks what photos.Labeler promises.
func checkContract(t *testing.T, labels []photos.PhotoLabel) {
	t.Helper()
	if len(labels) > photos.MaxLabelsPerPhoto {
		t.Errorf("%d labels", len(labels))
	}
	confidence := make(map[string]float64)
	for i, l := range labels {
		if _, twice := confidence[l.Name]; twice {
			t.Errorf("%s comes twice", l.Name)
		}
		confidence[l.Name] = l.Confidence
		if !(l.Confidence >= photos.LowestConfidence && l.Confidence <= 100) {
			t.Errorf("%s has confidence %v", l.Name, l.Confidence)
		}
		if len(l.Categories) == 0 {
			t.Errorf("%s has no category", l.Name)
		}
		if i > 0 {
			before := labels[i-1]
			if before.Confidence < l.Confidence || before.Confidence == l.Confidence && before.Name >= l.Name {
				t.Errorf("%s stands before %s", before.Name, l.Name)
			}
		}
	}
	for _, l := range labels {
		for _, parent := range l.Parents {
			if !(confidence[parent] >= l.Confidence) {
				t.Errorf("%s has %v but its parent %s %v", l.Name, l.Confidence, parent, confidence[parent])
			}
		}
	}
}

func TestLabelRefusesAPictureWithoutImage(t *testing.T) {
	cases := []struct {
		name, reason string
		image        image.Image
	}{
		{"none", "a caller that forgot to decode", nil},
		{"empty", "an image without pixels shows nothing", image.NewRGBA(image.Rectangle{})},
	}
	l := neural.New(neural.Config{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if labels, err := l.Label(t.Context(), photos.Picture{Image: c.image}); err == nil {
				t.Errorf("got %v and no error; %s", labels, c.reason)
			}
		})
	}
}

func TestLabelStopsWithTheContext(t *testing.T) {
	l := neural.New(neural.Config{Parallel: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	picture := photos.Picture{Image: noisy(image.NewRGBA(image.Rect(0, 0, 300, 300)))}
	if _, err := l.Label(ctx, picture); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := l.Label(t.Context(), picture); err != nil {
		t.Errorf("the stopped call kept its place: %v", err)
	}
}

func TestLabelGivesOneAnswerHoweverManyAsk(t *testing.T) {
	l := neural.New(neural.Config{Parallel: 2})
	picture := photos.Picture{Image: image.NewGray(image.Rect(0, 0, 320, 240))}
	want, err := l.Label(t.Context(), picture)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			got, err := l.Label(t.Context(), picture)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
	all.Wait()
}

// TestLabelDoesNotDependOnTheImageType shows one picture as each type that Go's decoders give.
func TestLabelDoesNotDependOnTheImageType(t *testing.T) {
	bounds := image.Rect(0, 0, 500, 400)
	discs := func(x, y int) uint8 {
		if dx, dy := x-250, y-200; dx*dx+dy*dy < 150*150 {
			return 200
		}
		return uint8(20 + x/10)
	}
	cases := []struct {
		name, reason string
		image        interface {
			image.Image
			Set(x, y int, c color.Color)
		}
	}{
		{"gray16", "16 bits must be cut to the upper 8", image.NewGray16(bounds)},
		{"rgba", "alpha multiplied in", image.NewRGBA(bounds)},
		{"rgba64", "16 bits, alpha multiplied in", image.NewRGBA64(bounds)},
		{"nrgba", "alpha apart", image.NewNRGBA(bounds)},
		{"nrgba64", "16 bits, alpha apart", image.NewNRGBA64(bounds)},
		{"cmyk", "print colours", image.NewCMYK(bounds)},
	}
	gray := image.NewGray(bounds)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			gray.SetGray(x, y, color.Gray{Y: discs(x, y)})
		}
	}
	l := neural.New(neural.Config{})
	want, err := l.Label(t.Context(), photos.Picture{Image: gray})
	if err != nil || len(want) == 0 {
		t.Fatalf("the picture has labels %v, error %v; a comparison needs some", want, err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for y := range bounds.Dy() {
				for x := range bounds.Dx() {
					c.image.Set(x, y, gray.GrayAt(x, y))
				}
			}
			got, err := l.Label(t.Context(), photos.Picture{Image: c.image})
			if err != nil || len(got) != len(want) {
				t.Fatalf("got %v, %v; want %v; %s", got, err, want, c.reason)
			}
			for i := range got {
				if got[i].Name != want[i].Name || math.Abs(got[i].Confidence-want[i].Confidence) > 0.5 {
					t.Errorf("got %v, want %v; %s", got[i], want[i], c.reason)
				}
			}
		})
	}
}

func BenchmarkLabel(b *testing.B) {
	cases := []struct {
		name  string
		image image.Image
	}{
		{"1024x768", noisyYCbCr(image.Rect(0, 0, 1024, 768), image.YCbCrSubsampleRatio420)},
		{"8000x6000", noisyYCbCr(image.Rect(0, 0, 8000, 6000), image.YCbCrSubsampleRatio420)},
	}
	l := neural.New(neural.Config{})
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Label(b.Context(), photos.Picture{Image: c.image}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
