package imaging

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/draw"
)

func TestThumbnailSize(t *testing.T) {
	tests := []struct {
		name, reason string
		full, want   image.Point
	}{
		{"landscape", "the longest side becomes 512", image.Pt(4000, 3000), image.Pt(512, 384)},
		{"portrait", "whichever side it is", image.Pt(3000, 4000), image.Pt(384, 512)},
		{"small", "nothing is enlarged", image.Pt(300, 200), image.Pt(300, 200)},
		{"exact", "512 is small enough", image.Pt(512, 512), image.Pt(512, 512)},
		{"one more", "513 is not", image.Pt(513, 513), image.Pt(512, 512)},
		{"strip", "no side vanishes", image.Pt(600_000, 80), image.Pt(512, 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := thumbnailSize(tt.full); got != tt.want {
				t.Errorf("%s: got %v, want %v", tt.reason, got, tt.want)
			}
		})
	}
}

func TestReduceKeepsTheEdges(t *testing.T) {
	// 1003 x 502 by 3: neither side is a multiple, and each corner's colour must still reach its corner.
	for _, img := range []image.Image{
		rgbQuadrants(1003, 502),
		decodeThumbnail(t, encodeJPEG(t, rgbQuadrants(1003, 502))),
	} {
		got := reduce(img, 3)
		b := got.Bounds()
		if b.Size() != image.Pt(334, 167) {
			t.Fatalf("got %v, want 334 x 167", b.Size())
		}
		checkCorners(t, "reduced", got, b.Size(), [4]color.RGBA{red, green, blue, white})
	}
}

// bigPhoto is a photograph of 12 megapixels.
func bigPhoto(tb testing.TB) []byte {
	tb.Helper()
	src, err := Inspect(context.Background(), readFile(tb, "../../testdata/photos/mountain-peaks.jpg"), "image/jpeg", pam)
	if err != nil {
		tb.Fatal(err)
	}
	dst := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	draw.ApproxBiLinear.Scale(dst, dst.Rect, src.Image, src.Image.Bounds(), draw.Src, nil)
	return encodeJPEG(tb, dst)
}

func BenchmarkInspect12Megapixels(b *testing.B) {
	data := bigPhoto(b)
	turned := withExif(data, exifBlock(binary.BigEndian, 6, ""))
	for name, data := range map[string][]byte{"upright": data, "turned": turned} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Inspect(b.Context(), data, "image/jpeg", pam); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkThumbnail12Megapixels(b *testing.B) {
	p, err := Inspect(b.Context(), bigPhoto(b), "image/jpeg", pam)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := thumbnail(p.Image, image.Pt(512, 384)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOrient12Megapixels(b *testing.B) {
	p, err := Inspect(b.Context(), bigPhoto(b), "image/jpeg", pam)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		orient(p.Image, 6)
	}
}
