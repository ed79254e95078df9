package scaledjpeg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/imaging/scaledjpeg"
)

// TestDecodeAgreesWithImageJPEG compares with the low frequencies of what image/jpeg decodes at full size.
func TestDecodeAgreesWithImageJPEG(t *testing.T) {
	tests := []struct{ name, reason string }{
		{"baseline.jpg", "one pass over all components, as cameras write it"},
		{"grey.jpg", "one component"},
		{"grey-2x2.jpg", "the sampling factors of a lone component mean nothing"},
		{"progressive.jpg", "several passes, with refinements"},
		{"progressive-444.jpg", "colour at full resolution"},
		{"progressive-grey.jpg", "one component in passes"},
		{"restarts.jpg", "markers inside the pass"},
		{"separate.jpg", "a sequential JPEG with a pass for each component"},
		{"optimized.jpg", "codes longer than one look into the table"},
		{"422.jpg", "half the colour across"},
		{"440.jpg", "half the colour down"},
		{"411.jpg", "a quarter of the colour across"},
		{"rgb.jpg", "three components that are no YCbCr"},
		{"cmyk.jpg", "four inks, inverted as Adobe does"},
	}
	for _, tt := range tests {
		data := readFile(t, filepath.Join("testdata", tt.name))
		full := decodeFull(t, data)
		for _, scale := range []int{2, 4, 8} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, scale), func(t *testing.T) {
				got, err := scaledjpeg.Decode(t.Context(), data, scale)
				if err != nil {
					t.Fatalf("%s: %v", tt.reason, err)
				}
				size := full.Bounds().Size()
				if want := image.Rect(0, 0, (size.X+scale-1)/scale, (size.Y+scale-1)/scale); got.Bounds() != want {
					t.Fatalf("%s: got bounds %v, want %v", tt.reason, got.Bounds(), want)
				}
				large, small := planes(t, full), planes(t, got)
				if len(large) != len(small) {
					t.Fatalf("%s: got a %T, want a %T", tt.reason, got, full)
				}
				for i := range large {
					const tolerance = 2 // of 255: image/jpeg rounds each pixel and cuts it off at 0 and 255
					if d := furthest(small[i], large[i], 8/scale); d > tolerance {
						t.Errorf("%s: a pixel of plane %d is %.1f of 255 away, want at most %d", tt.reason, i, d, tolerance)
					}
				}
			})
		}
	}
}

