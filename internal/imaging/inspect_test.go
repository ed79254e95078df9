package imaging

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// pam are the limits that PAM sets.
var pam = Limits{MaxPixels: 50_000_000, MinSide: 80}

func TestInspectRefuses(t *testing.T) {
	const (
		jpegType = "image/jpeg"
		pngType  = "image/png"
	)
	goodJPEG := encodeJPEG(t, rgbQuadrants(96, 80))
	goodPNG := encodePNG(t, rgbQuadrants(96, 80))
	photo := readFile(t, "../../testdata/photos/cat-face.jpg")
	progressive := readFile(t, "testdata/progressive.jpg")
	sof := "\xff\xc0\x00\x11\x08\x00\x50\x00\x60" // baseline, 17 bytes, 8 bits, height 80, width 96
	lastScan := bytes.LastIndex(progressive, []byte{0xff, markerSOS})
	scan := progressive[lastScan : len(progressive)-2]

	tests := []struct {
		name, reason string
		data         []byte
		contentType  string
		limits       Limits
		kind         Kind
		message      string // part of the message
	}{
		{"nothing", "an empty file has no first bytes", nil, jpegType, pam, NotAnImage, "neither a JPEG nor a PNG"},
		{"one byte", "less than the magic bytes cannot be told apart", goodJPEG[:1], jpegType, pam, NotAnImage, "neither"},
		{"text", "the type is told by the bytes, not by what was announced", []byte("Dear Sir or Madam"), jpegType, pam, NotAnImage, "neither"},
		{"gif", "other image formats are not taken", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), jpegType, pam, NotAnImage, "neither"},
		{"png as jpeg", "the announced type is what a browser will be told", goodPNG, jpegType, pam, TypeMismatch, "is a PNG image, but it was announced as image/jpeg"},
		{"jpeg as png", "and the other way round", goodJPEG, pngType, pam, TypeMismatch, "is a JPEG image, but it was announced as image/png"},
		{"no type", "no announced type is not a right one", goodJPEG, "", pam, TypeMismatch, "announced as of no type"},
		{"jpeg without end", "the end marker tells a whole file from one that lost its last pass", goodJPEG[:len(goodJPEG)-2], jpegType, pam, Truncated, "incomplete"},
		{"jpeg cut and closed", "an end marker must not hide that half of the scan is missing", append(bytes.Clone(photo[:len(photo)/2]), 0xff, markerEOI), jpegType, pam, Truncated, "incomplete"},
		{"png without end", "IEND tells a whole file", goodPNG[:len(goodPNG)-12], pngType, pam, Truncated, "incomplete"},
		{"png with half an end", "IEND counts only with its checksum", goodPNG[:len(goodPNG)-1], pngType, pam, Truncated, "incomplete"},
		{"png with a wrong checksum", "the data is all there, but changed", flipped(goodPNG, len(goodPNG)-14), pngType, pam, NotAnImage, "damaged"},
		{"jpeg with garbage after its header", "what begins like a JPEG need not be one", append(bytes.Clone(goodJPEG[:2]), segment(0x01, []byte("garbage"))...), jpegType, pam, NotAnImage, "damaged"},
		{"one pixel too many", "the limit is exact and the message not contradictory", goodJPEG, jpegType, Limits{MaxPixels: 96*80 - 1}, TooLarge, "0.1 megapixels (96 x 80 pixels); at most 0.007679"},
		{"61.2 megapixels", "the message says how many there are and may be", patched(t, goodJPEG, sof, "\xff\xc0\x00\x11\x08\x1a\x90\x23\x28"), jpegType, pam, TooLarge, "The photo has 61.2 megapixels (9000 x 6800 pixels); at most 50 are accepted."},
		{"a side of 79", "the labeller does not take less than 80", encodePNG(t, rgbQuadrants(600, 79)), pngType, pam, TooSmall, "The photo is 600 x 79 pixels; each side must have at least 80."},
		{"a side of 79, turned", "sizes are those of the upright picture", withExif(encodePNG(t, rgbQuadrants(600, 79)), exifBlock(binary.BigEndian, 6, "")), pngType, pam, TooSmall, "79 x 600"},
		{"no height", "a height that only comes after the scan (DNL) is not supported", patched(t, goodJPEG, sof, "\xff\xc0\x00\x11\x08\x00\x00\x00\x60"), jpegType, pam, TooSmall, "96 x 0"},
		{"12 bits", "extended sequential JPEG with 12 bits a sample is valid but not decoded", patched(t, goodJPEG, sof, "\xff\xc1\x00\x11\x0c\x00\x50\x00\x60"), jpegType, pam, Unsupported, "not supported; baseline or progressive"},
		{"lossless", "lossless JPEG is valid but not decoded", patched(t, goodJPEG, sof, "\xff\xc3\x00\x11\x08\x00\x50\x00\x60"), jpegType, pam, Unsupported, "not supported"},
		{"arithmetic coding", "arithmetic coding is valid but not decoded", patched(t, goodJPEG, sof, "\xff\xc9\x00\x11\x08\x00\x50\x00\x60"), jpegType, pam, Unsupported, "not supported"},
		{"a thousand passes", "a tiny file must not keep the decoder busy", append(append(bytes.Clone(progressive[:lastScan]), bytes.Repeat(scan, 1000)...), 0xff, markerEOI), jpegType, Limits{MaxPixels: 1e6}, Unsupported, "passes; at most 50"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Inspect(t.Context(), tt.data, tt.contentType, tt.limits)
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatalf("%s: got %v, %v; want a Problem", tt.reason, got, err)
			}
			if p.Kind != tt.kind || !strings.Contains(p.Message, tt.message) {
				t.Errorf("%s: got %q %q, want %q with %q", tt.reason, p.Kind, p.Message, tt.kind, tt.message)
			}
			for _, internal := range []string{"Huffman", "invalid", "unexpected", "EOF", "format"} {
				if strings.Contains(p.Message, internal) {
					t.Errorf("the message %q gives away the decoder's %q", p.Message, internal)
				}
			}
		})
	}
}

