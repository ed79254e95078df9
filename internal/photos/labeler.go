package photos

import (
	"context"
	"image"
)

// Picture is a photo as the detector hands it to a labeller: whichever form the labeller works from is there.
type Picture struct {
	Object      Object // where the bytes lie
	ContentType string
	Bytes       []byte      // the whole file
	Image       image.Image // as in Inspected: of a large photo a reduced copy
}

// Labeler finds out what a photo shows.
//
// The answer holds labels of LowestConfidence or more, at most MaxLabelsPerPhoto (leaves dropped before parents, least
// confident first), highest confidence first and then by name, each name once, and each parent of a label as a label of
// its own whose confidence is at least the child's. A photo without such labels gives none, and no error. A photo that
// can never be labelled gives a *Rejection; any other error is worth another try. It is safe for concurrent use and
// stops early when ctx ends.
type Labeler interface {
	Label(ctx context.Context, p Picture) ([]PhotoLabel, error)
}

// Inspector looks at a photo's bytes: that they are what they claim to be, how large the picture is, when it was taken.
//
// A file that PAM does not take gives a *Rejection whose message a person understands. It is safe for concurrent use.
type Inspector interface {
	Inspect(ctx context.Context, data []byte, contentType string) (Inspected, error)
}

// Inspected is what an Inspector found.
type Inspected struct {
	Width, Height int         // pixels, orientation applied
	TakenAt       string      // EXIF local time as ISO 8601 without zone; empty where the file says nothing
	Image         image.Image // decoded, orientation applied; of a photo above 4 megapixels a copy reduced to 1 to 4
	Thumbnail     []byte      // JPEG, longest side ThumbnailSide, never enlarged
}

// Limits of a photo. Source of MaxPhotoBytes: Amazon Rekognition takes images in S3 up to 15 MB.
const (
	MaxPhotoBytes  = 15 << 20
	MaxPhotoPixels = 50_000_000
	MinPhotoSide   = 80 // pixels; Rekognition's minimum
	ThumbnailSide  = 512
)