func decodeFull(t *testing.T, data []byte) image.Image {
	t.Helper()
	full, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// plane is one channel of a picture.
type plane struct {
	width, height int
	at            func(x, y int) float64
}

// planes gives a picture's channels as they are stored, colour in its own resolution.
func planes(t *testing.T, img image.Image) []plane {
	t.Helper()
	size := img.Bounds().Size()
	bytes := func(pix []byte, width, height, stride, step int) plane {
		return plane{width, height, func(x, y int) float64 { return float64(pix[y*stride+x*step]) }}
	}
	switch img := img.(type) {
	case *image.Gray:
		return []plane{bytes(img.Pix, size.X, size.Y, img.Stride, 1)}
	case *image.YCbCr:
		last := img.COffset(size.X-1, size.Y-1)
		width, height := last%img.CStride+1, last/img.CStride+1
		return []plane{
			bytes(img.Y, size.X, size.Y, img.YStride, 1),
			bytes(img.Cb, width, height, img.CStride, 1),
			bytes(img.Cr, width, height, img.CStride, 1),
		}
	case *image.RGBA:
		return []plane{
			bytes(img.Pix, size.X, size.Y, img.Stride, 4), bytes(img.Pix[1:], size.X, size.Y, img.Stride, 4),
			bytes(img.Pix[2:], size.X, size.Y, img.Stride, 4),
		}
	case *image.CMYK:
		return []plane{
			bytes(img.Pix, size.X, size.Y, img.Stride, 4), bytes(img.Pix[1:], size.X, size.Y, img.Stride, 4),
			bytes(img.Pix[2:], size.X, size.Y, img.Stride, 4), bytes(img.Pix[3:], size.X, size.Y, img.Stride, 4),
		}
	default:
		t.Fatalf("got a %T", img)
		return nil
	}
}

// furthest gives the greatest distance of a pixel of small from what the lowest side x side frequencies of its block in
// large say, by the definition of the cosine transform in T.81, A.3.3. Blocks that the edge cuts are left out.
func furthest(small, large plane, side int) float64 {
	cosines := func(points int) (table [8][4]float64) { // of pixel x and frequency k
		for x := range points {
			for k := range min(points, 4) {
				weight := 0.5
				if k == 0 {
					weight = math.Sqrt(0.125)
				}
				table[x][k] = weight * math.Cos(float64((2*x+1)*k)*math.Pi/float64(2*points))
			}
		}
		return table
	}
	whole, part := cosines(8), cosines(side)
	var far float64
	for top := 0; top+8 <= large.height; top += 8 {
		for left := 0; left+8 <= large.width; left += 8 {
			var coefficients [4][4]float64
			for v := range side {
				for u := range side {
					for y := range 8 {
						for x := range 8 {
							coefficients[v][u] += large.at(left+x, top+y) * whole[x][u] * whole[y][v]
						}
					}
				}
			}
			for y := range side {
				for x := range side {
					var want float64
					for v := range side {
						for u := range side {
							want += coefficients[v][u] * part[x][u] * part[y][v]
						}
					}
					far = max(far, math.Abs(small.at(left*side/8+x, top*side/8+y)-min(max(want, 0), 255)))
				}
			}
		}
	}
	return far
}

// TestDecodeSameBlocks: how the blocks are arranged in a file changes no pixel. image/jpeg cannot be asked here: it
// does not read restart markers in a pass over one component of several.
func TestDecodeSameBlocks(t *testing.T) {
	tests := []struct{ name, same, reason string }{
		{"restarts.jpg", "baseline.jpg", "restart markers say nothing about pixels"},
		{"separate.jpg", "baseline.jpg", "a pass for each component has the same blocks"},
		{"separate-restarts.jpg", "baseline.jpg", "in a pass over one component the restart interval counts its blocks"},
		{"progressive.jpg", "baseline.jpg", "passes add up to the same coefficients"},
		{"progressive-restarts.jpg", "baseline.jpg", "a restart ends a run of blocks without news"},
		{"progressive-grey.jpg", "grey.jpg", "also for one component"},
		{"grey-2x2.jpg", "grey.jpg", "the sampling factors of a lone component mean nothing"},
		{"progressive-ycck.jpg", "ycck.jpg", "and for four"},
	}
	for _, tt := range tests {
		for _, scale := range []int{2, 4, 8} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, scale), func(t *testing.T) {
				var decoded [2]image.Image
				for i, name := range [...]string{tt.name, tt.same} {
					var err error
					if decoded[i], err = scaledjpeg.Decode(t.Context(), readFile(t, filepath.Join("testdata", name)), scale); err != nil {
						t.Fatalf("%s: %s: %v", tt.reason, name, err)
					}
				}
				if d := meanDifference(decoded[0], decoded[1], 1); d != 0 {
					t.Errorf("%s: %s and %s differ by %.2f", tt.reason, tt.name, tt.same, d)
				}
			})
		}
	}
}

func TestDecodeYCCK(t *testing.T) {
	data := readFile(t, "testdata/ycck.jpg")
	got, err := scaledjpeg.Decode(t.Context(), data, 4)
	if err != nil {
		t.Fatal(err)
	}
	const tolerance = 3 // of 255: averaging inks is not averaging light
	if d := meanDifference(got, decodeFull(t, data), 4); d > tolerance {
		t.Errorf("inks stored as YCbCr and black are %.2f of 255 away from image/jpeg, want at most %d", d, tolerance)
	}
}

// meanDifference compares small with large, boxes of scale x scale pixels of it averaged; boxes that the edge cuts are
// left out.
func meanDifference(small, large image.Image, scale int) float64 {
	size := large.Bounds().Size().Div(scale)
	var sum float64
	for y := range size.Y {
		for x := range size.X {
			var want [3]float64
			for dy := range scale {
				for dx := range scale {
					c := rgba(large.At(x*scale+dx, y*scale+dy))
					want[0] += float64(c.R)
					want[1] += float64(c.G)
					want[2] += float64(c.B)
				}
			}
			c := rgba(small.At(x, y))
			for i, v := range [...]uint8{c.R, c.G, c.B} {
				sum += math.Abs(float64(v) - want[i]/float64(scale*scale))
			}
		}
	}
	return sum / float64(3*size.X*size.Y)
}

func rgba(c color.Color) color.RGBA { return color.RGBAModel.Convert(c).(color.RGBA) }

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func files(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.jpg")
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in testdata: %v", err)
	}
	return names
}