// flipped gives a copy of data with one byte changed.
func flipped(data []byte, at int) []byte {
	c := bytes.Clone(data)
	c[at] ^= 0x55
	return c
}

func TestInspectAccepts(t *testing.T) {
	area := image.Rect(0, 0, 97, 65)
	translucent := image.NewNRGBA(area) // a quarter black, over white: light grey
	for i := range translucent.Pix {
		if i%4 == 3 {
			translucent.Pix[i] = 64
		}
	}
	fourColours := quadrants(image.NewPaletted(area, color.Palette{red, green, blue, white}))
	lightGrey := color.RGBA{R: 191, G: 191, B: 191, A: 0xff}
	tests := []struct {
		name, reason string
		data         []byte
		format       string
		corners      [4]color.RGBA
		typ          string
	}{
		{"jpeg", "what cameras write", encodeJPEG(t, rgbQuadrants(97, 65)), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"grey jpeg", "one component", encodeJPEG(t, quadrants(image.NewGray(area))), "jpeg", greys(), "*image.Gray"},
		{"progressive jpeg", "what web pages use", readFile(t, "testdata/progressive.jpg"), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"cmyk jpeg", "what printers use, with Adobe's inversion", readFile(t, "testdata/cmyk.jpg"), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.RGBA"},
		{"4:2:2 jpeg", "what many cameras write", readFile(t, "testdata/subsampled-422.jpg"), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"4:1:1 jpeg", "what old video cameras write", readFile(t, "testdata/subsampled-411.jpg"), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"jpeg with a tail", "phones put films and depth maps behind the picture", append(encodeJPEG(t, rgbQuadrants(97, 65)), "MotionPhoto"...), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"jpeg with 5,000 markers", "many segments are odd, not wrong", withSegments(encodeJPEG(t, rgbQuadrants(97, 65)), bytes.Repeat(segment(0xfe, nil), 5000)), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"jpeg with fill bytes", "the standard allows them before any marker", withSegments(encodeJPEG(t, rgbQuadrants(97, 65)), bytes.Repeat([]byte{0xff}, 100)), "jpeg", [4]color.RGBA{red, green, blue, white}, "*image.YCbCr"},
		{"png", "8 bits", encodePNG(t, rgbQuadrants(97, 65)), "png", [4]color.RGBA{red, green, blue, white}, "*image.RGBA"},
		{"16-bit png", "what scanners write", encodePNG(t, quadrants(image.NewRGBA64(area))), "png", [4]color.RGBA{red, green, blue, white}, "*image.RGBA"},
		{"16-bit grey png", "one channel of 16 bits", encodePNG(t, quadrants(image.NewGray16(area))), "png", greys(), "*image.RGBA"},
		{"png with a palette", "what screenshots are shrunk to", encodePNG(t, fourColours), "png", [4]color.RGBA{red, green, blue, white}, "*image.RGBA"},
		{"translucent png", "alpha is laid over white, not over black", encodePNG(t, translucent), "png", [4]color.RGBA{lightGrey, lightGrey, lightGrey, lightGrey}, "*image.RGBA"},
		{"transparent png", "an empty picture is white", encodePNG(t, image.NewNRGBA64(area)), "png", [4]color.RGBA{white, white, white, white}, "*image.RGBA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Inspect(t.Context(), tt.data, "image/"+tt.format, Limits{MaxPixels: 97 * 65, MinSide: 65})
			if err != nil {
				t.Fatalf("%s: %v", tt.reason, err)
			}
			if got.Format != tt.format || got.Width != 97 || got.Height != 65 || got.TakenAt != "" {
				t.Errorf("%s: got %s %d x %d at %q", tt.reason, got.Format, got.Width, got.Height, got.TakenAt)
			}
			if typ := fmt.Sprintf("%T", got.Image); typ != tt.typ {
				t.Errorf("%s: got %s, want %s", tt.reason, typ, tt.typ)
			}
			checkCorners(t, "image", got.Image, image.Pt(97, 65), tt.corners)
			checkCorners(t, "thumbnail", decodeThumbnail(t, got.Thumbnail), image.Pt(97, 65), tt.corners)
		})
	}
}

