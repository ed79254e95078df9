package s3

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pam/internal/photos"
)

// minLife and maxLife bound how long a signed request works. Source: X-Amz-Expires in "Authenticating requests: using
// query parameters" of the S3 API reference.
const (
	minLife = time.Second
	maxLife = 7 * 24 * time.Hour
)

func checkLife(life time.Duration) error {
	if life < minLife || life > maxLife {
		return fmt.Errorf("s3: sign: a life of %v, want %v to %v", life, minLife, maxLife)
	}
	return nil
}

// SignUpload signs a PUT. Everything it pins is a signed header, so a client that leaves one out or changes it is
// refused: type, length, CRC-32, storage class, and If-None-Match: *, which makes the URL work once.
func (s *Objects) SignUpload(ctx context.Context, o photos.Object, terms photos.UploadTerms, life time.Duration) (photos.SignedRequest, error) {
	if err := checkLife(life); err != nil {
		return photos.SignedRequest{}, err
	}
	if terms.Size < 1 {
		// The SDK does not sign a length of zero, which would let any length pass.
		return photos.SignedRequest{}, fmt.Errorf("s3: sign upload: a size of %d bytes, want at least 1", terms.Size)
	}
	signed, err := s.presign.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket:        aws.String(s.buckets.name(o.Bucket)),
		Key:           aws.String(o.Key),
		ContentType:   aws.String(terms.ContentType),
		ContentLength: aws.Int64(terms.Size),
		ChecksumCRC32: aws.String(encodeCRC32(terms.CRC32)),
		IfNoneMatch:   aws.String("*"),
		StorageClass:  types.StorageClassIntelligentTiering,
	}, s3.WithPresignExpires(life))
	if err != nil {
		return photos.SignedRequest{}, wrap(err, "sign upload of", o)
	}
	request := photos.SignedRequest{Method: signed.Method, URL: signed.URL}
	for name, values := range signed.SignedHeader {
		if name := http.CanonicalHeaderKey(name); name != "Host" && name != "Content-Length" {
			request.Headers = append(request.Headers, photos.Header{Name: name, Value: strings.Join(values, ",")})
		}
	}
	slices.SortFunc(request.Headers, func(a, b photos.Header) int { return strings.Compare(a.Name, b.Name) })
	return request, nil
}

// SignDownload signs a GET.
func (s *Objects) SignDownload(ctx context.Context, o photos.Object, terms photos.DownloadTerms, life time.Duration) (string, error) {
	if err := checkLife(life); err != nil {
		return "", err
	}
	input := &s3.GetObjectInput{
		Bucket:                     aws.String(s.buckets.name(o.Bucket)),
		Key:                        aws.String(o.Key),
		ResponseContentDisposition: aws.String(disposition(terms)),
	}
	if terms.ContentType != "" {
		input.ResponseContentType = aws.String(terms.ContentType)
	}
	signed, err := s.presign.PresignGetObject(ctx, input, s3.WithPresignExpires(life))
	if err != nil {
		return "", wrap(err, "sign download of", o)
	}
	return signed.URL, nil
}

// disposition writes a Content-Disposition header (RFC 6266). The name is given twice: in ASCII for old clients, with
// "_" for what ASCII lacks or the quoted form would need to escape, and in full as RFC 8187 has it. No character of a
// hostile name can end the header or a parameter.
func disposition(terms photos.DownloadTerms) string {
	kind := "attachment"
	if terms.Inline {
		kind = "inline"
	}
	if terms.FileName == "" {
		return kind
	}
	name := strings.ToValidUTF8(terms.FileName, "\uFFFD")
	var ascii, full strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsControl(r) || r == '/' || r == '\\' || r == 0xFEFF || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp):
			// Control characters, separators and what turns the direction of writing have no place in a file name, in either
			// form.
			ascii.WriteByte('_')
			full.WriteByte('_')
			continue
		case r >= utf8.RuneSelf || r == '"' || r == '%':
			ascii.WriteByte('_')
		default:
			ascii.WriteRune(r)
		}
		for _, b := range []byte(string(r)) {
			if isAttrChar(b) {
				full.WriteByte(b)
			} else {
				fmt.Fprintf(&full, "%%%02X", b)
			}
		}
	}
	return fmt.Sprintf(`%s; filename="%s"; filename*=UTF-8''%s`, kind, ascii.String(), full.String())
}

// isAttrChar tells the bytes that RFC 8187 (section 3.2.1, attr-char) lets stand for themselves.
func isAttrChar(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0
}