func TestDecodeFindsEveryCut(t *testing.T) {
	for _, name := range []string{"baseline.jpg", "progressive.jpg", "separate-restarts.jpg", "ycck.jpg"} {
		t.Run(name, func(t *testing.T) {
			data := readFile(t, filepath.Join("testdata", name))
			for i := range 100 {
				cut := i * len(data) / 100
				if _, err := scaledjpeg.Decode(t.Context(), data[:cut], 4); err == nil {
					t.Fatalf("cut after %d of %d bytes: no error", cut, len(data))
				}
			}
		})
	}
}

// endsAfter is a context that ends once it has been asked so many times.
type endsAfter struct {
	context.Context
	left *int
}

func (c endsAfter) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestDecodeStopsWithItsContext(t *testing.T) {
	for _, name := range []string{"baseline.jpg", "progressive.jpg"} {
		data := readFile(t, filepath.Join("testdata", name))
		left := 1 << 30
		if _, err := scaledjpeg.Decode(endsAfter{t.Context(), &left}, data, 4); err != nil {
			t.Fatal(err)
		}
		for after := range 1<<30 - left {
			if _, err := scaledjpeg.Decode(endsAfter{t.Context(), &after}, data, 4); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want the context's error", name, err)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	baseline := readFile(t, "testdata/baseline.jpg")
	sof := []byte{0xff, 0xc0, 0x00, 0x11, 0x08}
	tests := []struct {
		name, reason string
		data         []byte
		scale        int
		want         string
	}{
		{"full size", "image/jpeg does that", baseline, 1, "scale 1"},
		{"nothing", "no first bytes", nil, 4, "EOF"},
		{"no JPEG", "other first bytes", []byte("GIF89a"), 4, "SOI"},
		{"nothing behind the start", "no picture", []byte{0xff, 0xd8, 0xff, 0xd9}, 4, "missing SOS"},
		{"pass without frame", "the order of segments is fixed", append([]byte{0xff, 0xd8}, baseline[bytes.Index(baseline, []byte{0xff, 0xda}):]...), 4, "missing SOF"},
		{"two frames", "a hierarchical JPEG", append(bytes.Clone(baseline[:bytes.Index(baseline, []byte{0xff, 0xda})]), baseline[bytes.Index(baseline, sof):]...), 4, "multiple SOF"},
		{"12 bits", "valid but not supported", replace(baseline, sof, []byte{0xff, 0xc1, 0x00, 0x11, 0x0c}), 4, "unsupported"},
		{"lossless", "valid but not supported", replace(baseline, sof, []byte{0xff, 0xc3, 0x00, 0x11, 0x08}), 4, "unsupported"},
		{"no code tables", "a pass that nothing can be read from", without(baseline, 0xc4), 4, "uninitialized Huffman table"},
		{"CMYK without Adobe", "whether it is inverted is not known", without(readFile(t, "testdata/cmyk.jpg"), 0xee), 4, "unsupported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := scaledjpeg.Decode(t.Context(), tt.data, tt.scale)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got %v, %v; want an error with %q", tt.reason, got, err, tt.want)
			}
		})
	}
}

func replace(data, old, replacement []byte) []byte {
	return bytes.Replace(data, old, replacement, 1)
}

// without drops all segments of a kind from before the first pass.
func without(data []byte, marker byte) []byte {
	kept := bytes.Clone(data[:2])
	data = data[2:]
	for data[1] != 0xda {
		length := 2 + int(data[2])<<8 + int(data[3])
		if data[1] != marker {
			kept = append(kept, data[:length]...)
		}
		data = data[length:]
	}
	return append(kept, data...)
}

// FuzzDecode expects no panic, and of a file that both this package and image/jpeg decode the same size.
func FuzzDecode(f *testing.F) {
	for _, name := range files(f) {
		f.Add(readFile(f, name), uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, scale uint8) {
		config, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width*config.Height > 1<<16 || bytes.Count(data, []byte{0xff, 0xda}) > 50 {
			return
		}
		s := 2 << (scale % 3)
		got, err := scaledjpeg.Decode(context.Background(), data, s)
		if err != nil {
			return
		}
		if want := image.Rect(0, 0, (config.Width+s-1)/s, (config.Height+s-1)/s); got.Bounds() != want {
			t.Fatalf("got bounds %v, want %v", got.Bounds(), want)
		}
		for _, corner := range []image.Point{{}, got.Bounds().Max.Sub(image.Pt(1, 1))} {
			got.At(corner.X, corner.Y)
		}
	})
}
