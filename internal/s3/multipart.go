package s3

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pam/internal/photos"
)

// CreateUpload begins an upload whose parts carry CRC-32: S3 takes a part's checksum only when the upload was begun with
// that algorithm. The object's checksum is that of all its bytes, which S3 combines from those of the parts. The other
// kind, a checksum of checksums, will not do: with it S3 refuses part numbers that have gaps ("Checking object integrity
// for data uploads" in the S3 user guide), and an archive leaves the numbers of parts out that fell short.
func (s *Objects) CreateUpload(ctx context.Context, o photos.Object, contentType string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket:            aws.String(s.buckets.name(o.Bucket)),
		Key:               aws.String(o.Key),
		ContentType:       aws.String(contentType),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
		ChecksumType:      types.ChecksumTypeFullObject,
	})
	if err != nil {
		return "", wrap(err, "create upload", o)
	}
	return aws.ToString(out.UploadId), nil
}

// UploadPart sends one part.
func (s *Objects) UploadPart(ctx context.Context, o photos.Object, uploadID string, number int, body []byte, crc32 uint32) (string, error) {
	if number < 1 || number > photos.MaxParts {
		return "", fmt.Errorf("s3: upload part: number %d, want 1 to %d", number, photos.MaxParts)
	}
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	out, err := s.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket:        aws.String(s.buckets.name(o.Bucket)),
		Key:           aws.String(o.Key),
		UploadId:      aws.String(uploadID),
		PartNumber:    aws.Int32(int32(number)),
		ContentLength: aws.Int64(int64(len(body))),
		ChecksumCRC32: aws.String(encodeCRC32(crc32)),
		Body:          bytes.NewReader(body),
	}, unsignedPayload)
	if err != nil {
		return "", wrap(err, fmt.Sprintf("upload part %d of", number), o)
	}
	return aws.ToString(out.ETag), nil
}

// CopyPart has S3 copy a part from another object.
func (s *Objects) CopyPart(ctx context.Context, o photos.Object, uploadID string, number int, from photos.Object, offset, length int64, ifMatch string) (string, photos.Checksum, error) {
	if number < 1 || number > photos.MaxParts {
		return "", photos.Checksum{}, fmt.Errorf("s3: copy part: number %d, want 1 to %d", number, photos.MaxParts)
	}
	if offset < 0 || length < 1 || ifMatch == "" {
		return "", photos.Checksum{}, fmt.Errorf("s3: copy part: %d bytes from %d of the object with ETag %q", length, offset, ifMatch)
	}
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	out, err := s.client.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
		Bucket:            aws.String(s.buckets.name(o.Bucket)),
		Key:               aws.String(o.Key),
		UploadId:          aws.String(uploadID),
		PartNumber:        aws.Int32(int32(number)),
		CopySource:        aws.String(copySource(s.buckets.name(from.Bucket), from.Key)),
		CopySourceRange:   aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)),
		CopySourceIfMatch: aws.String(ifMatch),
	})
	if err != nil {
		return "", photos.Checksum{}, wrap(err, fmt.Sprintf("copy part %d from %s to", number, from.Key), o)
	}
	if out.CopyPartResult == nil {
		return "", photos.Checksum{}, fmt.Errorf("s3: copy part %d of %s: an answer without a result", number, o.Key)
	}
	return aws.ToString(out.CopyPartResult.ETag), decodeCRC32(out.CopyPartResult.ChecksumCRC32), nil
}

// copySource is the form of x-amz-copy-source: bucket and key, URL-encoded but for the slashes. Source: UploadPartCopy in
// the S3 API reference.
func copySource(bucket, key string) string {
	return bucket + "/" + strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(key))
}

// ListParts gives all parts of an upload.
func (s *Objects) ListParts(ctx context.Context, o photos.Object, uploadID string) ([]photos.UploadedPart, error) {
	stored, err := s.storedParts(ctx, o, uploadID)
	if err != nil {
		return nil, err
	}
	parts := make([]photos.UploadedPart, len(stored))
	for i, part := range stored {
		parts[i] = photos.UploadedPart{
			Number:   int(aws.ToInt32(part.PartNumber)),
			ETag:     aws.ToString(part.ETag),
			Size:     aws.ToInt64(part.Size),
			Checksum: decodeCRC32(part.ChecksumCRC32),
		}
	}
	return parts, nil
}

// storedParts reads every page of the list of parts.
func (s *Objects) storedParts(ctx context.Context, o photos.Object, uploadID string) ([]types.Part, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	pages := s3.NewListPartsPaginator(s.client, &s3.ListPartsInput{
		Bucket:   aws.String(s.buckets.name(o.Bucket)),
		Key:      aws.String(o.Key),
		UploadId: aws.String(uploadID),
	})
	var parts []types.Part
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, wrap(err, "list parts of", o)
		}
		parts = append(parts, page.Parts...)
	}
	return parts, nil
}