// greys are the quadrants' colours without colour.
func greys() [4]color.RGBA {
	var out [4]color.RGBA
	for i, c := range [...]color.RGBA{red, green, blue, white} {
		y := color.GrayModel.Convert(c).(color.Gray).Y
		out[i] = color.RGBA{R: y, G: y, B: y, A: 0xff}
	}
	return out
}

func decodeThumbnail(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("the thumbnail is no JPEG: %v", err)
	}
	if s := surveyJPEG(data); s.exif != nil {
		t.Error("the thumbnail carries Exif data")
	}
	return img
}

// checkCorners compares size and corner pixels (top left, top right, bottom left, bottom right).
func checkCorners(t *testing.T, what string, img image.Image, size image.Point, want [4]color.RGBA) {
	t.Helper()
	const tolerance = 12 // of 255: JPEG's losses
	b := img.Bounds()
	if b != (image.Rectangle{Max: size}) {
		t.Errorf("%s: got bounds %v, want %v from the origin", what, b, size)
		return
	}
	for i, at := range [...]image.Point{{0, 0}, {b.Max.X - 1, 0}, {0, b.Max.Y - 1}, {b.Max.X - 1, b.Max.Y - 1}} {
		got := color.RGBAModel.Convert(img.At(at.X, at.Y)).(color.RGBA)
		for _, d := range [...]int{int(got.R) - int(want[i].R), int(got.G) - int(want[i].G), int(got.B) - int(want[i].B), int(got.A) - int(want[i].A)} {
			if max(d, -d) > tolerance {
				t.Errorf("%s: got %v at %v, want %v", what, got, at, want[i])
				break
			}
		}
	}
}

func TestInspectTurnsUpright(t *testing.T) {
	// Where the stored corners (red and green above blue and white) go, by Exif 2.32, 4.6.4, Orientation.
	want := map[orientation][4]color.RGBA{
		1: {red, green, blue, white},
		2: {green, red, white, blue},
		3: {white, blue, green, red},
		4: {blue, white, red, green},
		5: {red, blue, green, white},
		6: {blue, red, white, green},
		7: {white, green, blue, red},
		8: {green, white, red, blue},
	}
	files := []struct {
		name, reason string
		data         []byte
	}{
		{"jpeg-4:2:0", "colour planes of half the size, of odd sides", encodeJPEG(t, rgbQuadrants(97, 65))},
		{"jpeg-4:4:4", "colour planes of full size", readFile(t, "testdata/subsampled-444.jpg")},
		{"jpeg-4:2:2", "half the colour across becomes half the colour down", readFile(t, "testdata/subsampled-422.jpg")},
		{"jpeg-4:4:0", "half the colour down becomes half the colour across", readFile(t, "testdata/subsampled-440.jpg")},
		{"jpeg-4:1:1", "has no counterpart when turned", readFile(t, "testdata/subsampled-411.jpg")},
		{"jpeg-cmyk", "four components", readFile(t, "testdata/cmyk.jpg")},
		{"png", "Exif in its own chunk", encodePNG(t, rgbQuadrants(97, 65))},
	}
	for _, file := range files {
		for o := orientation(1); o <= 8; o++ {
			for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
				t.Run(fmt.Sprintf("%s/%d/%v", file.name, o, order), func(t *testing.T) {
					data := withExif(file.data, exifBlock(order, uint16(o), "2024:05:01 13:14:15"))
					format, _, _ := strings.Cut(file.name, "-")
					got, err := Inspect(t.Context(), data, "image/"+format, Limits{MaxPixels: 97 * 65})
					if err != nil {
						t.Fatalf("%s: %v", file.reason, err)
					}
					size := image.Pt(97, 65)
					if o >= 5 {
						size = image.Pt(65, 97)
					}
					if got.Width != size.X || got.Height != size.Y || got.TakenAt != "2024-05-01T13:14:15" {
						t.Errorf("%s: got %d x %d at %q, want %v", file.reason, got.Width, got.Height, got.TakenAt, size)
					}
					checkCorners(t, "image", got.Image, size, want[o])
					checkCorners(t, "thumbnail", decodeThumbnail(t, got.Thumbnail), size, want[o])
				})
			}
		}
	}

	t.Run("grey", func(t *testing.T) {
		data := withExif(encodeJPEG(t, quadrants(image.NewGray(image.Rect(0, 0, 97, 65)))), exifBlock(binary.BigEndian, 6, ""))
		got, err := Inspect(t.Context(), data, "image/jpeg", Limits{MaxPixels: 97 * 65})
		if err != nil {
			t.Fatal(err)
		}
		g := greys()
		checkCorners(t, "image", got.Image, image.Pt(65, 97), [4]color.RGBA{g[2], g[0], g[3], g[1]})
	})
}

