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
	// MinTarget and MaxTarget bound the size at which a part is full. What is done once for each part is dear beside its
	// bytes: with 8 MiB an archive of 1,500 small photos took a twentieth more processor time. Above 16 MiB too few parts find
	// room in the memory of a small machine; of 14 MiB and a photo, 64 MiB hold four.
	MinTarget = 14 << 20
	MaxTarget = 16 << 20
)

var (
	// ErrTooLarge marks an archive that cannot be cut into the parts of one upload.
	ErrTooLarge = errors.New("archive too large")
	// ErrUnannounced marks an entry beyond the count or bytes with which the Planner was made.
	ErrUnannounced = errors.New("more entries than announced")
)

// Part is one planned part of an upload: whole entries with their local headers, sent from one buffer. Where Copied is not
// zero a second part of the upload follows, under the next number: the last bytes of the last entry, which the store
// copies from the photo's own object. One builder does both.
type Part struct {
	Number  int   // of the S3 part that is sent, from 1; what is copied has the next one
	Entries []int // in the order in which they lie in the part: indices of entries as they were added, from 0
	Size    int64 // bytes that are sent, local headers included
	Copied  int64 // bytes that are copied; 0 for none
	Bytes   int64 // of the files alone, sent and copied
}

// window is how many entries, and how many bytes of them, the Planner looks at together. More would not pair sizes
// noticeably better, and what it holds of each entry is what its caller holds as well.
const (
	windowEntries = 2048
	windowBytes   = 64 << 20
)

// Planner cuts a stream of entries into parts. It keeps the sizes of some thousand entries at a time, and remembers none
// whose part is closed.
//
// S3 takes no part under MinPartSize but the last, and a part is either sent or copied, so an entry can be copied only
// behind a sent part of MinPartSize or more that ends with its local header. Which small entries fill which sent part is
// chosen so that as many large ones as possible are copied (see pair); entries that carry none keep their order and are
// cut so:
//
// A part is closed when it has reached the target, or when it could be sent (MinPartSize) and the next entry would take
// it beyond twice the target. As no entry is larger than 15 MiB, with the smallest target every such part but the last has about 13
// to 28 MiB, and 14 or more unless a photo of more than 14 MiB comes next.
//
// The number of parts is bounded: a part is closed below the target only before an entry that takes both together beyond
// twice the target and fills the next part by itself. So all parts but the last average the target or more; and a part
// that is sent and the copied one behind it are only made where both together have twice what the parts of the upload
// must have on average.
//
// The same entries in the same order give the same parts. A Planner is not safe for concurrent use.
type Planner struct {
	target     int64
	average    int64 // bytes that the parts must have on average for their numbers to suffice; at most target
	entries    int   // still announced
	totalBytes int64 // still announced

	added       int // entries so far
	next        int // number of the next part
	window      []item
	windowBytes int64
	open        Part // sent alone, not numbered yet
}

// item is what the Planner knows of an entry.
type item struct {
	index  int
	header int64 // bytes of its local header
	size   int64 // bytes of its file
}

func (i item) stored() int64 { return i.header + i.size }

