package neural

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pam/internal/local/neural/efficientnet"
)

// TestCentreCropMatchesPyTorch follows a photo from its pixels to probabilities and compares with Pillow and PyTorch;
// testdata/README.md says how. Pillow scales with integers and the weights are rounded, hence the tolerance.
func TestCentreCropMatchesPyTorch(t *testing.T) {
	const tolerance = 0.03
	text, err := os.ReadFile("testdata/centre_crop_probabilities.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string]map[string]float64
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range reference {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open("testdata/" + name + ".jpg")
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			photo, err := jpeg.Decode(file)
			if err != nil {
				t.Fatal(err)
			}
			ws := &classification{}
			ws.prepare(m.classifier)
			shrunk, err := shrink(t.Context(), photo)
			if err != nil {
				t.Fatal(err)
			}
			v := centreCrop(shrunk.Bounds())
			if err := render(t.Context(), ws.canvas, shrunk, v); err != nil {
				t.Fatal(err)
			}
			normalize(ws.input, ws.canvas, v.to, colourMean, colourScale)
			logits, err := m.classifier.Logits(t.Context(), ws.network, ws.input)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, efficientnet.Classes)
			efficientnet.Softmax(got, logits)
			for class, p := range want {
				i, err := strconv.Atoi(class)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("class %d: %.4f, PyTorch %.4f", i, got[i], p)
				if !(math.Abs(got[i]-p) <= tolerance) {
					t.Errorf("class %d has %.4f, PyTorch's has %.4f", i, got[i], p)
				}
			}
		})
	}
}

func TestUndoSmoothing(t *testing.T) {
	cases := []struct {
		name, reason string
		given, want  []float64
	}{
		{"certain", "what training calls certain becomes 1", []float64{0.925, 0.025, 0.025, 0.025}, []float64{1, 0, 0, 0}},
		{"undecided", "all classes at the same stay so", []float64{0.25, 0.25, 0.25, 0.25}, []float64{0.25, 0.25, 0.25, 0.25}},
		{"below the floor", "nothing becomes negative, and the sum stays 1", []float64{0.985, 0.005, 0.005, 0.005}, []float64{1, 0, 0, 0}},
		{"between", "(0.475-0.025)/0.9", []float64{0.475, 0.475, 0.025, 0.025}, []float64{0.5, 0.5, 0, 0}},
		{"nothing", "no division by zero", []float64{0, 0, 0, 0}, []float64{0, 0, 0, 0}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			undoSmoothing(c.given)
			for i := range c.want {
				if !(math.Abs(c.given[i]-c.want[i]) < 1e-12) {
					t.Fatalf("got %v, want %v; %s", c.given, c.want, c.reason)
				}
			}
		})
	}
}

func TestViews(t *testing.T) {
	cases := []struct {
		name, reason string
		bounds       image.Rectangle
		crop         image.Rectangle // of the photo
		whole        image.Rectangle // of the network's input
	}{
		{"square", "7/8 of the side; the frame fills the input", image.Rect(0, 0, 256, 256), image.Rect(16, 16, 240, 240), image.Rect(0, 0, 224, 224)},
		{"4:3", "may be squeezed to a square", image.Rect(0, 0, 1024, 768), image.Rect(176, 48, 848, 720), image.Rect(0, 0, 224, 224)},
		{"8:3", "squeezed by 4:3, bars take half", image.Rect(0, 0, 800, 300), image.Rect(268, 18, 531, 281), image.Rect(0, 56, 224, 168)},
		{"3:8", "the same standing up", image.Rect(0, 0, 300, 800), image.Rect(18, 268, 281, 531), image.Rect(56, 0, 168, 224)},
		{"column", "at least a pixel of each", image.Rect(5, -9, 6, 3991), image.Rect(5, 1990, 6, 1991), image.Rect(111, 0, 112, 224)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := views(c.bounds)
			want := []view{{from: c.crop, to: image.Rect(0, 0, 224, 224)}, {from: c.bounds, to: c.whole}}
			if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				t.Errorf("got %v, want %v; %s", got, want, c.reason)
			}
		})
	}
}

func TestFrame(t *testing.T) {
	cases := []struct {
		name, reason string
		bounds       image.Rectangle
		want         image.Rectangle
	}{
		{"square", "fills the input", image.Rect(0, 0, 90, 90), image.Rect(0, 0, 512, 512)},
		{"4:3", "bars above and below", image.Rect(0, 0, 1024, 768), image.Rect(0, 64, 512, 448)},
		{"2:3", "bars at the sides; 341 pixels leave an odd number", image.Rect(-10, 5, 390, 605), image.Rect(85, 0, 426, 512)},
		{"column", "at least a pixel", image.Rect(0, 0, 1, 4000), image.Rect(255, 0, 256, 512)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, want := frame(c.bounds), (view{from: c.bounds, to: c.want}); got != want {
				t.Errorf("got %v, want %v; %s", got, want, c.reason)
			}
		})
	}
}

func TestShrink(t *testing.T) {
	cases := []struct {
		name, reason string
		bounds       image.Rectangle
		want         image.Point
	}{
		{"small", "as it is", image.Rect(0, 0, 2047, 9), image.Pt(2047, 9)},
		{"large", "as soon as half is still twice what the detector takes", image.Rect(0, 0, 2048, 1536), image.Pt(1024, 768)},
		{"column", "what is narrower than a box stays a pixel", image.Rect(7, 7, 8, 4007), image.Pt(1, 1334)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := shrink(t.Context(), image.NewGray(c.bounds))
			if err != nil || got.Bounds().Size() != c.want {
				t.Errorf("got %v, %v, want %v; %s", got.Bounds(), err, c.want, c.reason)
			}
		})
	}
}

