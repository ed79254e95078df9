package photostest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"pam/internal/photos"
)

// Inspector checks the contract of photos.Inspector.
func Inspector(t *testing.T, inspector photos.Inspector) {
	gradient := func(width, height int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
			}
		}
		return img
	}
	asJPEG := func(img image.Image) []byte {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, nil); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	asPNG := func(img image.Image) []byte {
		var out bytes.Buffer
		if err := png.Encode(&out, img); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	whole := asJPEG(gradient(640, 480))

	for _, c := range []struct {
		name, reason, contentType string
		data                      []byte
		width, height             int
		thumbnail                 image.Point
	}{
		{"JPEG", "the usual photo", "image/jpeg", whole, 640, 480, image.Pt(512, 384)},
		{"PNG", "the other kind that is taken", "image/png", asPNG(gradient(300, 600)), 300, 600, image.Pt(256, 512)},
		{"Smallest", "a thumbnail is never enlarged", "image/jpeg", asJPEG(gradient(photos.MinPhotoSide, photos.MinPhotoSide)), photos.MinPhotoSide, photos.MinPhotoSide, image.Pt(photos.MinPhotoSide, photos.MinPhotoSide)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := inspector.Inspect(t.Context(), c.data, c.contentType)
			if err != nil {
				t.Fatalf("%s: %v", c.reason, err)
			}
			if got.Width != c.width || got.Height != c.height || got.Image.Bounds().Size() != image.Pt(c.width, c.height) || got.TakenAt != "" {
				t.Errorf("%s: %d x %d, image %v, taken %q", c.reason, got.Width, got.Height, got.Image.Bounds(), got.TakenAt)
			}
			small, err := jpeg.DecodeConfig(bytes.NewReader(got.Thumbnail))
			if err != nil || image.Pt(small.Width, small.Height) != c.thumbnail {
				t.Errorf("%s: thumbnail %d x %d, %v", c.reason, small.Width, small.Height, err)
			}
		})
	}
	for _, c := range []struct {
		name, reason, contentType string
		data                      []byte
		code                      photos.RejectionCode
	}{
		{"Empty", "nothing is no image", "image/jpeg", nil, photos.NotAnImage},
		{"Text", "text is no image", "image/jpeg", []byte("I am not a photo at all, not even a little"), photos.NotAnImage},
		{"OtherType", "what the upload said must be true", "image/png", whole, photos.TypeMismatch},
		{"Cut", "half a photo is none", "image/jpeg", whole[:len(whole)/2], photos.Truncated},
		{"Narrow", "one short side is enough", "image/jpeg", asJPEG(gradient(640, photos.MinPhotoSide-1)), photos.TooSmall},
		{"Huge", "the limit is in pixels, whatever the file's size", "image/png", claiming(asPNG(image.NewGray(image.Rect(0, 0, 100, 100))), 8000, 6251), photos.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := inspector.Inspect(t.Context(), c.data, c.contentType)
			var r *photos.Rejection
			if !errors.As(err, &r) || r.Code != c.code || r.Message == "" {
				t.Errorf("got %v, want %s: %s", err, c.code, c.reason)
			}
		})
	}
	t.Run("Cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var r *photos.Rejection
		if _, err := inspector.Inspect(ctx, whole, "image/jpeg"); err == nil || errors.As(err, &r) {
			t.Errorf("a call whose context has ended must not decide anything about the photo: %v", err)
		}
	})
}

// claiming gives a PNG whose header claims another size than its data have: a size is to be judged before anything is
// decoded.
func claiming(data []byte, width, height uint32) []byte {
	const header = 16 // of the signature and the name of the first chunk, behind which width and height stand
	binary.BigEndian.PutUint32(data[header:], width)
	binary.BigEndian.PutUint32(data[header+4:], height)
	const end = header + 13
	binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[12:end]))
	return data
}
