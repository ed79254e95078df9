package imaging

import (
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"math"
)

// Kind says why a file is not accepted.
type Kind string

// The kinds of Problem.
const (
	NotAnImage   Kind = "not an image"  // neither JPEG nor PNG by its first bytes, or one that is damaged
	TypeMismatch Kind = "type mismatch" // a JPEG or PNG, but not the one that the upload announced
	Truncated    Kind = "truncated"     // the data ends before the picture does
	TooLarge     Kind = "too large"     // more pixels than Limits.MaxPixels
	TooSmall     Kind = "too small"     // a side shorter than Limits.MinSide
	Unsupported  Kind = "unsupported"   // a picture of a kind that is not decoded here, such as arithmetic or 12-bit JPEG
)

// Problem is the error for a file that can never be accepted, however often it is tried. Message is written for the
// person who uploaded the file; Err is the cause for the log, nil where Message says all, and is never shown.
type Problem struct {
	Kind    Kind
	Message string
	Err     error
}

// Error gives kind, message and cause: it is the form for logs.
func (p *Problem) Error() string {
	s := string(p.Kind) + ": " + p.Message
	if p.Err != nil {
		s += ": " + p.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }

func notAnImage() *Problem {
	return &Problem{Kind: NotAnImage, Message: "The file is neither a JPEG nor a PNG image."}
}

func typeMismatch(c codec, announced string) *Problem {
	if announced == "" {
		announced = "of no type"
	}
	return &Problem{
		Kind:    TypeMismatch,
		Message: fmt.Sprintf("The file is a %s image, but it was announced as %s.", c.title, announced),
	}
}

func truncated(cause error) *Problem {
	return &Problem{
		Kind:    Truncated,
		Message: "The photo is incomplete: the file ends before the picture does.",
		Err:     cause,
	}
}

func tooLarge(width, height, maxPixels int) *Problem {
	// Rounded up, so that a picture just over the limit is not said to have exactly what is accepted.
	megapixels := math.Ceil(float64(width)*float64(height)/1e5) / 10
	return &Problem{
		Kind: TooLarge,
		Message: fmt.Sprintf("The photo has %.1f megapixels (%d x %d pixels); at most %g are accepted.",
			megapixels, width, height, float64(maxPixels)/1e6),
	}
}

func tooSmall(width, height, minSide int) *Problem {
	return &Problem{
		Kind:    TooSmall,
		Message: fmt.Sprintf("The photo is %d x %d pixels; each side must have at least %d.", width, height, minSide),
	}
}

func tooManyScans(scans int) *Problem {
	return &Problem{
		Kind:    Unsupported,
		Message: fmt.Sprintf("The JPEG image is stored in %d passes; at most %d are accepted.", scans, maxScans),
	}
}

// decodingProblem says what an error of a decoder, the standard library's or one that gives the same, means for the person
// who uploaded the file.
func decodingProblem(c codec, err error) *Problem {
	var unsupportedJPEG jpeg.UnsupportedError
	var unsupportedPNG png.UnsupportedError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		// The decoders meet the end, of the file or of a file that was cut and then closed properly, while they need more
		// data. They give these errors no names.
		errors.Is(err, jpeg.FormatError("short Huffman data")),
		errors.Is(err, jpeg.FormatError("missing 0xff00 sequence")),
		errors.Is(err, png.FormatError("not enough pixel data")):
		return truncated(err)
	case errors.Is(err, png.UnsupportedError("dimension overflow")):
		return &Problem{Kind: TooLarge, Message: "The picture claims more pixels than any picture has.", Err: err}
	case errors.As(err, &unsupportedJPEG), errors.As(err, &unsupportedPNG):
		return &Problem{
			Kind:    Unsupported,
			Message: fmt.Sprintf("The file is a %s image of a kind that is not supported; %s works.", c.title, c.supported),
			Err:     err,
		}
	default:
		return &Problem{
			Kind:    NotAnImage,
			Message: fmt.Sprintf("The file begins like a %s image, but the rest of it is damaged.", c.title),
			Err:     err,
		}
	}
}