func TestReduceAveragesBoxes(t *testing.T) {
	src := image.NewGray(image.Rect(0, 0, 5, 3))
	copy(src.Pix, []uint8{
		10, 20, 30, 40, 50,
		20, 30, 40, 50, 60,
		0, 2, 4, 6, 255,
	})
	cases := []struct {
		name, reason string
		part         image.Rectangle
		across, down int
		want         [][]uint8
	}{
		{"whole boxes", "means of four", image.Rect(0, 0, 4, 2), 2, 2, [][]uint8{{20, 40}}},
		{"cut boxes", "boxes at the edges are means of what they hold", src.Rect, 2, 2, [][]uint8{{20, 40, 55}, {1, 5, 255}}},
		{"moved", "the part need not begin at the corner", image.Rect(1, 1, 4, 3), 3, 1, [][]uint8{{40}, {4}}},
		{"factor 0", "less than 1 means 1", image.Rect(3, 0, 5, 1), 0, 0, [][]uint8{{40, 50}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := reduce(t.Context(), src, c.part, c.across, c.down)
			if err != nil {
				t.Fatal(err)
			}
			if got.Rect != image.Rect(0, 0, len(c.want[0]), len(c.want)) {
				t.Fatalf("size %v; %s", got.Rect, c.reason)
			}
			for y, row := range c.want {
				for x, value := range row {
					if want := (color.RGBA{value, value, value, 0xff}); got.RGBAAt(x, y) != want {
						t.Errorf("(%d, %d) is %v, want %v; %s", x, y, got.RGBAAt(x, y), want, c.reason)
					}
				}
			}
		})
	}
}

// TestRowsAgreeWithAt reads each type by its own loop and pixel by pixel through image.Image.
func TestRowsAgreeWithAt(t *testing.T) {
	bounds := image.Rect(3, 5, 20, 16)
	var cases []struct {
		name string
		img  image.Image
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		img := image.NewYCbCr(bounds, ratio)
		for _, plane := range [][]uint8{img.Y, img.Cb, img.Cr} {
			fill(plane)
		}
		cases = append(cases, struct {
			name string
			img  image.Image
		}{"YCbCr " + ratio.String(), img})
	}
	left := image.NewYCbCr(image.Rect(-7, -5, 9, 4), image.YCbCrSubsampleRatio420)
	nrgba, cmyk, gray16, nrgba64 := image.NewNRGBA(bounds), image.NewCMYK(bounds), image.NewGray16(bounds), image.NewNRGBA64(bounds)
	paletted := image.NewPaletted(bounds, color.Palette{color.Black, color.NRGBA{200, 100, 0, 128}, color.White})
	for i := range paletted.Pix {
		paletted.Pix[i] = uint8(i % 3)
	}
	for _, pixels := range [][]uint8{left.Y, left.Cb, left.Cr, nrgba.Pix, cmyk.Pix, gray16.Pix, nrgba64.Pix} {
		fill(pixels)
	}
	for name, img := range map[string]image.Image{
		"YCbCr left of zero": left, "NRGBA": nrgba, "CMYK": cmyk, "Gray16": gray16, "NRGBA64": nrgba64, "paletted": paletted,
		"part of YCbCr": cases[2].img.(*image.YCbCr).SubImage(image.Rect(8, 7, 19, 15)), "unknown": opaque{nrgba},
	} {
		cases = append(cases, struct {
			name string
			img  image.Image
		}{name, img})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			from := rowsOf(c.img)
			b := c.img.Bounds()
			for y := b.Min.Y; y < b.Max.Y; y++ {
				start := b.Min.X + (y-b.Min.Y)%3 // begin in the middle of shared chroma too
				row := make([]uint8, 3*(b.Max.X-start))
				from.read(row, start, y)
				for x := start; x < b.Max.X; x++ {
					i := 3 * (x - start)
					var got [3]uint8
					got[0], got[1], got[2] = from.colour(row[i], row[i+1], row[i+2])
					r, g, bl, a := c.img.At(x, y).RGBA()
					for n, value := range []uint32{r, g, bl} {
						want := float64(value+0xffff-a) / 257
						if math.Abs(float64(got[n])-want) > 1.01 {
							t.Fatalf("(%d, %d) reads %v, At on white gives %v for %d", x, y, got, want, n)
						}
					}
				}
			}
		})
	}
}

// opaque hides an image's type and its faster methods.
type opaque struct{ image.Image }

func fill(pixels []uint8) {
	for i := range pixels {
		pixels[i] = uint8(i*97 + i/7)
	}
}

// TestModelDocumentNamesTheWeights keeps MODEL.md true.
func TestModelDocumentNamesTheWeights(t *testing.T) {
	text, err := os.ReadFile("MODEL.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, weights := range map[string][]byte{"classifier": embeddedClassifier, "detector": embeddedDetector} {
		sum := sha256.Sum256(weights)
		if want := hex.EncodeToString(sum[:]); !strings.Contains(string(text), want) {
			t.Errorf("MODEL.md does not name the SHA-256 %s of the %s's weights", want, name)
		}
	}
}
