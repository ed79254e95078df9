package rekognition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"pam/internal/photos"
)

// What Rekognition takes. Source: "Set quotas" in https://docs.aws.amazon.com/rekognition/latest/dg/limits.html. It does
// not say whether a MB has 1,000,000 bytes, so the smaller one is kept to.
const (
	maxObjectBytes = 15_000_000 // of an image in S3
	maxImageBytes  = 5_000_000  // of an image that is sent
	maxSide        = 10_000     // pixels, of either
	minSide        = photos.MinPhotoSide
)

// takenFromBucket says whether Rekognition would take the photo as it lies in the bucket. It does not if its size cannot be
// read here: then there is still the copy that PAM's own decoder made.
func takenFromBucket(p photos.Picture) bool {
	if len(p.Bytes) > maxObjectBytes {
		return false
	}
	decode := jpeg.DecodeConfig
	if p.ContentType == "image/png" {
		decode = png.DecodeConfig
	}
	size, err := decode(bytes.NewReader(p.Bytes))
	return err == nil && size.Width <= maxSide && size.Height <= maxSide
}

// errNoImage means that the caller left the decoded image out.
var errNoImage = errors.New("the picture has no decoded image")

// reducedJPEG gives an image as a JPEG that Rekognition takes in a request.
func reducedJPEG(ctx context.Context, img image.Image) ([]byte, error) {
	if img == nil || img.Bounds().Empty() {
		return nil, errNoImage
	}
	img = withinSides(img)
	// Four megapixels seldom take more than 2 MB; only noise makes a second round.
	for _, quality := range []int{90, 70, 50, 30} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var content bytes.Buffer
		if err := jpeg.Encode(&content, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		if content.Len() <= maxImageBytes {
			return content.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("an image of %v does not fit into %d bytes", img.Bounds().Size(), maxImageBytes)
}

// withinSides scales an image whose sides are out of bounds. One that is more than 125 times as long as it is wide loses
// its proportions, as there is no size within both bounds that keeps them.
func withinSides(img image.Image) image.Image {
	size := img.Bounds().Size()
	scale := min(1, maxSide/float64(max(size.X, size.Y)))
	scaled := image.Rect(0, 0, side(size.X, scale), side(size.Y, scale))
	if scaled.Size() == size {
		return img
	}
	out := image.NewRGBA(scaled)
	draw.ApproxBiLinear.Scale(out, scaled, img, img.Bounds(), draw.Src, nil)
	return out
}

func side(pixels int, scale float64) int {
	return min(max(int(float64(pixels)*scale), minSide), maxSide)
}
