package neural

import (
	"image"
	"math"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
)

// view is one look at a photo: the part from of it, scaled into the part to of a network's square input.
type view struct{ from, to image.Rectangle }

const (
	// cropFraction of the shorter side is what the network's authors look at in evaluation: 224/(224+32), CROP_PADDING
	// in github.com/tensorflow/tpu, models/official/efficientnet/preprocessing.py.
	cropFraction = 224.0 / (224 + 32)

	// maxSqueeze is how far the whole frame may be squeezed in one direction: the greatest ratio of sides that training
	// pictures were cropped to before they were made square (aspect_ratio_range 3/4 to 4/3 in the same file). Common
	// photos of 4:3 then fill the square; in a panorama bars are left.
	maxSqueeze = 4.0 / 3
)

// looks is how many looks at a photo the classifier takes.
const looks = 2

// views gives the classifier's two looks, whose probabilities are averaged, as evaluation with several crops does: the
// authors' centre crop, in which the subject is large, and the whole frame, because the crop shows only 57 percent of a
// 4:3 photo and the animal may sit in the rest.
func views(bounds image.Rectangle) [looks]view {
	return [looks]view{centreCrop(bounds), wholeFrame(bounds)}
}

func centreCrop(bounds image.Rectangle) view {
	side := max(1, int(math.Round(cropFraction*float64(min(bounds.Dx(), bounds.Dy())))))
	corner := bounds.Min.Add(image.Pt((bounds.Dx()-side)/2, (bounds.Dy()-side)/2))
	return view{
		from: image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))},
		to:   image.Rect(0, 0, efficientnet.Side, efficientnet.Side),
	}
}

func wholeFrame(bounds image.Rectangle) view {
	ratio := float64(bounds.Dx()) / float64(bounds.Dy())
	width, height := efficientnet.Side, efficientnet.Side
	switch {
	case ratio > maxSqueeze:
		height = max(1, int(math.Round(efficientnet.Side*maxSqueeze/ratio)))
	case ratio < 1/maxSqueeze:
		width = max(1, int(math.Round(efficientnet.Side*maxSqueeze*ratio)))
	}
	corner := image.Pt((efficientnet.Side-width)/2, (efficientnet.Side-height)/2)
	return view{from: bounds, to: image.Rectangle{Min: corner, Max: corner.Add(image.Pt(width, height))}}
}

// frame gives the detector's look: the whole photo in proportion, in the middle of its square input, the rest black. That
// is how the network's authors evaluate it (preprocess in github.com/610265158/mobilenetv3_centernet,
// lib/core/api/face_detector.py), and how it was trained. Of the labels that it is surest of (scores of 0.5 and more) on
// the photographs in testdata/photos, 12 of 14 are right; squeezed to the square 7 of 11, and with the input cut to the
// photo's proportion, for a tenth less work, 9 of 12.
func frame(bounds image.Rectangle) view {
	scale := centernet.MaxSide / float64(max(bounds.Dx(), bounds.Dy()))
	side := func(length int) int { return max(1, int(math.Round(scale*float64(length)))) }
	size := image.Pt(side(bounds.Dx()), side(bounds.Dy()))
	corner := image.Pt((centernet.MaxSide-size.X)/2, (centernet.MaxSide-size.Y)/2)
	return view{from: bounds, to: image.Rectangle{Min: corner, Max: corner.Add(size)}}
}
