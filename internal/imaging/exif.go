package imaging

import (
	"encoding/binary"
	"strings"
	"time"
)

// exif is what is read from a photo's Exif block.
type exif struct {
	orientation orientation
	at          string // DateTimeOriginal as ISO 8601 without zone; empty when absent or absurd
}

// The tags and types read here (Exif 2.32, CIPA DC-008, sections 4.6.3 to 4.6.5).
const (
	tagOrientation      = 0x0112
	tagExifIFD          = 0x8769
	tagDateTimeOriginal = 0x9003

	typeASCII = 2
	typeShort = 3
	typeLong  = 4
)

// readExif reads orientation and time from an Exif block, which begins with its TIFF header. Whatever is missing or
// broken counts as absent: a photo is not refused for its metadata.
//
// Three fields at fixed places do not need a library, and imagemeta 0.3.1, the fastest of them, panics within seconds
// of being fuzzed.
func readExif(block []byte) exif {
	found := exif{orientation: storedUpright}
	t, ok := openTIFF(block)
	if !ok {
		return found
	}
	first := t.directory(t.order.Uint32(block[4:]))
	if e, ok := first.find(tagOrientation, typeShort); ok {
		if o := orientation(t.order.Uint16(e[8:])); o.valid() {
			found.orientation = o
		}
	}
	if e, ok := first.find(tagExifIFD, typeLong); ok {
		details := t.directory(t.order.Uint32(e[8:]))
		if e, ok := details.find(tagDateTimeOriginal, typeASCII); ok {
			found.at = isoTime(t.text(e))
		}
	}
	return found
}

// isoTime turns Exif's form of a time into ISO 8601, and what is no time, or none at which a photo could be taken, into
// the empty string. Cameras whose clock was never set write zeros or blanks.
func isoTime(s string) string {
	const firstPhotograph, farFuture = 1826, 2100
	t, err := time.Parse("2006:01:02 15:04:05", strings.TrimRight(s, "\x00 "))
	if err != nil || t.Year() < firstPhotograph || t.Year() >= farFuture {
		return ""
	}
	return t.Format("2006-01-02T15:04:05")
}

// tiff is a block of TIFF 6.0 structure. No offset in it is trusted.
type tiff struct {
	data  []byte
	order binary.ByteOrder
}

func openTIFF(block []byte) (tiff, bool) {
	if len(block) < 8 {
		return tiff{}, false
	}
	switch string(block[:4]) {
	case "II*\x00":
		return tiff{block, binary.LittleEndian}, true
	case "MM\x00*":
		return tiff{block, binary.BigEndian}, true
	default:
		return tiff{}, false
	}
}

// entrySize is the length of a directory entry: tag (2), type (2), count (4), value or its offset (4).
const entrySize = 12

// directory is the entries of one image file directory, as far as they lie within the block.
type directory struct {
	entries []byte
	order   binary.ByteOrder
}

func (t tiff) directory(offset uint32) directory {
	d := directory{order: t.order}
	if uint64(offset)+2 > uint64(len(t.data)) {
		return d
	}
	rest := t.data[offset:]
	size := int(t.order.Uint16(rest)) * entrySize
	d.entries = rest[2:min(2+size, len(rest))]
	return d
}

// find gives the first entry with the tag, if it is of the type and not empty.
func (d directory) find(tag, kind uint16) (entry []byte, ok bool) {
	for rest := d.entries; len(rest) >= entrySize; rest = rest[entrySize:] {
		if d.order.Uint16(rest) == tag {
			return rest[:entrySize], d.order.Uint16(rest[2:]) == kind && d.order.Uint32(rest[4:]) > 0
		}
	}
	return nil, false
}

// text gives the text that an ASCII entry points to, as far as it lies within the block; short texts, which stand in
// the entry itself, are of no use here and come out as nothing.
func (t tiff) text(entry []byte) string {
	count, offset := t.order.Uint32(entry[4:]), t.order.Uint32(entry[8:])
	if count <= 4 || uint64(offset)+uint64(count) > uint64(len(t.data)) {
		return ""
	}
	return string(t.data[offset : offset+count])
}