// CompleteUpload makes the object, and has S3 compare its CRC-32 with what follows from those of the parts. It reads the list of parts first, for two reasons: S3 wants each part's checksum said
// again, which callers need not keep; and S3 answers a second completion of an upload with success for a while, although
// the upload is gone, where the port promises NotFound.
func (s *Objects) CompleteUpload(ctx context.Context, o photos.Object, uploadID string, parts []photos.UploadedPart) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	stored, err := s.storedParts(ctx, o, uploadID)
	if err != nil {
		return "", err
	}
	completed, err := match(stored, parts)
	if err != nil {
		return "", err
	}
	out, err := s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		ChecksumCRC32:   wholeCRC32(parts),
		Bucket:          aws.String(s.buckets.name(o.Bucket)),
		Key:             aws.String(o.Key),
		UploadId:        aws.String(uploadID),
		ChecksumType:    types.ChecksumTypeFullObject,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: completed},
	})
	if code, _ := codeOf(err); code == "BadDigest" {
		return "", &photos.Error{Code: photos.Conflict, Message: "the parts are not as described", Err: wrap(err, "complete upload of", o)}
	}
	if err != nil {
		return "", wrap(err, "complete upload of", o)
	}
	return aws.ToString(out.ETag), nil
}

// wholeCRC32 is the CRC-32 of the object that the parts make, nil where it does not follow from theirs.
func wholeCRC32(parts []photos.UploadedPart) *string {
	sum := photos.ChecksumOf(parts)
	if !sum.Known {
		return nil
	}
	return aws.String(encodeCRC32(sum.CRC32))
}

// match finds each wanted part among the stored ones, and gives the list to complete with.
func match(stored []types.Part, wanted []photos.UploadedPart) ([]types.CompletedPart, error) {
	if len(wanted) == 0 {
		return nil, photos.Errorf(photos.Conflict, "an upload of no parts cannot be completed")
	}
	byNumber := make(map[int]types.Part, len(stored))
	for _, part := range stored {
		byNumber[int(aws.ToInt32(part.PartNumber))] = part
	}
	completed := make([]types.CompletedPart, len(wanted))
	for i, part := range wanted {
		if i > 0 && part.Number <= wanted[i-1].Number {
			return nil, photos.Errorf(photos.Conflict, "part %d comes after part %d", part.Number, wanted[i-1].Number)
		}
		have, ok := byNumber[part.Number]
		if !ok || aws.ToString(have.ETag) != part.ETag {
			return nil, photos.Errorf(photos.Conflict, "part %d is not there as described", part.Number)
		}
		completed[i] = types.CompletedPart{
			PartNumber:    have.PartNumber,
			ETag:          have.ETag,
			ChecksumCRC32: have.ChecksumCRC32,
		}
	}
	return completed, nil
}

// AbortUpload drops an upload.
func (s *Objects) AbortUpload(ctx context.Context, o photos.Object, uploadID string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket:   aws.String(s.buckets.name(o.Bucket)),
		Key:      aws.String(o.Key),
		UploadId: aws.String(uploadID),
	})
	if err = wrap(err, "abort upload of", o); photos.CodeOf(err) == photos.NotFound {
		return nil
	}
	return err
}

// ListUploads gives uploads that are under way.
func (s *Objects) ListUploads(ctx context.Context, bucket photos.Bucket, prefix string, limit int) ([]photos.Upload, error) {
	if limit < 1 || limit > maxKeys {
		return nil, fmt.Errorf("s3: list uploads: limit %d, want 1 to %d", limit, maxKeys)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	input := &s3.ListMultipartUploadsInput{
		Bucket: aws.String(s.buckets.name(bucket)),
		Prefix: aws.String(prefix),
	}
	var uploads []photos.Upload
	for len(uploads) < limit {
		input.MaxUploads = aws.Int32(int32(limit - len(uploads)))
		out, err := s.client.ListMultipartUploads(ctx, input)
		if err != nil {
			return nil, wrap(err, "list uploads", photos.Object{Bucket: bucket, Key: prefix})
		}
		for _, upload := range out.Uploads {
			uploads = append(uploads, photos.Upload{
				Object:  photos.Object{Bucket: bucket, Key: aws.ToString(upload.Key)},
				ID:      aws.ToString(upload.UploadId),
				Started: aws.ToTime(upload.Initiated).UTC(),
			})
		}
		if !aws.ToBool(out.IsTruncated) {
			break
		}
		input.KeyMarker, input.UploadIdMarker = out.NextKeyMarker, out.NextUploadIdMarker
	}
	return uploads, nil
}
