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
			if got := reduction(tt.width, tt.height); got != tt.want {
				t.Errorf("%s: got %d, want %d", tt.reason, got, tt.want)
			}
		})
	}
}

func TestInspectReducesLargePhotos(t *testing.T) {
	picture := rgbQuadrants(2501, 1701)
	files := []struct {
		name, reason, contentType string
		data                      []byte
		typ                       string
	}{
		{"jpeg", "decoded at half its size", "image/jpeg", encodeJPEG(t, picture), "*image.YCbCr"},
		{"png", "averaged while it is read", "image/png", encodePNG(t, picture), "*image.RGBA"},
	}
	for _, tt := range files {
		t.Run(tt.name, func(t *testing.T) {
			turned := withExif(tt.data, exifBlock(binary.BigEndian, 6, "2024:05:01 13:14:15"))
			got, err := Inspect(t.Context(), turned, tt.contentType, pam)
			if err != nil {
				t.Fatalf("%s: %v", tt.reason, err)
			}
			if got.Width != 1701 || got.Height != 2501 || got.TakenAt != "2024-05-01T13:14:15" {
				t.Errorf("%s: got %d x %d at %q, want those of the file", tt.reason, got.Width, got.Height, got.TakenAt)
			}
			if typ := fmt.Sprintf("%T", got.Image); typ != tt.typ {
				t.Errorf("%s: got %s, want %s", tt.reason, typ, tt.typ)
			}
			corners := [4]color.RGBA{blue, red, white, green}
			checkCorners(t, "image", got.Image, image.Pt(851, 1251), corners)
			checkCorners(t, "thumbnail", decodeThumbnail(t, got.Thumbnail), image.Pt(348, 512), corners)
		})
	}
}

// TestInspectMemory: what a photo takes is far less than its pixels. What is allocated in all cannot be less than what is
// used at once.
func TestInspectMemory(t *testing.T) {
	tests := []struct {
		name, reason, contentType string
		data                      []byte
		limit                     uint64 // MB
	}{
		{
			"progressive CMYK of 49 megapixels", "decoded whole it would take 1,100 MB", "image/jpeg",
			crafted{sof: 0xc2, side: 7000, components: 4}.file(1, func(int) pass { return pass{components: 4, bits: blocks(7000) * 4} }), 120,
		},
		{
			"progressive CMYK of 16 megapixels", "reduced to a half, which takes more than to a quarter", "image/jpeg",
			crafted{sof: 0xc2, side: 4000, components: 4}.file(1, func(int) pass { return pass{components: 4, bits: blocks(4000) * 4} }), 120,
		},
		{
			"progressive CMYK of 4 megapixels", "the most that is decoded whole", "image/jpeg",
			crafted{sof: 0xc2, side: 2000, components: 4}.file(1, func(int) pass { return pass{components: 4, bits: blocks(2000) * 4} }), 140,
		},
		{
			"CMYK of 49 megapixels", "decoded whole it would take 600 MB", "image/jpeg",
			crafted{sof: 0xc0, side: 7000, components: 4}.file(1, func(int) pass { return pass{components: 4, last: 63, bits: blocks(7000) * 8} }), 70,
		},
		{
			"16-bit PNG of 4.3 megapixels", "decoded whole it would take 50 MB", "image/png",
			zeroPNG(2080, 16, 6, true, 0), 25,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
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
