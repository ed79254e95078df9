package imaging

import (
	"context"
	"errors"

	"pam/internal/photos"
)

// Inspector is Inspect as the domain's port, with the limits of the domain. Its zero value is ready to use.
type Inspector struct{}

var _ photos.Inspector = Inspector{}

// Inspect implements photos.Inspector: a Problem becomes a *photos.Rejection with the same message.
func (Inspector) Inspect(ctx context.Context, data []byte, contentType string) (photos.Inspected, error) {
	p, err := Inspect(ctx, data, contentType, Limits{MaxPixels: photos.MaxPhotoPixels, MinSide: photos.MinPhotoSide})
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		return photos.Inspected{}, &photos.Rejection{Code: rejectionCode(problem.Kind), Message: problem.Message}
	case err != nil:
		return photos.Inspected{}, err
	}
	return photos.Inspected{Width: p.Width, Height: p.Height, TakenAt: p.TakenAt, Image: p.Image, Thumbnail: p.Thumbnail}, nil
}

func rejectionCode(k Kind) photos.RejectionCode {
	switch k {
	case NotAnImage:
		return photos.NotAnImage
	case TypeMismatch:
		return photos.TypeMismatch
	case Truncated:
		return photos.Truncated
	case TooLarge:
		return photos.TooLarge
	case TooSmall:
		return photos.TooSmall
	case Unsupported:
		return photos.Unsupported
	}
	return photos.Unsupported // a kind added without a code of its own
}