func TestInspectFindsEveryCut(t *testing.T) {
	files := map[string][]byte{
		"progressive.jpg": readFile(t, "testdata/progressive.jpg"),
		"cmyk.jpg":        readFile(t, "testdata/cmyk.jpg"),
		"palette.png":     encodePNG(t, quadrants(image.NewPaletted(image.Rect(0, 0, 97, 65), color.Palette{red, green, blue, white}))),
		"rgb.png":         encodePNG(t, rgbQuadrants(97, 65)),
		"turned.jpg":      withExif(encodeJPEG(t, rgbQuadrants(97, 65)), exifBlock(binary.BigEndian, 6, "2024:05:01 13:14:15")),
	}
	files["cat-face.jpg"] = readFile(t, "../../testdata/photos/cat-face.jpg")
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			contentType := "image/jpeg"
			if strings.HasSuffix(name, ".png") {
				contentType = "image/png"
			}
			if _, err := Inspect(t.Context(), data, contentType, Limits{MaxPixels: 1e6}); err != nil {
				t.Fatalf("the whole file is refused: %v", err)
			}
			for i := range 50 {
				cut := len(data) * i / 50
				_, err := Inspect(t.Context(), data[:cut], contentType, Limits{MaxPixels: 1e6})
				var p *Problem
				if !errors.As(err, &p) || p.Kind != Truncated && p.Kind != NotAnImage {
					t.Errorf("cut after %d of %d bytes: got %v", cut, len(data), err)
				}
				if cut > 8 && p != nil && p.Kind != Truncated {
					t.Errorf("cut after %d of %d bytes, behind the magic bytes: got %q, want %q", cut, len(data), p.Kind, Truncated)
				}
			}
		})
	}
}

