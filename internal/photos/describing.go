package photos

import (
	"context"
	"fmt"
)

// Description is what PAM would find out about a file, were it uploaded.
type Description struct {
	Width, Height int          // pixels, orientation applied
	TakenAt       string       // EXIF local time as ISO 8601 without zone; empty where the file says nothing
	Labels        []PhotoLabel // as a Labeler gives them
}

// Describe looks at the bytes of a file as LabelPhoto does, and keeps nothing. A file that PAM does not take gives a
// *Rejection.
func Describe(ctx context.Context, inspector Inspector, labeler Labeler, file []byte, contentType string) (Description, error) {
	if len(file) > MaxPhotoBytes {
		return Description{}, &Rejection{TooLarge, fmt.Sprintf("The file has %d bytes; photos have at most %d.", len(file), MaxPhotoBytes)}
	}
	found, err := inspector.Inspect(ctx, file, contentType)
	if err != nil {
		return Description{}, fmt.Errorf("inspect the file: %w", err)
	}
	labels, err := labeler.Label(ctx, Picture{ContentType: contentType, Bytes: file, Image: found.Image})
	if err != nil {
		return Description{}, fmt.Errorf("label the file: %w", err)
	}
	return Description{Width: found.Width, Height: found.Height, TakenAt: found.TakenAt, Labels: labels}, nil
}
