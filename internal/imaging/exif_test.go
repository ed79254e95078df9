package imaging

import (
	"encoding/binary"
	"testing"
)

func TestReadExif(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	good := exifBlock(le, 6, "2024:05:01 13:14:15")
	const (
		firstEntry   = 8 + 2
		exifPointer  = firstEntry + entrySize + 8
		detailsCount = exifPointer + 8
		detailsValue = detailsCount + 2 + 8
	)
	tests := []struct {
		name, reason string
		block        []byte
		orientation  orientation
		at           string
	}{
		{"nothing", "most pictures from the web have no Exif", nil, 1, ""},
		{"little endian", "most cameras", good, 6, "2024-05-01T13:14:15"},
		{"big endian", "the others", exifBlock(be, 8, "1999:12:31 23:59:59"), 8, "1999-12-31T23:59:59"},
		{"no time", "orientation without time", exifBlock(be, 3, ""), 3, ""},
		{"orientation 0", "0 is not defined; the picture stays as it is", exifBlock(le, 0, "2024:05:01 13:14:15"), 1, "2024-05-01T13:14:15"},
		{"orientation 9", "9 is not defined either", exifBlock(le, 9, ""), 1, ""},
		{"blank time", "a clock that was never set", exifBlock(le, 1, "    :  :     :  :  "), 1, ""},
		{"zero time", "a clock that was never set, otherwise", exifBlock(le, 1, "0000:00:00 00:00:00"), 1, ""},
		{"30 February", "no such day", exifBlock(le, 1, "2024:02:30 10:00:00"), 1, ""},
		{"year 1066", "no photograph is that old", exifBlock(le, 1, "1066:10:14 09:00:00"), 1, ""},
		{"year 9999", "nor that new", exifBlock(le, 1, "9999:12:31 09:00:00"), 1, ""},
		{"padded time", "some programs pad with blanks and NULs", exifBlock(le, 1, "2024:05:01 13:14:15 \x00\x00"), 1, "2024-05-01T13:14:15"},
		{"text as time", "no time at all", exifBlock(le, 1, "a fine day in the mountains"), 1, ""},
		{"wrong magic", "42 tells TIFF from chance", append([]byte("II+\x00"), good[4:]...), 1, ""},
		{"directory outside", "an offset may point anywhere", le.AppendUint32([]byte("II*\x00"), 0xffffffff), 1, ""},
		{"directory at the last byte", "its count does not fit", append(le.AppendUint32([]byte("II*\x00"), 8), 1), 1, ""},
		{"more entries than there are", "those within the block still count", put16(good[:firstEntry+entrySize], 8, 65535), 6, ""},
		{"details outside", "the second directory's offset is not trusted either", put32(good, exifPointer, 0xfffffffe), 6, ""},
		{"details within themselves", "a directory that is its own parent must not loop", put32(good, exifPointer, 8), 6, ""},
		{"time outside", "nor is the text's", put32(good, detailsValue, 0xfffffff0), 6, ""},
		{"time of 4 GB", "nor its length", put32(good, detailsValue-4, 0xffffffff), 6, ""},
		{"cut in the time", "a block may end anywhere", good[:len(good)-5], 6, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readExif(tt.block)
			if got.orientation != tt.orientation || got.at != tt.at {
				t.Errorf("%s: got %d %q, want %d %q", tt.reason, got.orientation, got.at, tt.orientation, tt.at)
			}
		})
	}
}

func put16(block []byte, at int, v uint16) []byte {
	c := append([]byte(nil), block...)
	binary.LittleEndian.PutUint16(c[at:], v)
	return c
}

func put32(block []byte, at int, v uint32) []byte {
	c := append([]byte(nil), block...)
	binary.LittleEndian.PutUint32(c[at:], v)
	return c
}

func FuzzReadExif(f *testing.F) {
	f.Add(exifBlock(binary.LittleEndian, 6, "2024:05:01 13:14:15"))
	f.Add(exifBlock(binary.BigEndian, 1, ""))
	f.Fuzz(func(t *testing.T, block []byte) {
		got := readExif(block)
		if !got.orientation.valid() {
			t.Errorf("orientation %d", got.orientation)
		}
		if got.at != "" && len(got.at) != len("2024-05-01T13:14:15") {
			t.Errorf("time %q", got.at)
		}
	})
}
