package imaging

import (
	"errors"
	"image"
	"testing"

	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

func TestInspectorSpeaksTheDomainsLanguage(t *testing.T) {
	whole := encodeJPEG(t, rgbQuadrants(1000, 500))
	sof := "\xff\xc0\x00\x11\x08\x01\xf4\x03\xe8"
	tests := []struct {
		name, reason string
		data         []byte
		contentType  string
		code         photos.RejectionCode // empty: accepted
	}{
		{"photo", "a good photo is accepted", whole, "image/jpeg", ""},
		{"text", "not an image", []byte("text"), "image/jpeg", photos.NotAnImage},
		{"other type", "announced as something else", whole, "image/png", photos.TypeMismatch},
		{"cut", "half a photo", whole[:len(whole)/2], "image/jpeg", photos.Truncated},
		{"too large", "50,000,001 pixels or more: 65535 x 65535", patched(t, whole, sof, "\xff\xc0\x00\x11\x08\xff\xff\xff\xff"), "image/jpeg", photos.TooLarge},
		{"too small", "79 pixels", encodeJPEG(t, rgbQuadrants(79, 79)), "image/jpeg", photos.TooSmall},
		{"lossless", "a JPEG of another kind", patched(t, whole, sof, "\xff\xc3\x00\x11\x08\x01\xf4\x03\xe8"), "image/jpeg", photos.Unsupported},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Inspector{}.Inspect(t.Context(), tt.data, tt.contentType)
			if tt.code == "" {
				if err != nil {
					t.Fatalf("%s: %v", tt.reason, err)
				}
				if got.Width != 1000 || got.Height != 500 || got.Image == nil {
					t.Errorf("%s: got %d x %d, %T", tt.reason, got.Width, got.Height, got.Image)
				}
				want := image.Pt(photos.ThumbnailSide, photos.ThumbnailSide/2)
				if thumb := decodeThumbnail(t, got.Thumbnail).Bounds().Size(); thumb != want {
					t.Errorf("the thumbnail is %v, want the domain's %v", thumb, want)
				}
				return
			}
			var r *photos.Rejection
			if !errors.As(err, &r) || r.Code != tt.code || r.Message == "" {
				t.Errorf("%s: got %v, want the code %s with a message", tt.reason, err, tt.code)
			}
		})
	}
}

func TestInspectorConformance(t *testing.T) { photostest.Inspector(t, Inspector{}) }
