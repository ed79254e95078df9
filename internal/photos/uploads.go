package photos

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Rules of an upload.
const (
	MaxUploadsAtOnce = 100
	MaxFileNameBytes = 255
	// UploadLife is how long a signed upload works.
	UploadLife = 15 * time.Minute
	// PendingLife is how long a photo whose bytes have not come is kept: the life of its URL and 14 days.
	PendingLife = UploadLife + 14*24*time.Hour
)

// UploadInput describes a file that is to be uploaded, as its client sees it.
type UploadInput struct {
	FileName    string
	ContentType string
	Size        int
	CRC32       string  // base64 of the four bytes, highest first
	SHA256      *string // hex; nil where the client does not know it
}

// BegunUpload is a recorded photo and the request that sends its bytes. Of a file that the owner has already, Photo is
// that photo, Duplicate is true and there is nothing to send.
type BegunUpload struct {
	Photo     Photo
	Duplicate bool
	Request   SignedRequest
	ExpiresAt time.Time
}

// UploadOutcome is the answer to one of several files: one of the two is set.
type UploadOutcome struct {
	Upload *BegunUpload
	Err    *Error
}

// BeginUpload records a photo as PENDING and signs the request that sends its bytes.
func (l *Library) BeginUpload(ctx context.Context, owner Owner, in UploadInput) (BegunUpload, error) {
	out, err := l.beginUploads(ctx, owner, []UploadInput{in}, func(int) string { return "input" })
	if err != nil {
		return BegunUpload{}, err
	}
	if out[0].Err != nil {
		return BegunUpload{}, out[0].Err
	}
	return *out[0].Upload, nil
}

// BeginUploads does the same for 1 to MaxUploadsAtOnce files. A file that breaks a rule fails alone; answers are in the
// order of the inputs.
func (l *Library) BeginUploads(ctx context.Context, owner Owner, inputs []UploadInput) ([]UploadOutcome, error) {
	if len(inputs) < 1 || len(inputs) > MaxUploadsAtOnce {
		return nil, BadInput("inputs", "must hold 1 to %d files, not %d", MaxUploadsAtOnce, len(inputs))
	}
	return l.beginUploads(ctx, owner, inputs, func(i int) string { return fmt.Sprintf("inputs[%d]", i) })
}

func (l *Library) beginUploads(ctx context.Context, owner Owner, inputs []UploadInput, field func(int) string) ([]UploadOutcome, error) {
	now := l.now()
	outcomes := make([]UploadOutcome, len(inputs))
	begun := make([]Photo, 0, len(inputs))
	for i, in := range inputs {
		photo, err := in.photo(field(i))
		if err != nil {
			outcomes[i].Err = err
			continue
		}
		if in.SHA256 != nil {
			twin, err := l.Catalog.LabelledPhotoBySHA256(ctx, owner, strings.ToLower(*in.SHA256))
			switch {
			case err == nil:
				outcomes[i].Upload = &BegunUpload{Photo: twin, Duplicate: true}
				continue
			case CodeOf(err) != NotFound:
				return nil, fmt.Errorf("look for a photo with the same bytes: %w", err)
			}
		}
		photo.Owner, photo.ID, photo.UploadedAt, photo.ExpiresAt = owner, l.NewID(now), now, now.Add(PendingLife)
		begun = append(begun, photo)
		outcomes[i].Upload = &BegunUpload{Photo: photo, ExpiresAt: now.Add(UploadLife)}
	}
	if len(begun) == 0 {
		return outcomes, nil
	}
	// The record comes before the signature: bytes that arrive always find their photo.
	if err := l.Catalog.AddPhotos(ctx, begun); err != nil {
		return nil, fmt.Errorf("record the photos: %w", err)
	}
	for i := range outcomes {
		up := outcomes[i].Upload
		if up == nil || up.Duplicate {
			continue
		}
		terms := UploadTerms{ContentType: up.Photo.ContentType, Size: up.Photo.Size, CRC32: up.Photo.CRC32}
		var err error
		if up.Request, err = l.Objects.SignUpload(ctx, Object{StorageBucket, up.Photo.Key()}, terms, UploadLife); err != nil {
			return nil, fmt.Errorf("sign an upload: %w", err)
		}
	}
	return outcomes, nil
}

// photo checks the rules of an upload and gives the photo that it describes.
func (in UploadInput) photo(field string) (Photo, *Error) {
	bad := func(name, format string, args ...any) (Photo, *Error) {
		return Photo{}, BadInput(field+"."+name, format, args...)
	}
	switch n := len(in.FileName); {
	case n < 1 || n > MaxFileNameBytes:
		return bad("fileName", "must have 1 to %d bytes of UTF-8, not %d", MaxFileNameBytes, n)
	case !utf8.ValidString(in.FileName):
		return bad("fileName", "must be valid UTF-8")
	case strings.ContainsFunc(in.FileName, unicode.IsControl):
		return bad("fileName", "must not contain control characters")
	}
	if in.ContentType != "image/jpeg" && in.ContentType != "image/png" {
		return bad("contentType", "must be image/jpeg or image/png")
	}
	if in.Size < 1 || in.Size > MaxPhotoBytes {
		return bad("size", "must be 1 to %d bytes, not %d", MaxPhotoBytes, in.Size)
	}
	crc, err := ParseCRC32(in.CRC32)
	if err != nil {
		return bad("crc32", "%s", err)
	}
	if in.SHA256 != nil {
		if b, err := hex.DecodeString(*in.SHA256); err != nil || len(b) != 32 {
			return bad("sha256", "must be 64 hex digits; these are %d bytes", len(*in.SHA256))
		}
	}
	return Photo{
		FileName: in.FileName, ContentType: in.ContentType, Size: int64(in.Size), CRC32: crc, Status: Pending,
	}, nil
}

// ParseCRC32 reads a CRC-32 in the form of S3's x-amz-checksum-crc32: base64 of its four bytes, highest first.
func ParseCRC32(s string) (uint32, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != 4 {
		return 0, errors.New("must be base64 of four bytes, highest first, such as \"yZRlqg==\"")
	}
	return binary.BigEndian.Uint32(b), nil
}
