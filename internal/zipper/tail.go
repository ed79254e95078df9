package zipper

import "fmt"

// The tail is cut into parts of 8 MiB, and up to 16 MiB where part numbers would not suffice.
const (
	minTailPart = 8 << 20
	maxTailPart = MaxTarget
)

// TailPart is one part of the tail: bytes without regard to where an entry begins.
type TailPart struct {
	Number int   // of the S3 part
	Offset int64 // from the start of the tail
	Size   int64 // bytes
}

// CutTail cuts the tail of a zip (short segments, labels.csv, central directory), size bytes altogether, into parts
// numbered from first on. All have the same size, 8 to 16 MiB, but the last, which has what is left. A tail of no bytes
// has no parts.
//
// The error wraps ErrTooLarge when the numbers up to MaxParts do not suffice. A Planner leaves numbers for 512 MiB of short
// segments and for what labels.csv and the directory usually take, so that happens only when a great share of the photos
// of an archive near the limits disappeared while it was built. A new plan without them then fits.
func CutTail(first int, size int64) ([]TailPart, error) {
	if first < 1 || size < 0 {
		return nil, fmt.Errorf("cut tail of %d bytes from part %d: out of range", size, first)
	}
	if size == 0 {
		return nil, nil
	}
	free := int64(MaxParts - first + 1)
	if free < 1 || size > free*maxTailPart {
		return nil, fmt.Errorf("cut tail of %d bytes from part %d: %w", size, first, ErrTooLarge)
	}
	chunk := max(minTailPart, ceilDiv(size, free))
	parts := make([]TailPart, 0, ceilDiv(size, chunk))
	for offset := int64(0); offset < size; offset += chunk {
		parts = append(parts, TailPart{Number: first + len(parts), Offset: offset, Size: min(chunk, size-offset)})
	}
	return parts, nil
}
