package imaging

import (
	"fmt"
	"image"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/draw"
)

// BenchmarkInspect takes photos of 50 megapixels in and reports, besides the time, the most memory that the Go runtime
// held from the system meanwhile. cjpeg of libjpeg-turbo makes the kinds that Go has no encoder for.
func BenchmarkInspect(b *testing.B) {
	pixels := image.NewRGBA(image.Rect(0, 0, 8660, 5773))
	small := decodePhoto(b)
	draw.ApproxBiLinear.Scale(pixels, pixels.Rect, small, small.Bounds(), draw.Src, nil)
	kinds := []struct {
		name, contentType string
		make              func(b *testing.B) []byte
	}{
		{"baseline-4:2:0", "image/jpeg", func(b *testing.B) []byte { return encodeJPEG(b, pixels) }},
		{"baseline-4:4:4", "image/jpeg", func(b *testing.B) []byte { return cjpeg(b, pixels, "-sample", "1x1") }},
		{"progressive-4:2:0", "image/jpeg", func(b *testing.B) []byte { return cjpeg(b, pixels, "-progressive") }},
		{"progressive-4:4:4", "image/jpeg", func(b *testing.B) []byte { return cjpeg(b, pixels, "-progressive", "-sample", "1x1") }},
		{"grey", "image/jpeg", func(b *testing.B) []byte { return cjpeg(b, pixels, "-grayscale") }},
		{"png-8-bit", "image/png", func(b *testing.B) []byte { return encodePNG(b, pixels) }},
		{"png-16-bit-interlaced-zeros", "image/png", func(*testing.B) []byte { return zeroPNG(7070, 16, 6, true, 4) }},
	}
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			data := k.make(b)
			debug.FreeOSMemory()
			before, peak := held(), watchHeld()
			b.ResetTimer()
			for range b.N {
				if _, err := Inspect(b.Context(), data, k.contentType, pam); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(peak()-before)/1e6, "peak-MB")
		})
	}
}

func decodePhoto(b *testing.B) image.Image {
	b.Helper()
	p, err := Inspect(b.Context(), readFile(b, "../../testdata/photos/mountain-peaks.jpg"), "image/jpeg", pam)
	if err != nil {
		b.Fatal(err)
	}
	return p.Image
}

func cjpeg(b *testing.B, img *image.RGBA, options ...string) []byte {
	b.Helper()
	program, err := exec.LookPath("cjpeg")
	if err != nil {
		b.Skip("cjpeg of libjpeg-turbo is not installed")
	}
	var pnm strings.Builder
	fmt.Fprintf(&pnm, "P6 %d %d 255\n", img.Rect.Dx(), img.Rect.Dy())
	for i := 0; i < len(img.Pix); i += 4 {
		pnm.Write(img.Pix[i : i+3])
	}
	c := exec.CommandContext(b.Context(), program, append([]string{"-quality", "85"}, options...)...)
	c.Stdin = strings.NewReader(pnm.String())
	data, err := c.Output()
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// held is the memory that the Go runtime has from the system and has not given back.
func held() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// watchHeld looks at held every millisecond until the function that it gives is called, which tells the most.
func watchHeld() (most func() uint64) {
	stop, answer := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		peak := held()
		for {
			select {
			case <-tick.C:
				peak = max(peak, held())
			case <-stop:
				answer <- peak
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-answer
	}
}
