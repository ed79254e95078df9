package imaging

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
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
		},
		{
			format: "png", title: "PNG", mediaType: "image/png", supported: "PNG as most programs write it",
			magic: pngSignature, survey: surveyPNG, decodeConfig: png.DecodeConfig, decode: png.Decode,
		},
	} {
		if bytes.HasPrefix(data, []byte(c.magic)) {
			return c, true
		}
	}
	return codec{}, false
}
