package imaging

import "encoding/binary"

// pngSignature opens every PNG (W3C PNG specification, section 5.2).
const pngSignature = "\x89PNG\r\n\x1a\n"

// surveyPNG walks over the chunks of a PNG: 4 bytes length, 4 bytes type, the data and 4 bytes CRC, which image/png checks.
func surveyPNG(data []byte) structure {
	const frame = 12 // bytes of a chunk that are not its data
	var s structure
	data = data[len(pngSignature):]
	for len(data) >= frame {
		length := uint64(binary.BigEndian.Uint32(data))
		if length > uint64(len(data)-frame) {
			return s
		}
		switch string(data[4:8]) {
		case "eXIf":
			if s.exif == nil {
				s.exif = data[8 : 8+length]
			}
		case "IEND":
			s.complete = true
			return s
		}
		data = data[frame+length:]
	}
	return s
}