// NewPlanner makes a Planner for at most count entries with at most totalBytes in their files. Both set the target: 14 MiB,
// or as much more as it takes for all parts together with the tail to fit into one upload. When that is more than
// MaxTarget, the error wraps ErrTooLarge. Up to 500,000 entries of 150 GB always fit.
func NewPlanner(count int, totalBytes int64) (*Planner, error) {
	if count < 0 || totalBytes < 0 {
		return nil, fmt.Errorf("plan %d entries of %d bytes: negative", count, totalBytes)
	}
	average, ok := averageFor(int64(count), totalBytes)
	if !ok {
		return nil, fmt.Errorf("plan %d entries of %d bytes: %w", count, totalBytes, ErrTooLarge)
	}
	return &Planner{target: max(MinTarget, average), average: average, entries: count, totalBytes: totalBytes, next: 1}, nil
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

// averageFor gives the size that all parts but the last must have on average; ok is false where none up to MaxTarget is
// enough.
func averageFor(count, totalBytes int64) (average int64, ok bool) {
	// Beyond either of these nothing fits, and below them no sum overflows.
	const maxData = MaxParts * MaxTarget
	if totalBytes > maxData || count > maxData/localHeaderLength {
		return 0, false
	}
	tailParts := shortPartsReserve + ceilDiv(count*(csvBytesPerEntry+maxDirectoryEntry), maxTailPart)
	fullParts := MaxParts - tailParts - 1
	if fullParts < 1 {
		return 0, false
	}
	data := totalBytes + count*(localHeaderLength+MaxNameLength)
	average = ceilDiv(data, fullParts)
	return average, average <= MaxTarget
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// Target is the size in bytes at which a part that carries no copy is full.
func (p *Planner) Target() int64 { return p.target }

// LargestPart is the size in bytes that no sent part exceeds: twice the target, or what a part just too small to be sent
// and the largest entry make together.
func (p *Planner) LargestPart() int64 {
	return max(2*p.target, MinPartSize-1+localHeaderLength+MaxNameLength+MaxEntrySize)
}

// Add takes the next entry, and gives the parts that are closed by it, if any.
//
// The error wraps ErrInvalidEntry for an entry that is not valid or over MaxEntrySize, or ErrUnannounced; the entry is
// then not taken and the Planner can go on.
func (p *Planner) Add(e Entry) (closed []Part, err error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	if e.Size > MaxEntrySize {
		return nil, fmt.Errorf("%w: %q has %d bytes, at most %d", ErrInvalidEntry, e.Name, e.Size, MaxEntrySize)
	}
	if p.entries == 0 || e.Size > p.totalBytes {
		return nil, fmt.Errorf("%w: %q of %d bytes", ErrUnannounced, e.Name, e.Size)
	}
	p.entries--
	p.totalBytes -= e.Size
	taken := item{index: p.added, header: LocalHeaderSize(e), size: e.Size}
	p.added++
	p.window = append(p.window, taken)
	p.windowBytes += taken.stored()
	if len(p.window) < windowEntries || p.windowBytes < windowBytes {
		return nil, nil
	}
	return p.closeWindow(), nil
}

// Close gives the last parts, the very last of which may be of any size; none when no entry was added since the last call.
func (p *Planner) Close() []Part {
	parts := p.closeWindow()
	if len(p.open.Entries) > 0 {
		parts = append(parts, p.closeOpen())
	}
	return parts
}

// closeWindow plans the entries of the window, and gives the parts that are closed by them.
func (p *Planner) closeWindow() []Part {
	carriers, rest := p.pair(p.window)
	var parts []Part
	for _, c := range carriers {
		parts = append(parts, p.carry(c))
	}
	for _, i := range rest {
		if p.closesBefore(i) {
			parts = append(parts, p.closeOpen())
		}
		p.open.Entries = append(p.open.Entries, i.index)
		p.open.Size += i.stored()
		p.open.Bytes += i.size
	}
	p.window, p.windowBytes = p.window[:0], 0
	return parts
}

func (p *Planner) closesBefore(i item) bool {
	return p.open.Size >= p.target || p.open.Size >= MinPartSize && p.open.Size+i.stored() > 2*p.target
}

func (p *Planner) closeOpen() Part {
	closed := p.open
	closed.Number = p.next
	p.next++
	p.open = Part{}
	return closed
}

// carry makes a part of a carrier: its entries, then the header of the copied one with as many of its first bytes as the
// sent part lacks.
func (p *Planner) carry(c carrier) Part {
	part := Part{Number: p.next, Size: max(MinPartSize, c.stored+c.copied.header)}
	p.next += 2
	for _, i := range c.items {
		part.Entries = append(part.Entries, i.index)
		part.Bytes += i.size
	}
	part.Entries = append(part.Entries, c.copied.index)
	part.Bytes += c.copied.size
	part.Copied = c.stored + c.copied.stored() - part.Size
	return part
}
