package zipper

import (
	"errors"
	"fmt"
)

// Limits of multipart uploads. Source: "Amazon S3 multipart upload limits" in the S3 user guide.
const (
	MinPartSize   = 5 << 20 // bytes of every part but the last
	MaxPartSize   = 5 << 30
	MaxParts      = 10_000
	MaxObjectSize = 5 << 40
)

// Limits of what a Planner takes. With them any 500,000 entries of 150 GB altogether can be planned.
const (
	// MaxEntrySize is the largest entry, in bytes.
	MaxEntrySize = 15 << 20
	// MinTarget and MaxTarget bound the size at which a part is full. Below 8 MiB requests cost more than bytes; above
	// 16 MiB the buffers of a worker outgrow a small machine.
	MinTarget = 8 << 20
	MaxTarget = 16 << 20
)

var (
	// ErrTooLarge marks an archive that cannot be cut into the parts of one upload.
	ErrTooLarge = errors.New("archive too large")
	// ErrUnannounced marks an entry beyond the count or bytes with which the Planner was made.
	ErrUnannounced = errors.New("more entries than announced")
)

// Part is one planned part of an upload: consecutive entries with their local headers.
type Part struct {
	Number int   // of the S3 part, from 1
	First  int   // index of its first entry, from 0
	Count  int   // of entries, at least 1
	Size   int64 // bytes, local headers included
	Bytes  int64 // bytes of the files alone
}

// Planner cuts a stream of entries into parts. It keeps the order of the entries and remembers none of them.
//
// A part is closed when it has reached the target, or when it could be sent (MinPartSize) and the next entry would take
// it beyond twice the target. So with the smallest target every part but the last has 5 to 16 MiB, and 8 to 16 unless
// photos over 8 MiB follow small ones. One case is larger: less than 5 MiB cannot be sent alone, so a photo of more than
// 11 MiB after less than 5 makes a part of up to 20 MiB and a header. No rule avoids it without changing the order or
// knowing what comes.
//
// The number of parts is bounded: a part is closed below the target only before an entry that takes both together beyond
// twice the target and fills the next part by itself. So all parts but the last average the target or more.
//
// A Planner is not safe for concurrent use.
type Planner struct {
	target     int64
	entries    int   // still announced
	totalBytes int64 // still announced
	open       Part
}

// NewPlanner makes a Planner for at most count entries with at most totalBytes in their files. Both set the target: 8 MiB,
// or as much more as it takes for all parts together with the tail to fit into one upload. When that is more than
// MaxTarget, the error wraps ErrTooLarge. Up to 500,000 entries of 150 GB always fit.
func NewPlanner(count int, totalBytes int64) (*Planner, error) {
	if count < 0 || totalBytes < 0 {
		return nil, fmt.Errorf("plan %d entries of %d bytes: negative", count, totalBytes)
	}
	target, ok := targetFor(int64(count), totalBytes)
	if !ok {
		return nil, fmt.Errorf("plan %d entries of %d bytes: %w", count, totalBytes, ErrTooLarge)
	}
	return &Planner{target: target, entries: count, totalBytes: totalBytes, open: Part{Number: 1}}, nil
}

// What the tail is expected to take beside the data parts. CutTail has the last word when it takes more.
const (
	// csvBytesPerEntry is room in labels.csv for 45 labels of a photo at 180 bytes a row.
	csvBytesPerEntry = 8 << 10
	// maxDirectoryEntry is the longest entry of the central directory that a photo can have.
	maxDirectoryEntry = directoryEntryLength + MaxNameLength + zip64ExtraHeader + 8
	// shortPartsReserve is how many parts of the tail are kept for the bytes of parts that shrank while they were
	// built, 512 MiB, and one more for what is left over: labels.csv's own header, the end of the zip.
	shortPartsReserve = 33
)

// targetFor gives the size at which a part is full; ok is false where none up to MaxTarget is enough.
func targetFor(count, totalBytes int64) (target int64, ok bool) {
	// Beyond either of these nothing fits, and below them no sum overflows.
	const maxData = MaxParts * MaxTarget
	if totalBytes > maxData || count > maxData/localHeaderLength {
		return 0, false
	}
	tailParts := shortPartsReserve + ceilDiv(count*(csvBytesPerEntry+maxDirectoryEntry), maxTailPart)
	// All data parts but the last average the target or more, so this many are never exceeded.
	fullParts := MaxParts - tailParts - 1
	if fullParts < 1 {
		return 0, false
	}
	data := totalBytes + count*(localHeaderLength+MaxNameLength)
	target = max(MinTarget, ceilDiv(data, fullParts))
	return target, target <= MaxTarget
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// Target is the size in bytes at which a part is full.
func (p *Planner) Target() int64 { return p.target }

// LargestPart is the size in bytes that no part exceeds: twice the target, or what a part just too small to be sent and
// the largest entry make together.
func (p *Planner) LargestPart() int64 {
	return max(2*p.target, MinPartSize-1+localHeaderLength+MaxNameLength+MaxEntrySize)
}

// Add takes the next entry. When the entry does not go into the open part any more, that part is closed and returned with
// ok; the entry is never in the returned part.
//
// The error wraps ErrInvalidEntry for an entry that is not valid or over MaxEntrySize, or ErrUnannounced; the entry is
// then not taken and the Planner can go on.
func (p *Planner) Add(e Entry) (closed Part, ok bool, err error) {
	if err := e.Validate(); err != nil {
		return Part{}, false, err
	}
	if e.Size > MaxEntrySize {
		return Part{}, false, fmt.Errorf("%w: %q has %d bytes, at most %d", ErrInvalidEntry, e.Name, e.Size, MaxEntrySize)
	}
	if p.entries == 0 || e.Size > p.totalBytes {
		return Part{}, false, fmt.Errorf("%w: %q of %d bytes", ErrUnannounced, e.Name, e.Size)
	}
	if p.closesBefore(e) {
		closed, ok = p.open, true
		p.open = Part{Number: closed.Number + 1, First: closed.First + closed.Count}
	}
	p.open.Count++
	p.open.Size += e.storedSize()
	p.open.Bytes += e.Size
	p.entries--
	p.totalBytes -= e.Size
	return closed, ok, nil
}

func (p *Planner) closesBefore(e Entry) bool {
	return p.open.Size >= p.target || p.open.Size >= MinPartSize && p.open.Size+e.storedSize() > 2*p.target
}

// Close gives the last part, which may be of any size; ok is false when no entry was added since the last call.
func (p *Planner) Close() (last Part, ok bool) {
	if p.open.Count == 0 {
		return Part{}, false
	}
	last = p.open
	p.open = Part{Number: last.Number + 1, First: last.First + last.Count}
	return last, true
}