func TestInspectDoesNotAllocateForWhatAHeaderClaims(t *testing.T) {
	tests := []struct {
		name, reason, contentType string
		data                      []byte
	}{
		{
			"jpeg of 65535 x 65535", "the decoder would allocate 6 GB at the first scan", "image/jpeg",
			patched(t, encodeJPEG(t, rgbQuadrants(96, 80)), "\xff\xc0\x00\x11\x08\x00\x50\x00\x60", "\xff\xc0\x00\x11\x08\xff\xff\xff\xff"),
		},
		{
			"png of 100000 x 100000", "zeros deflate a thousand to one", "image/png",
			append([]byte(pngSignature), chunk("IHDR", []byte{0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 16, 6, 0, 0, 0})...),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Inspect(t.Context(), tt.data, tt.contentType, pam)
			runtime.ReadMemStats(&after)
			var p *Problem
			if !errors.As(err, &p) || p.Kind != TooLarge {
				t.Fatalf("%s: got %v, want %q", tt.reason, err, TooLarge)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
				t.Errorf("%s: %d bytes were allocated", tt.reason, grown)
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

func TestInspectStopsWithItsContext(t *testing.T) {
	data := readFile(t, "../../testdata/photos/cat-face.jpg")
	left := 1 << 30
	if _, err := Inspect(endsAfter{t.Context(), &left}, data, "image/jpeg", pam); err != nil {
		t.Fatal(err)
	}
	asked := 1<<30 - left
	if asked < len(data)/4096 {
		t.Fatalf("the context was asked %d times for %d bytes; the decoder does not see it", asked, len(data))
	}
	for after := range asked {
		left := after
		_, err := Inspect(endsAfter{t.Context(), &left}, data, "image/jpeg", pam)
		var p *Problem
		if !errors.Is(err, context.Canceled) || errors.As(err, &p) {
			t.Fatalf("ended when asked for the time %d of %d: got %v, want the context's error and no Problem", after+1, asked, err)
		}
	}
}

func TestInspectRealPhotos(t *testing.T) {
	for i, path := range photoFiles(t) {
		if i%3 != 0 {
			continue // a third of them will do: under the race detector each takes half a second
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			got, err := Inspect(t.Context(), readFile(t, path), "image/jpeg", pam)
			if err != nil {
				t.Fatal(err)
			}
			thumb := decodeThumbnail(t, got.Thumbnail).Bounds().Size()
			if want := min(ThumbnailSide, max(got.Width, got.Height)); max(thumb.X, thumb.Y) != want {
				t.Errorf("the thumbnail is %v, want a longest side of %d", thumb, want)
			}
			if difference := meanDifference(got.Image, decodeThumbnail(t, got.Thumbnail)); difference > 8 {
				t.Errorf("the thumbnail is %.1f of 255 away from the photo", difference)
			}
		})
	}
}

// meanDifference compares two pictures of the same proportions by the means of 8 x 8 fields.
func meanDifference(a, b image.Image) float64 {
	const fields = 8
	var sum float64
	for y := range fields {
		for x := range fields {
			var means [2][3]float64
			for i, img := range [...]image.Image{a, b} {
				size := img.Bounds().Size()
				c := averager(img)(image.Rect(x*size.X/fields, y*size.Y/fields, (x+1)*size.X/fields, (y+1)*size.Y/fields))
				means[i] = [3]float64{float64(c.R), float64(c.G), float64(c.B)}
			}
			for c := range 3 {
				d := means[0][c] - means[1][c]
				sum += max(d, -d)
			}
		}
	}
	return sum / (fields * fields * 3)
}

func FuzzInspect(f *testing.F) {
	small := rgbQuadrants(17, 9)
	for _, seed := range [][]byte{
		encodeJPEG(f, small),
		withExif(encodeJPEG(f, small), exifBlock(binary.LittleEndian, 7, "2024:05:01 13:14:15")),
		encodeJPEG(f, quadrants(image.NewGray(image.Rect(0, 0, 17, 9)))),
		encodePNG(f, small),
		encodePNG(f, rgbQuadrants(ThumbnailSide+17, 9)),
		encodePNG(f, image.NewNRGBA64(image.Rect(0, 0, 9, 17))),
		withExif(encodePNG(f, quadrants(image.NewPaletted(image.Rect(0, 0, 17, 9), color.Palette{red, green, blue, white}))), exifBlock(binary.BigEndian, 5, "")),
		readFile(f, "testdata/progressive.jpg"),
		readFile(f, "testdata/cmyk.jpg"),
		readFile(f, "testdata/subsampled-411.jpg"),
	} {
		f.Add(seed)
	}
	limits := Limits{MaxPixels: 200 * 200, MinSide: 2}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, contentType := range []string{"image/jpeg", "image/png"} {
			got, err := Inspect(context.Background(), data, contentType, limits)
			if err != nil {
				var p *Problem
				if !errors.As(err, &p) || p.Message == "" || got != nil {
					t.Fatalf("got %v, %v; want a Problem with a message and nothing else", got, err)
				}
				continue
			}
			size := got.Image.Bounds()
			if size != image.Rect(0, 0, got.Width, got.Height) || got.Width*got.Height > limits.MaxPixels || min(got.Width, got.Height) < limits.MinSide {
				t.Fatalf("%d x %d pixels, bounds %v", got.Width, got.Height, size)
			}
			if thumb := decodeThumbnail(t, got.Thumbnail).Bounds().Size(); thumb != thumbnailSize(size.Size()) {
				t.Fatalf("a thumbnail of %v for %v pixels", thumb, size.Size())
			}
			// What is reduced while it is decoded is the same picture. A file with damaged pixels may be accepted by one way
			// and not by the other.
			const kept = 30
			reduced, err := inspect(context.Background(), data, contentType, limits, kept)
			if err != nil {
				continue
			}
			scale := reduction(got.Width, got.Height, kept)
			if want := image.Rect(0, 0, ceil(got.Width, scale), ceil(got.Height, scale)); reduced.Image.Bounds() != want || reduced.Width != got.Width || reduced.Height != got.Height {
				t.Fatalf("reduced: %d x %d pixels, bounds %v, want %v", reduced.Width, reduced.Height, reduced.Image.Bounds(), want)
			}
		}
	})
}
