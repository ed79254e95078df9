package imaging

import (
	"bytes"
	"encoding/binary"
)

// maxScans bounds the passes of a progressive JPEG. A pass may touch the whole picture and yet take only a few dozen
// bytes, so that a small file could keep a decoder busy for an hour: a thousand passes fit into a few kilobytes. Encoders
// write about ten. libjpeg-turbo's developers advise such a bound in "Two Issues with the JPEG Standard".
const maxScans = 50

// The JPEG markers that the survey tells apart (ITU-T T.81, table B.1).
const (
	markerRST0 = 0xd0 // first of eight restart markers, which carry no length
	markerRST7 = 0xd7
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
)

// surveyJPEG walks over the markers of a JPEG. Like image/jpeg it skips stray bytes between segments, which also takes
// it over entropy-coded data: there, 0xff is always followed by 0x00 or by a restart marker.
func surveyJPEG(data []byte) structure {
	const exifHeader = "Exif\x00\x00"
	var s structure
	for {
		at := bytes.IndexByte(data, 0xff)
		if at < 0 {
			return s
		}
		data = data[at:]
		for len(data) > 0 && data[0] == 0xff { // a marker may be preceded by any number of fill bytes
			data = data[1:]
		}
		if len(data) == 0 {
			return s
		}
		marker := data[0]
		data = data[1:]
		switch {
		case marker == 0x00, marker == markerSOI, markerRST0 <= marker && marker <= markerRST7:
			continue
		case marker == markerEOI:
			s.complete = true
			return s
		}
		if len(data) < 2 {
			return s
		}
		length := int(binary.BigEndian.Uint16(data)) // includes its own two bytes
		if length < 2 || length > len(data) {
			return s
		}
		payload := data[2:length]
		data = data[length:]
		switch {
		case marker == markerSOS:
			s.scans++
		case marker == markerAPP1 && s.exif == nil && bytes.HasPrefix(payload, []byte(exifHeader)):
			s.exif = payload[len(exifHeader):]
		}
	}
}
