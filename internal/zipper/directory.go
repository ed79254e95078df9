package zipper

import (
	"encoding/binary"
	"math"
)

// Numbers of the central directory (APPNOTE 4.3.12 to 4.3.16).
const (
	directorySignature    = 0x02014b50
	directoryEntryLength  = 46
	zip64EndSignature     = 0x06064b50
	zip64EndLength        = 56
	zip64LocatorSignature = 0x07064b50
	zip64LocatorLength    = 20
	endSignature          = 0x06054b50
	endLength             = 22

	madeByUnix     = 3<<8 | 63      // APPNOTE 4.4.2: host Unix, version 6.3 of the specification
	regularFile644 = 0o100644 << 16 // Unix mode in the upper half of the external attributes, as Info-ZIP does
)

// DirectoryEntrySize is how many bytes AppendDirectoryEntry appends: 46 and the name, 12 more for a file that begins
// at 4 GiB or later, and at most 28 more when its size needs Zip64 as well. With names of up to 52 bytes, photos never
// take more than 110.
func DirectoryEntrySize(e Entry, offset int64) int64 {
	return int64(directoryEntryLength+len(e.Name)) + int64(directoryExtraSize(e, offset))
}

func directoryExtraSize(e Entry, offset int64) int {
	n := 0
	if needsZip64(e.Size) {
		n += 16
	}
	if needsZip64(offset) {
		n += 8
	}
	if n > 0 {
		n += zip64ExtraHeader
	}
	return n
}

// AppendDirectoryEntry appends the file's entry of the central directory (APPNOTE 4.3.12): a regular file of mode 0644
// whose local header begins at the offset, counted in bytes from the start of the zip.
func AppendDirectoryEntry(dst []byte, e Entry, offset int64) []byte {
	extra := directoryExtraSize(e, offset)
	dst = binary.LittleEndian.AppendUint32(dst, directorySignature)
	dst = binary.LittleEndian.AppendUint16(dst, madeByUnix)
	dst = binary.LittleEndian.AppendUint16(dst, versionNeeded(extra > 0))
	dst = appendCommonFields(dst, e)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(extra))
	dst = binary.LittleEndian.AppendUint16(dst, 0) // comment length
	dst = binary.LittleEndian.AppendUint16(dst, 0) // disk
	dst = binary.LittleEndian.AppendUint16(dst, 0) // internal attributes
	dst = binary.LittleEndian.AppendUint32(dst, regularFile644)
	dst = binary.LittleEndian.AppendUint32(dst, clamp32(offset))
	dst = append(dst, e.Name...)
	if extra == 0 {
		return dst
	}
	// Here, unlike in the local header, the Zip64 field holds only what did not fit, in this order (APPNOTE 4.5.3).
	dst = binary.LittleEndian.AppendUint16(dst, zip64ExtraID)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(extra-zip64ExtraHeader))
	if needsZip64(e.Size) {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(e.Size))
		dst = binary.LittleEndian.AppendUint64(dst, uint64(e.Size))
	}
	if needsZip64(offset) {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(offset))
	}
	return dst
}

// EndSize is how many bytes AppendEnd appends: 22, or 98 with Zip64.
func EndSize(entries uint64, directoryOffset, directorySize int64) int64 {
	if endNeedsZip64(entries, directoryOffset, directorySize) {
		return zip64EndLength + zip64LocatorLength + endLength
	}
	return endLength
}

func endNeedsZip64(entries uint64, directoryOffset, directorySize int64) bool {
	return entries >= math.MaxUint16 || needsZip64(directoryOffset) || needsZip64(directorySize)
}

// AppendEnd appends the end of the zip (APPNOTE 4.3.14 to 4.3.16), which must directly follow the central directory.
// The directory begins at directoryOffset, has directorySize bytes and lists that many entries. The Zip64 records
// appear from 65,535 entries, or 4 GiB - 1 of offset or size.
func AppendEnd(dst []byte, entries uint64, directoryOffset, directorySize int64) []byte {
	if endNeedsZip64(entries, directoryOffset, directorySize) {
		dst = binary.LittleEndian.AppendUint32(dst, zip64EndSignature)
		dst = binary.LittleEndian.AppendUint64(dst, zip64EndLength-12) // of what follows this field
		dst = binary.LittleEndian.AppendUint16(dst, madeByUnix)
		dst = binary.LittleEndian.AppendUint16(dst, versionZip64)
		dst = binary.LittleEndian.AppendUint32(dst, 0) // this disk
		dst = binary.LittleEndian.AppendUint32(dst, 0) // disk of the directory
		dst = binary.LittleEndian.AppendUint64(dst, entries)
		dst = binary.LittleEndian.AppendUint64(dst, entries)
		dst = binary.LittleEndian.AppendUint64(dst, uint64(directorySize))
		dst = binary.LittleEndian.AppendUint64(dst, uint64(directoryOffset))

		dst = binary.LittleEndian.AppendUint32(dst, zip64LocatorSignature)
		dst = binary.LittleEndian.AppendUint32(dst, 0) // disk of the Zip64 end record
		dst = binary.LittleEndian.AppendUint64(dst, uint64(directoryOffset+directorySize))
		dst = binary.LittleEndian.AppendUint32(dst, 1) // disks
	}
	count := uint16(min(entries, math.MaxUint16))
	dst = binary.LittleEndian.AppendUint32(dst, endSignature)
	dst = binary.LittleEndian.AppendUint16(dst, 0) // this disk
	dst = binary.LittleEndian.AppendUint16(dst, 0) // disk of the directory
	dst = binary.LittleEndian.AppendUint16(dst, count)
	dst = binary.LittleEndian.AppendUint16(dst, count)
	dst = binary.LittleEndian.AppendUint32(dst, clamp32(directorySize))
	dst = binary.LittleEndian.AppendUint32(dst, clamp32(directoryOffset))
	return binary.LittleEndian.AppendUint16(dst, 0) // comment length
}

// Directory writes a central directory as a stream, entry by entry into buffers that the caller owns, and keeps the
// sums that its end needs. The zero value is ready. It is not safe for concurrent use.
type Directory struct {
	entries uint64
	size    int64
}

// Append appends the entry of a file whose local header begins at the offset.
func (d *Directory) Append(dst []byte, e Entry, offset int64) []byte {
	d.Count(e, offset)
	return AppendDirectoryEntry(dst, e, offset)
}

// Count takes the entry into the sums without writing it. A finisher counts all entries first, which tells it the
// length of the tail before it sends any of it.
func (d *Directory) Count(e Entry, offset int64) {
	d.entries++
	d.size += DirectoryEntrySize(e, offset)
}

// AppendEnd appends the end of the zip, for a directory that began at the offset.
func (d *Directory) AppendEnd(dst []byte, directoryOffset int64) []byte {
	return AppendEnd(dst, d.entries, directoryOffset, d.size)
}

// Size is the number of bytes of all entries so far and of the end, for a directory that begins at the offset.
func (d *Directory) Size(directoryOffset int64) int64 {
	return d.size + EndSize(d.entries, directoryOffset, d.size)
}
