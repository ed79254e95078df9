package zipper

import (
	"encoding/binary"
	"math"
	"time"
)

// Numbers of the format (APPNOTE 4.3.7, 4.4 and 4.5.3).
const (
	localHeaderSignature = 0x04034b50
	localHeaderLength    = 30

	versionStored = 10 // enough to read a stored file
	versionZip64  = 45

	flagUTF8     = 1 << 11
	methodStored = 0

	zip64ExtraID     = 0x0001
	zip64ExtraHeader = 4 // id and length
)

// LocalHeaderSize is how many bytes AppendLocalHeader appends: 30 and the name, and 20 more for a file that needs Zip64.
func LocalHeaderSize(e Entry) int64 {
	n := int64(localHeaderLength + len(e.Name))
	if needsZip64(e.Size) {
		n += zip64ExtraHeader + 16
	}
	return n
}

// AppendLocalHeader appends the header that stands before the bytes of the file (APPNOTE 4.3.7). With
// buf[p.Header:p.Header] as dst it writes in place, into a part's buffer.
func AppendLocalHeader(dst []byte, e Entry) []byte {
	zip64 := needsZip64(e.Size)
	dst = binary.LittleEndian.AppendUint32(dst, localHeaderSignature)
	dst = binary.LittleEndian.AppendUint16(dst, versionNeeded(zip64))
	dst = appendCommonFields(dst, e)
	if !zip64 {
		dst = binary.LittleEndian.AppendUint16(dst, 0)
		return append(dst, e.Name...)
	}
	dst = binary.LittleEndian.AppendUint16(dst, zip64ExtraHeader+16)
	dst = append(dst, e.Name...)
	dst = binary.LittleEndian.AppendUint16(dst, zip64ExtraID)
	dst = binary.LittleEndian.AppendUint16(dst, 16)
	// In a local header the Zip64 field must hold both sizes (APPNOTE 4.5.3).
	dst = binary.LittleEndian.AppendUint64(dst, uint64(e.Size))
	return binary.LittleEndian.AppendUint64(dst, uint64(e.Size))
}

// appendCommonFields appends what local and central headers share: from the flags to the length of the name.
func appendCommonFields(dst []byte, e Entry) []byte {
	date, clock := dosDateTime(e.Modified)
	dst = binary.LittleEndian.AppendUint16(dst, nameFlags(e.Name))
	dst = binary.LittleEndian.AppendUint16(dst, methodStored)
	dst = binary.LittleEndian.AppendUint16(dst, clock)
	dst = binary.LittleEndian.AppendUint16(dst, date)
	dst = binary.LittleEndian.AppendUint32(dst, e.CRC32)
	dst = binary.LittleEndian.AppendUint32(dst, clamp32(e.Size)) // compressed
	dst = binary.LittleEndian.AppendUint32(dst, clamp32(e.Size)) // uncompressed
	return binary.LittleEndian.AppendUint16(dst, uint16(len(e.Name)))
}

// needsZip64 says whether a size or offset has no place in 32 bits. All ones is the mark that sends a reader to the
// Zip64 field, so that value itself needs the field too.
func needsZip64(n int64) bool { return n >= math.MaxUint32 }

func clamp32(n int64) uint32 { return uint32(min(n, math.MaxUint32)) }

func versionNeeded(zip64 bool) uint16 {
	if zip64 {
		return versionZip64
	}
	return versionStored
}

// nameFlags sets the UTF-8 flag only for names that are not ASCII: without it some readers take the name for IBM code
// page 437, with it some old ones refuse the file.
func nameFlags(name string) uint16 {
	if isASCII(name) {
		return 0
	}
	return flagUTF8
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// dosDateTime gives the wall clock of t in the format's MS-DOS fields (APPNOTE 4.4.6), which reach from 1980 to 2107 in
// steps of two seconds.
//
// There is no extended timestamp beside it, on purpose. That field holds an instant, which readers show in the zone of
// their machine; a photo carries the wall clock of the place where it was taken and mostly no zone, so the instant
// would be invented and the time shown wrong. It would also cost 18 bytes an entry.
func dosDateTime(t time.Time) (date, clock uint16) {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	switch {
	case year < 1980:
		year, month, day, hour, minute, second = 1980, time.January, 1, 0, 0, 0
	case year > 2107:
		year, month, day, hour, minute, second = 2107, time.December, 31, 23, 59, 58
	}
	date = uint16((year-1980)<<9 | int(month)<<5 | day)
	clock = uint16(hour<<11 | minute<<5 | second/2)
	return date, clock
}
