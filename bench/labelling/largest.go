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
	progressive := largePhoto{what: "progressive JPEG, 4:2:0", file: filepath.Join(folder, "largest-progressive.jpg")}
	if err := makeProgressive(ctx, progressive.file, baseline.file); errors.Is(err, exec.ErrNotFound) {
		progressive.file, progressive.missing = "", "jpegtran is not installed"
	} else if err != nil {
		return nil, err
	}
	return []largePhoto{baseline, progressive, deep}, nil
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

// makeProgressive rearranges a JPEG without loss; Go's encoder knows baseline only.
func makeProgressive(ctx context.Context, to, from string) error {
	command := exec.CommandContext(ctx, "jpegtran", "-progressive", "-outfile", to, from)
	if message, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("jpegtran: %w %s", err, message)
	}
	return nil
}

// deepened shows an opaque picture with 16 bits a sample, so that the PNG encoder writes as many.
type deepened struct{ *image.RGBA }

// ColorModel says that there are 16 bits a sample.
func (deepened) ColorModel() color.Model { return color.NRGBA64Model }
