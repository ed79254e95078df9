package imaging

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"runtime"
	"testing"

	"pam/internal/photos"
)

func TestReduction(t *testing.T) {
	tests := []struct {
		name, reason  string
		width, height int
		want          int
	}{
		{"small", "nothing is reduced without need", 1024, 768, 1},
		{"4 megapixels", "the limit is exact", 2000, 2000, 1},
		{"one row more", "and one more is over it", 2000, 2001, 2},
		{"phone", "12 megapixels", 4000, 3000, 2},
		{"camera", "50 megapixels", 8660, 5773, 4},
		{"strip", "by area, however uneven the sides", photos.MaxPhotoPixels / photos.MinPhotoSide, photos.MinPhotoSide, 4},
		{"largest JPEG", "no more than 8, beyond what PAM takes", 65535, 65535, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := reduction(tt.width, tt.height, maxKept); got != tt.want {
				t.Errorf("%s: got %d, want %d", tt.reason, got, tt.want)
			}
		})
	}
}

func TestInspectReducesLargePhotos(t *testing.T) {
	picture := rgbQuadrants(601, 409)
	files := []struct {
		name, reason, contentType string
		data                      []byte
		typ                       string
	}{
		{"jpeg", "decoded at half its size", "image/jpeg", encodeJPEG(t, picture), "*image.YCbCr"},
		{"grey jpeg", "one component", "image/jpeg", encodeJPEG(t, quadrants(image.NewGray(image.Rect(0, 0, 601, 409)))), "*image.Gray"},
		{"png", "averaged while it is read", "image/png", encodePNG(t, picture), "*image.RGBA"},
	}
	for _, tt := range files {
		t.Run(tt.name, func(t *testing.T) {
			turned := withExif(tt.data, exifBlock(binary.BigEndian, 6, "2024:05:01 13:14:15"))
			got, err := inspect(t.Context(), turned, tt.contentType, pam, 600*408/2)
			if err != nil {
				t.Fatalf("%s: %v", tt.reason, err)
			}
			if got.Width != 409 || got.Height != 601 || got.TakenAt != "2024-05-01T13:14:15" {
				t.Errorf("%s: got %d x %d at %q, want those of the file", tt.reason, got.Width, got.Height, got.TakenAt)
			}
			if typ := fmt.Sprintf("%T", got.Image); typ != tt.typ {
				t.Errorf("%s: got %s, want %s", tt.reason, typ, tt.typ)
			}
			corners := [4]color.RGBA{blue, red, white, green}
			if tt.typ == "*image.Gray" {
				g := greys()
				corners = [4]color.RGBA{g[2], g[0], g[3], g[1]}
			}
			checkCorners(t, "image", got.Image, image.Pt(205, 301), corners)
		})
	}
	t.Run("thumbnail", func(t *testing.T) {
		got, err := inspect(t.Context(), encodeJPEG(t, rgbQuadrants(1301, 701)), "image/jpeg", pam, 700*400)
		if err != nil {
			t.Fatal(err)
		}
		if size := got.Image.Bounds().Size(); size != image.Pt(651, 351) {
			t.Errorf("got %v, want the picture halved", size)
		}
		checkCorners(t, "thumbnail", decodeThumbnail(t, got.Thumbnail), image.Pt(512, 276), [4]color.RGBA{red, green, blue, white})
	})
}

// TestInspectMemory: what a photo takes is far less than its pixels. What is allocated in all cannot be less than what is
// used at once.
func TestInspectMemory(t *testing.T) {
	progressive := func(side, components int) []byte {
		return crafted{sof: 0xc2, side: side, components: components}.file(1, func(int) pass {
			return pass{components: components, bits: blocks(side) * components}
		})
	}
	tests := []struct {
		name, reason, contentType string
		data                      []byte
		limit                     uint64 // MB
		slow                      bool   // under the race detector
	}{
		{"progressive, 49 megapixels", "decoded whole it would take 750 MB", "image/jpeg", progressive(7000, 3), 90, false},
		{"progressive CMYK, 49 megapixels", "decoded whole it would take 1,100 MB", "image/jpeg", progressive(7000, 4), 110, true},
		{"progressive CMYK, 16 megapixels", "a half takes more than a quarter", "image/jpeg", progressive(4000, 4), 110, true},
		{"progressive CMYK, 4 megapixels", "the most that is decoded whole", "image/jpeg", progressive(2000, 4), 125, true},
		{"16-bit PNG, 4.3 megapixels", "decoded whole it would take 50 MB", "image/png", zeroPNG(2080, 16, 6, true, 0), 25, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.slow && underRaceDetector(t) {
				t.Skip("takes ten seconds under the race detector")
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := Inspect(t.Context(), tt.data, tt.contentType, pam); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) / 1e6; got > tt.limit {
				t.Errorf("%d MB were allocated, want at most %d; %s", got, tt.limit, tt.reason)
			}
		})
	}
}
