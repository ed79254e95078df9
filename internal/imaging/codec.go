package imaging

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"pam/internal/imaging/scaledjpeg"
	"pam/internal/imaging/scaledpng"
)

// codec is one of the two file formats that are accepted.
type codec struct {
	format       string // Picture.Format
	title        string // the name for people
	mediaType    string
	supported    string // what to use instead of an unsupported kind, for people
	magic        string // the file's first bytes
	survey       func(data []byte) structure
	decodeConfig func(io.Reader) (image.Config, error)
	decode       func(io.Reader) (image.Image, error)
	decodeScaled func(ctx context.Context, data []byte, scale int) (image.Image, error)
}

// structure is what a walk over a file's segments tells before anything is decoded.
type structure struct {
	exif     []byte // the Exif block, from its TIFF header on; nil when there is none
	complete bool   // the end marker was met
	scans    int    // passes over the picture (JPEG)
}

// sniff tells a file's format by its first bytes, whatever its name or announced type.
func sniff(data []byte) (codec, bool) {
	for _, c := range [...]codec{
		{
			format: "jpeg", title: "JPEG", mediaType: "image/jpeg", supported: "baseline or progressive JPEG with 8 bits a sample",
			magic: "\xff\xd8\xff", survey: surveyJPEG, decodeConfig: jpeg.DecodeConfig, decode: jpeg.Decode,
			decodeScaled: scaledjpeg.Decode,
		},
		{
			format: "png", title: "PNG", mediaType: "image/png", supported: "PNG as most programs write it",
			magic: pngSignature, survey: surveyPNG, decodeConfig: png.DecodeConfig, decode: png.Decode,
			decodeScaled: func(ctx context.Context, data []byte, scale int) (image.Image, error) {
				return scaledpng.Decode(ctx, data, scale)
			},
		},
	} {
		if bytes.HasPrefix(data, []byte(c.magic)) {
			return c, true
		}
	}
	return codec{}, false
}

// decodeReduced decodes a whole file with its sides divided by scale.
func (c codec) decodeReduced(ctx context.Context, data []byte, scale int) (image.Image, error) {
	if scale == 1 {
		return c.decode(contextReader{ctx, bytes.NewReader(data)})
	}
	return c.decodeScaled(ctx, data, scale)
}
