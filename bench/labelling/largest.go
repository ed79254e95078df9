package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"golang.org/x/image/draw"

	"pam/internal/photos"
)

// largePhoto is a file with as many pixels as PAM takes.
type largePhoto struct {
	what    string // in the table
	file    string // empty when it could not be made
	missing string // why not
}

// largest is the greatest picture of 4:3 that PAM takes: just under photos.MaxPhotoPixels.
func largest() image.Point { return image.Pt(8164, 6123) }

// noise is how much is added to or taken from each colour of a large photo at most, so that its file is about as long as
// one of a camera, near the most that PAM takes.
const noise = 7

// writeLargest makes the kinds of files in which 50 megapixels cost differently much memory, from a photo.
func writeLargest(ctx context.Context, folder string, photo image.Image) ([]largePhoto, error) {
	enlarged := image.NewRGBA(image.Rectangle{Max: largest()})
	// Squares of one colour, not gradients: what else has 16 bits a sample would not fit into a file that PAM takes.
	draw.NearestNeighbor.Scale(enlarged, enlarged.Rect, photo, photo.Bounds(), draw.Src, nil)

	deep := largePhoto{what: "PNG of 16 bits a sample", file: filepath.Join(folder, "largest-16-bit.png")}
	if err := writePNG(deep.file, deepened{enlarged}); err != nil {
		return nil, err
	}
	addNoise(enlarged.Pix)
	baseline := largePhoto{what: "baseline JPEG, 4:2:0", file: filepath.Join(folder, "largest-baseline.jpg")}
	if err := writeJPEG(baseline.file, enlarged); err != nil {
		return nil, err
	}
	made := []largePhoto{baseline}
	for _, kind := range []struct{ name, sampling string }{{"4:2:0", "2x2"}, {"4:4:4", "1x1"}} {
		progressive := largePhoto{
			what: "progressive JPEG, " + kind.name,
			file: filepath.Join(folder, "largest-progressive-"+kind.sampling+".jpg"),
		}
		err := writeProgressive(ctx, progressive.file, enlarged, kind.sampling)
		switch {
		case errors.Is(err, exec.ErrNotFound):
			progressive.file, progressive.missing = "", "no cjpeg"
		case err != nil:
			return nil, err
		}
		made = append(made, progressive)
	}
	return append(made, deep), nil
}

func addNoise(samples []uint8) {
	source := rand.New(rand.NewPCG(50, 1_000_000))
	for i, v := range samples {
		samples[i] = uint8(min(255, max(0, int(v)+source.IntN(2*noise+1)-noise)))
	}
}

func writeJPEG(name string, img image.Image) error {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 75}); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return writeUploadable(name, file.Bytes())
}

func writePNG(name string, img image.Image) error {
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return writeUploadable(name, file.Bytes())
}

// writeUploadable refuses what nobody could upload.
func writeUploadable(name string, file []byte) error {
	if len(file) > photos.MaxPhotoBytes {
		return fmt.Errorf("%s has %d bytes, more than the %d that PAM takes", name, len(file), photos.MaxPhotoBytes)
	}
	return os.WriteFile(name, file, 0o644)
}

// writeProgressive writes what Go's encoder cannot, by libjpeg's program cjpeg. sampling is the luma samples for each of
// chroma.
func writeProgressive(ctx context.Context, name string, img *image.RGBA, sampling string) error {
	pixmap := fmt.Appendf(nil, "P6 %d %d 255\n", img.Rect.Dx(), img.Rect.Dy()) // the format is described in ppm(5)
	pixmap = slices.Grow(pixmap, 3*img.Rect.Dx()*img.Rect.Dy())
	for pixel := img.Pix; len(pixel) >= 4; pixel = pixel[4:] {
		pixmap = append(pixmap, pixel[:3]...)
	}
	command := exec.CommandContext(ctx, "cjpeg", "-quality", "75", "-progressive", "-sample", sampling)
	var file, message bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(pixmap), &file, &message
	if err := command.Run(); err != nil {
		return fmt.Errorf("cjpeg: %w %s", err, message.Bytes())
	}
	return writeUploadable(name, file.Bytes())
}

// deepened shows an opaque picture with 16 bits a sample, so that the PNG encoder writes as many.
type deepened struct{ *image.RGBA }

// ColorModel says that there are 16 bits a sample.
func (deepened) ColorModel() color.Model { return color.NRGBA64Model }
