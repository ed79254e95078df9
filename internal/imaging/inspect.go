package imaging

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"mime"
)

// Limits are what a photo must keep to.
type Limits struct {
	MaxPixels int // width times height
	MinSide   int // pixels, of the shorter side
}

// Picture is a photo that was found whole and within its limits.
type Picture struct {
	// Format is "jpeg" or "png", by the file's first bytes.
	Format string
	// Width and Height are in pixels, with the picture upright.
	Width, Height int
	// TakenAt is the local time at which the photo was taken, as ISO 8601 without a zone: 2024-05-01T13:14:15. It is
	// Exif's DateTimeOriginal, and empty where the file has none that makes sense.
	TakenAt string
	// Image is the picture decoded, upright, opaque (transparency became white), its bounds beginning at the origin: an
	// *image.YCbCr, *image.Gray or *image.RGBA. Of a picture of more than 4 megapixels it is a reduced copy with 1 to 4.
	Image image.Image
	// Thumbnail is a JPEG of the upright picture, its longest side at most ThumbnailSide pixels, without metadata.
	Thumbnail []byte
}

// Inspect decodes the file data, which was announced as being of the given media type, such as image/jpeg.
//
// A file that is not accepted gives a *Problem. When ctx ends, Inspect returns an error that wraps ctx's; the decoders
// notice while they read. It does not keep data. It is safe for concurrent use; the package's doc says what memory it takes.
func Inspect(ctx context.Context, data []byte, contentType string, limits Limits) (*Picture, error) {
	return inspect(ctx, data, contentType, limits, maxKept)
}

// inspect is Inspect with another number of pixels that are kept.
func inspect(ctx context.Context, data []byte, contentType string, limits Limits, kept int) (*Picture, error) {
	c, ok := sniff(data)
	if !ok {
		return nil, notAnImage()
	}
	if announced, _, err := mime.ParseMediaType(contentType); err != nil || announced != c.mediaType {
		return nil, typeMismatch(c, contentType)
	}

	config, err := c.decodeConfig(contextReader{ctx, bytes.NewReader(data)})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("inspect photo: %w", ctx.Err())
	}
	if err != nil {
		return nil, decodingProblem(c, err)
	}
	found := c.survey(data)
	taken := readExif(found.exif)
	width, height := config.Width, config.Height
	if taken.orientation.swapsSides() {
		width, height = height, width
	}
	switch {
	case int64(width)*int64(height) > int64(limits.MaxPixels):
		return nil, tooLarge(width, height, limits.MaxPixels)
	case min(width, height) < limits.MinSide:
		return nil, tooSmall(width, height, limits.MinSide)
	case !found.complete:
		return nil, truncated(nil)
	case found.scans > maxScans:
		return nil, tooManyScans(found.scans)
	}

	decoded, err := c.decodeReduced(ctx, data, reduction(width, height, kept))
	if ctx.Err() != nil {
		return nil, fmt.Errorf("inspect photo: %w", ctx.Err())
	}
	if err != nil {
		return nil, decodingProblem(c, err)
	}
	upright := orient(opaque(decoded), taken.orientation)
	thumb, err := thumbnail(upright, thumbnailSize(image.Pt(width, height)))
	if err != nil {
		return nil, fmt.Errorf("inspect photo: %w", err)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("inspect photo: %w", ctx.Err())
	}
	return &Picture{
		Format:    c.format,
		Width:     width,
		Height:    height,
		TakenAt:   taken.at,
		Image:     upright,
		Thumbnail: thumb,
	}, nil
}

// contextReader ends with ctx's error once ctx has ended. The standard library's decoders take no context, but they
// give up at the first error of their reader.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads from the underlying reader while the context lasts.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
