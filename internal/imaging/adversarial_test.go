//go:build unix

package imaging

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"pam/internal/local/neural"
	"pam/internal/photos"
)

// TestLabelHostileFiles: whatever a file is, its way to labels, as large as PAM takes it, ends within seconds: labelled
// or refused, never with a crash.
func TestLabelHostileFiles(t *testing.T) {
	const limit = 3 * time.Second                           // of processor time
	side, size, kept := 7000, photos.MaxPhotoBytes, maxKept // 49 megapixels
	if underRaceDetector(t) {
		side, size, kept = 700, 1<<18, maxKept/100
		t.Log("under the race detector pictures are small and times not checked")
	}
	labeler := neural.New(neural.Config{Parallel: 1})
	warm := photos.Picture{Image: image.NewGray(image.Rect(0, 0, 100, 100))}
	if _, err := labeler.Label(t.Context(), warm); err != nil { // decodes the weights, once in a process
		t.Fatal(err)
	}
	for _, tt := range slices.Concat(hostileFiles(t, side, size), extremeFiles(t, side)) {
		t.Run(tt.name, func(t *testing.T) {
			data := tt.make()
			contentType := "image/jpeg"
			if bytes.HasPrefix(data, []byte(pngSignature)) {
				contentType = "image/png"
			}
			if len(data) > photos.MaxPhotoBytes+1<<20 {
				t.Fatalf("the file has %d bytes, more than arrive here", len(data))
			}
			before := processorTime(t)
			picture, err := inspect(t.Context(), data, contentType, pam, kept)
			inspected := processorTime(t) - before
			if err == nil {
				if _, err := labeler.Label(t.Context(), photos.Picture{Image: picture.Image}); err != nil {
					t.Errorf("%s: it is a photo, but has no labels: %v", tt.reason, err)
				}
			}
			taken := processorTime(t) - before
			t.Logf("%d bytes took %v, of which %v until it was a picture", len(data), taken.Round(time.Millisecond), inspected.Round(time.Millisecond))
			var p *Problem
			switch {
			case tt.kind == accepted && err != nil:
				t.Errorf("%s: got %v, want it accepted", tt.reason, err)
			case tt.kind != accepted && (!errors.As(err, &p) || p.Kind != tt.kind):
				t.Errorf("%s: got error %v, want %q", tt.reason, err, tt.kind)
			}
			if taken > limit && !underRaceDetector(t) {
				t.Errorf("%s: took %v, want at most %v", tt.reason, taken, limit)
			}
		})
	}
}

// extremeFiles are pictures of which nobody has trained a network: without content, of nothing but content, of hardly
// any size, or broken off. The largest are square, of so many pixels a side.
func extremeFiles(t *testing.T, side int) []hostileFile {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 6))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	grey := func(width, height int, value byte) func() []byte {
		return func() []byte {
			img := image.NewGray(image.Rect(0, 0, width, height))
			for i := range img.Pix {
				img.Pix[i] = value
			}
			return encodePNG(t, img)
		}
	}
	photo := readFile(t, photoFiles(t)[0])
	whole := encodePNG(t, rgbQuadrants(300, 200))
	files := []hostileFile{
		{"column", "a line of pixels", TooSmall, grey(1, 4000, 0x80)},
		{"row", "the same lying down", TooSmall, grey(4000, 1, 0x80)},
		{"thin column", "as thin as is taken: of the length the classifier's crop shows little", accepted, grey(80, 4000, 0x80)},
		{"thin row", "the same lying down", accepted, grey(4000, 80, 0x80)},
		{"one pixel", "tiny", TooSmall, grey(1, 1, 0)},
		{"least", "the smallest photo", accepted, grey(80, 80, 0xff)},
		{"black", "no signal at all", accepted, grey(side, side, 0)},
		{"white", "nothing but signal", accepted, grey(side, side, 0xff)},
		{"png of noise", "the most bytes of pixels: deflate finds nothing to save", accepted, func() []byte {
			across := side * 3 / 10 // 3 bytes a pixel: 13 MB
			return pngSized(across, across, 8, 2, false, rowsOf(across, func() []byte { return noise(3 * across) }))
		}},
		{"png of noise in 4 greys", "noise in as many pixels as are taken", accepted, func() []byte {
			return pngSized(side, side, 2, 0, false, rowsOf(side, func() []byte { return noise((side + 3) / 4) }))
		}},
		{"jpeg that shows noise", "noise in as many pixels as are taken, in every coefficient that fits", accepted, func() []byte {
			img := image.NewYCbCr(image.Rect(0, 0, side, side), image.YCbCrSubsampleRatio420)
			img.Y, img.Cb, img.Cr = noise(len(img.Y)), noise(len(img.Cb)), noise(len(img.Cr))
			var b bytes.Buffer
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 10}); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}},
		{"jpeg of no size", "a header that claims nothing", TooSmall, func() []byte {
			return crafted{sof: 0xc0, side: 0, components: 3}.file(1, func(int) pass { return pass{components: 3, last: 63} })
		}},
		{"jpeg of every size", "a header that claims all that it can", TooLarge, func() []byte {
			return crafted{sof: 0xc0, side: 0xffff, components: 3}.file(1, func(int) pass { return pass{components: 3, last: 63} })
		}},
		{"png of every size", "the same", TooLarge, func() []byte { return pngOf(1<<31-1, 8, 2, false, nil) }},
		{"png of no size", "a header that claims nothing", NotAnImage, func() []byte { return pngOf(0, 8, 2, false, nil) }},
		{"png of a strange depth", "3 bits are none of the format's", Unsupported, func() []byte { return pngOf(300, 3, 2, false, nil) }},
		{"empty", "no first byte to tell by", NotAnImage, func() []byte { return nil }},
	}
	for _, cut := range []struct {
		name string
		file []byte
	}{{"jpeg", photo}, {"png", whole}} {
		for _, percent := range []int{20, 50, 90, 99} {
			files = append(files, hostileFile{
				fmt.Sprintf("%s cut at %d %%", cut.name, percent), "an upload that broke off", Truncated,
				func() []byte { return cut.file[:len(cut.file)*percent/100] },
			})
		}
	}
	return files
}

// rowsOf gives rows of a PNG, each unfiltered.
func rowsOf(count int, row func() []byte) io.Reader {
	readers := make([]io.Reader, count)
	for i := range readers {
		readers[i] = bytes.NewReader(append([]byte{0}, row()...))
	}
	return io.MultiReader(readers...)
}

// processorTime is what the process has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
