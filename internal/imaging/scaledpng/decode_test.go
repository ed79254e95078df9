package scaledpng_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"pam/internal/imaging/scaledpng"
)

const signature = "\x89PNG\r\n\x1a\n"

// kind is one of the ways in which a PNG stores a pixel.
type kind struct{ colourType, depth byte }

// kinds are all that the specification allows (table 11.1).
func kinds() []kind {
	return []kind{
		{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16},
	}
}

func (k kind) bits() int { return int(k.depth) * [...]int{1, 0, 3, 1, 2, 0, 4}[k.colourType] }

// file makes a PNG of random pixels with every filter in it. What its transparent colour is, or its palette, is random too.
func (k kind) file(width, height int, interlaced, transparent bool) []byte {
	random := rand.New(rand.NewPCG(uint64(k.colourType), uint64(k.depth)))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	header = append(header, k.depth, k.colourType, 0, 0, 0)
	passes := [][4]int{{0, 0, 1, 1}}
	if interlaced {
		header[12] = 1
		passes = [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	var chunks [][]byte
	chunks = append(chunks, chunk("IHDR", header))
	if k.colourType == 3 {
		chunks = append(chunks, chunk("PLTE", noise(3*min(1<<k.depth, 200)))) // some indices lie beyond its end
	}
	key := []byte{0, 1, 0, 1, 0, 1}
	if transparent {
		switch k.colourType {
		case 0:
			chunks = append(chunks, chunk("tRNS", key[:2]))
		case 2:
			chunks = append(chunks, chunk("tRNS", key))
		case 3:
			chunks = append(chunks, chunk("tRNS", noise(min(1<<k.depth, 150))))
		}
	}
	var rows []byte
	filter := byte(0)
	for _, p := range passes {
		across, down := (width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3]
		if across <= 0 || down <= 0 {
			continue
		}
		for range down {
			row := noise((across*k.bits() + 7) / 8)
			if transparent && filter == 0 && k.depth >= 8 && k.colourType < 3 {
				size := k.bits() / 8
				if k.depth == 8 {
					copy(row[size*(across/2):], []byte{1, 1, 1}[:size])
				} else {
					copy(row[size*(across/2):], key[:size])
				}
			}
			rows = append(append(rows, filter), row...)
			filter = (filter + 1) % 5
		}
	}
	packed := deflate(rows)
	half := len(packed) / 2
	chunks = append(chunks, chunk("IDAT", packed[:half]), chunk("IDAT", nil), chunk("IDAT", packed[half:]), chunk("tEXt", []byte("a\x00b")), chunk("IEND", nil))
	return append([]byte(signature), bytes.Join(chunks, nil)...)
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func chunk(name string, payload []byte) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	c = append(append(c, name...), payload...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

// TestDecodeAgreesWithImagePNG compares each box with the mean of the pixels that image/png decodes.
func TestDecodeAgreesWithImagePNG(t *testing.T) {
	for _, k := range kinds() {
		for _, interlaced := range []bool{false, true} {
			for _, transparent := range []bool{false, true} {
				for _, size := range []image.Point{{29, 18}, {1, 1}, {3, 17}} {
					t.Run(fmt.Sprintf("type %d, %d bits/interlaced %v/transparent %v/%v", k.colourType, k.depth, interlaced, transparent, size), func(t *testing.T) {
						data := k.file(size.X, size.Y, interlaced, transparent)
						full, err := png.Decode(bytes.NewReader(data))
						if err != nil {
							t.Fatal(err)
						}
						for _, scale := range []int{2, 16} {
							got, err := scaledpng.Decode(t.Context(), data, scale)
							if err != nil {
								t.Fatal(err)
							}
							compare(t, got, full, scale)
						}
					})
				}
			}
		}
	}
}

// compare expects got to be full, over white, with boxes of scale x scale pixels averaged.
func compare(t *testing.T, got, full image.Image, scale int) {
	t.Helper()
	size := full.Bounds().Size()
	if want := image.Rect(0, 0, (size.X+scale-1)/scale, (size.Y+scale-1)/scale); got.Bounds() != want {
		t.Fatalf("got bounds %v, want %v", got.Bounds(), want)
	}
	const tolerance = 2.5 // of 255: rounding, and the lower halves of 16 bits of colour and of transparency
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			box := image.Rect(x*scale, y*scale, (x+1)*scale, (y+1)*scale).Intersect(full.Bounds())
			var want [3]float64
			for by := box.Min.Y; by < box.Max.Y; by++ {
				for bx := box.Min.X; bx < box.Max.X; bx++ {
					r, g, b, a := full.At(bx, by).RGBA()
					for i, v := range [...]uint32{r, g, b} {
						want[i] += float64(v+0xffff-a) / 0x101 / float64(box.Dx()*box.Dy())
					}
				}
			}
			c := got.At(x, y).(color.RGBA)
			for i, v := range [...]byte{c.R, c.G, c.B} {
				if d := float64(v) - want[i]; max(d, -d) > tolerance {
					t.Fatalf("scale %d, box %d, %d: got %v, want %.1f", scale, x, y, c, want)
				}
			}
			if c.A != 0xff {
				t.Fatalf("box %d, %d is not opaque", x, y)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := kind{2, 8}.file(37, 29, false, false)
	ihdr := func(fields ...byte) []byte {
		return append([]byte(signature), chunk("IHDR", append([]byte{0, 0, 0, 1, 0, 0, 0, 1}, fields...))...)
	}
	rest := func(chunks ...[]byte) []byte {
		return append(ihdr(8, 2, 0, 0, 0), append(bytes.Join(chunks, nil), chunk("IEND", nil)...)...)
	}
	pixel := chunk("IDAT", deflate([]byte{0, 1, 2, 3}))
	tests := []struct {
		name, reason string
		data         []byte
		scale        int
		want         string
	}{
		{"no scale", "nothing is divided by zero", good, 0, "scale 0"},
		{"scale 17", "sums would overflow", good, 17, "scale 17"},
		{"nothing", "no first bytes", nil, 4, "EOF"},
		{"no PNG", "other first bytes", []byte("GIF89a..."), 4, "not a PNG"},
		{"wrong checksum", "a bit flipped in a chunk", flipped(good, 45), 4, "invalid checksum"},
		{"wrong zlib checksum", "the chunks are right and the pixels are not", rest(chunk("IDAT", flipped(deflate([]byte{0, 1, 2, 3}), 13))), 4, "checksum"},
		{"no header", "IHDR comes first", append([]byte(signature), pixel...), 4, "out of order"},
		{"no pixels", "IEND comes last", rest(), 4, "out of order"},
		{"palette behind pixels", "the order of chunks is fixed", rest(pixel, chunk("PLTE", []byte{1, 2, 3})), 4, "out of order"},
		{"no palette", "indices mean nothing without", append(ihdr(8, 3, 0, 0, 0), pixel...), 4, "out of order"},
		{"compression 1", "unknown", ihdr(8, 2, 1, 0, 0), 4, "compression method"},
		{"filters 1", "unknown", ihdr(8, 2, 0, 1, 0), 4, "filter method"},
		{"interlacing 2", "unknown", ihdr(8, 2, 0, 0, 2), 4, "interlace method"},
		{"3 bits", "no such depth", ihdr(3, 0, 0, 0, 0), 4, "bit depth 3, color type 0"},
		{"filter 5", "no such filter", rest(chunk("IDAT", deflate([]byte{5, 1, 2, 3}))), 4, "bad filter type"},
		{"too few pixels", "half a pixel", rest(chunk("IDAT", deflate([]byte{0, 1}))), 4, "not enough pixel data"},
		{"too many pixels", "one more", rest(chunk("IDAT", deflate([]byte{0, 1, 2, 3, 4}))), 4, "too much pixel data"},
		{"pixels end early", "the compressed data has no end", rest(chunk("IDAT", deflate([]byte{0, 1, 2, 3})[:6])), 4, "not enough pixel data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := scaledpng.Decode(t.Context(), tt.data, tt.scale)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got %v, %v; want an error with %q", tt.reason, got, err, tt.want)
			}
		})
	}
}

func flipped(data []byte, at int) []byte {
	c := bytes.Clone(data)
	c[at] ^= 0x55
	return c
}

func TestDecodeFindsEveryCut(t *testing.T) {
	for _, interlaced := range []bool{false, true} {
		data := kind{6, 16}.file(19, 11, interlaced, false)
		for cut := 0; cut < len(data); cut += 7 {
			if _, err := scaledpng.Decode(t.Context(), data[:cut], 4); err == nil {
				t.Fatalf("cut after %d of %d bytes: no error", cut, len(data))
			}
		}
	}
}

// endsAfter is a context that ends once it has been asked so many times.
type endsAfter struct {
	context.Context
	left *int
}

func (c endsAfter) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestDecodeStopsWithItsContext(t *testing.T) {
	data := kind{2, 8}.file(37, 29, false, false)
	for after := range 29 {
		if _, err := scaledpng.Decode(endsAfter{t.Context(), &after}, data, 4); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
	}
}

// FuzzDecode expects this package and image/png to agree on which files are whole, and on their colours.
func FuzzDecode(f *testing.F) {
	for _, k := range kinds() {
		f.Add(k.file(19, 11, false, true), true)
		f.Add(k.file(11, 19, true, false), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, repair bool) {
		if repair {
			data = withChecksums(data)
		}
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width > 1<<14 || config.Height > 1<<14 || config.Width*config.Height > 1<<14 {
			return
		}
		full, wantErr := png.Decode(bytes.NewReader(data))
		got, err := scaledpng.Decode(context.Background(), data, 2)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("got %v, image/png says %v", err, wantErr)
		}
		if err == nil {
			compare(t, got, full, 2)
		}
	})
}

// withChecksums makes the chunks' checksums right, so that changes get past them.
func withChecksums(data []byte) []byte {
	data = bytes.Clone(data)
	for at := len(signature); at+12 <= len(data); {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		if int64(at)+12+length > int64(len(data)) {
			break
		}
		end := at + 8 + int(length)
		binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[at+4:end]))
		at = end + 4
	}
	return data
}
