package imaging

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var (
	red   = color.RGBA{R: 0xff, A: 0xff}
	green = color.RGBA{G: 0xff, A: 0xff}
	blue  = color.RGBA{B: 0xff, A: 0xff}
	white = color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
)

// quadrants paints red and green above blue and white.
func quadrants(dst draw.Image) draw.Image {
	b := dst.Bounds()
	middle := image.Pt((b.Min.X+b.Max.X+1)/2, (b.Min.Y+b.Max.Y+1)/2)
	for i, c := range [...]color.RGBA{red, green, blue, white} {
		quarter := b
		if i%2 == 0 {
			quarter.Max.X = middle.X
		} else {
			quarter.Min.X = middle.X
		}
		if i < 2 {
			quarter.Max.Y = middle.Y
		} else {
			quarter.Min.Y = middle.Y
		}
		draw.Draw(dst, quarter, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return dst
}

func rgbQuadrants(width, height int) image.Image {
	return quadrants(image.NewRGBA(image.Rect(0, 0, width, height)))
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// photoFiles are the project's real photographs.
func photoFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/photos/*.jpg")
	if err != nil || len(files) == 0 {
		t.Fatalf("no photographs in ../../testdata/photos: %v", err)
	}
	return files
}

// exifBlock makes an Exif block with both fields that are read; taken is left out when empty.
func exifBlock(order binary.AppendByteOrder, o uint16, taken string) []byte {
	block := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		block = []byte("II*\x00")
	}
	block = order.AppendUint32(block, 8)
	block = order.AppendUint16(block, 2)
	block = appendEntry(block, order, tagOrientation, typeShort, 1)
	block = order.AppendUint16(block, o)
	block = order.AppendUint16(block, 0)
	block = appendEntry(block, order, tagExifIFD, typeLong, 1)
	const details = 8 + 2 + 2*entrySize + 4
	block = order.AppendUint32(block, details)
	block = order.AppendUint32(block, 0)
	if taken == "" {
		return order.AppendUint16(block, 0)
	}
	block = order.AppendUint16(block, 1)
	block = appendEntry(block, order, tagDateTimeOriginal, typeASCII, uint32(len(taken)+1))
	block = order.AppendUint32(block, details+2+entrySize+4)
	block = order.AppendUint32(block, 0)
	return append(block, taken+"\x00"...)
}

// appendEntry appends a directory entry without its value.
func appendEntry(block []byte, order binary.AppendByteOrder, tag, kind uint16, count uint32) []byte {
	block = order.AppendUint16(block, tag)
	block = order.AppendUint16(block, kind)
	return order.AppendUint32(block, count)
}

// segment makes a JPEG segment.
func segment(marker byte, payload []byte) []byte {
	s := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))
	return append(s, payload...)
}

// withSegments puts segments behind the start of a JPEG.
func withSegments(file []byte, segments ...[]byte) []byte {
	return append(append(bytes.Clone(file[:2]), bytes.Join(segments, nil)...), file[2:]...)
}

// chunk makes a PNG chunk.
func chunk(name string, payload []byte) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	c = append(append(c, name...), payload...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(file, c []byte) []byte {
	const header = len(pngSignature) + 12 + 13
	return append(append(bytes.Clone(file[:header]), c...), file[header:]...)
}

// withExif adds an Exif block to a JPEG or PNG.
func withExif(file, block []byte) []byte {
	if bytes.HasPrefix(file, []byte(pngSignature)) {
		return withChunk(file, chunk("eXIf", block))
	}
	return withSegments(file, segment(markerAPP1, append([]byte("Exif\x00\x00"), block...)))
}

// patched replaces the one occurrence of old in a file.
func patched(t testing.TB, file []byte, old, replacement string) []byte {
	t.Helper()
	if n := bytes.Count(file, []byte(old)); n != 1 {
		t.Fatalf("%x occurs %d times, want once", old, n)
	}
	return bytes.Replace(file, []byte(old), []byte(replacement), 1)
}
