package neural_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"pam/internal/local/neural"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

// noisy fills an image of any kind with the same noise.
func noisy(img draw.Image) image.Image {
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
	pictures := map[string]photos.Picture{"photo": {Image: photo(t, "cat.jpg")}}
	for _, c := range cases {
		pictures[c.name+": "+c.reason] = photos.Picture{Image: c.image}
	}
	photostest.Labeler(t, neural.New(neural.Config{}), pictures)
}

// bounded shows a part of an endless image.
type bounded struct {
	image.Image
	bounds image.Rectangle
}

func (b bounded) Bounds() image.Rectangle { return b.bounds }

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

func photo(t *testing.T, name string) image.Image {
	t.Helper()
	return decoded(t, "testdata/"+name)
}

func decoded(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := jpeg.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestLabelRecognisesPhotos(t *testing.T) {
	cases := []struct {
		name, reason string
		file         string
		labels       []string
		not          string
	}{
		{"cat", "the network is torn between three kinds of cat, which add up", "cat.jpg", []string{"Cat", "Feline", "Pet", "Mammal", "Animal"}, "Dog"},
		{"coffee", "one class says it all", "coffee.jpg", []string{"Espresso", "Coffee", "Beverage"}, "Animal"},
	}
	l := neural.New(neural.Config{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			labels, err := l.Label(t.Context(), photos.Picture{Image: photo(t, c.file)})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, l := range labels {
				names = append(names, l.Name)
			}
			for _, want := range c.labels {
				if !slices.Contains(names, want) {
					t.Errorf("no %s among %v; %s", want, names, c.reason)
				}
			}
			if slices.Contains(names, c.not) {
				t.Errorf("%s among %v", c.not, names)
			}
		})
	}
}

// TestEvidenceHoldsObjects shows photographs of several things, or of one that ImageNet has no class for.
func TestEvidenceHoldsObjects(t *testing.T) {
	const sure = 0.3 // calibration decides what is shown; here it matters that the right class stands out
	cases := []struct {
		name, reason string
		file         string
		labels       []string
	}{
		{"person", "the classifier knows no people", "astronaut.jpg", []string{"Person"}},
		{"several", "none of them fills the photo", "dog-and-bicycle.jpg", []string{"Dog", "Bicycle", "Car", "Vehicle"}},
		{"upright", "bars at the sides, small objects", "drum-on-beanbag.jpg", []string{"Bottle", "Wine Glass", "Glass"}},
		{"cow", "a label that only the detector gives", "cow.jpg", []string{"Cow", "Cattle", "Animal"}},
		{"cat", "beside its toy", "kitten-with-yarn.jpg", []string{"Cat", "Pet"}},
		{"bird", "above its mirror image", "duck.jpg", []string{"Bird"}},
	}
	l, judge := neural.New(neural.Config{}), embeddedJudge(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			evidence, err := l.Evidence(t.Context(), photos.Picture{Image: decoded(t, "../../../testdata/photos/"+c.file)})
			if err != nil {
				t.Fatal(err)
			}
			scores := judge.ObjectScores(evidence)
			for _, want := range c.labels {
				if !(scores[want] >= sure) {
					t.Errorf("%s has %v among %v; %s", want, scores[want], scores, c.reason)
				}
			}
		})
	}
}

// TestEvidenceDoesNotDependOnTheImageType shows one photo as each type that Go's decoders give.
func TestEvidenceDoesNotDependOnTheImageType(t *testing.T) {
	original := photo(t, "coffee.jpg")
	bounds := original.Bounds()
	cases := []struct {
		name, reason string
		image        draw.Image
		tolerance    float64
	}{
		{"nrgba", "colours straight from the decoder", image.NewNRGBA(bounds), 0.005},
		{"rgba64", "16 bits are cut to the upper 8", image.NewRGBA64(bounds), 0.005},
		{"cmyk", "print colours, which Go rounds twice", image.NewCMYK(bounds), 0.05},
		{"paletted", "256 colours, as in GIF and small PNG", image.NewPaletted(bounds, palette.Plan9), 0.2},
	}
	l, judge := neural.New(neural.Config{}), embeddedJudge(t)
	want, err := l.Evidence(t.Context(), photos.Picture{Image: original})
	if err != nil || judge.ClassScores(want, 1)["Coffee"] < 0.5 || judge.ObjectScores(want)["Cup"] < 0.5 {
		t.Fatalf("the photo has %v, error %v; a comparison needs great scores", judge.Labels(want), err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			draw.Draw(c.image, bounds, original, bounds.Min, draw.Src)
			got, err := l.Evidence(t.Context(), photos.Picture{Image: c.image})
			if err != nil {
				t.Fatal(err)
			}
			near := func(got, want map[string]float64) {
				for name, score := range want {
					if math.Abs(got[name]-score) > c.tolerance {
						t.Errorf("%s has %v, want %v; %s", name, got[name], score, c.reason)
					}
				}
			}
			near(judge.ClassScores(got, 1), judge.ClassScores(want, 1))
			near(judge.ObjectScores(got), judge.ObjectScores(want))
		})
	}
}

func embeddedJudge(t *testing.T) *neural.Judge {
	t.Helper()
	judge, err := neural.EmbeddedJudge()
	if err != nil {
		t.Fatal(err)
	}
	return judge
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
