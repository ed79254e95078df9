package s3

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pam/internal/photos"
)

// maxKeys is how many keys S3 takes in one DeleteObjects, and gives in one page of a list. Source: the S3 API reference.
const maxKeys = 1000

// Head describes an object.
func (s *Objects) Head(ctx context.Context, o photos.Object) (photos.ObjectInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: aws.String(s.buckets.name(o.Bucket)),
		Key:    aws.String(o.Key),
	})
	if err != nil {
		return photos.ObjectInfo{}, wrap(err, "head", o)
	}
	return photos.ObjectInfo{
		Size:         aws.ToInt64(out.ContentLength),
		ETag:         aws.ToString(out.ETag),
		ContentType:  aws.ToString(out.ContentType),
		LastModified: aws.ToTime(out.LastModified).UTC(),
	}, nil
}

// Put writes an object. S3 checks the bytes against their CRC-32.
func (s *Objects) Put(ctx context.Context, o photos.Object, contentType string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:        aws.String(s.buckets.name(o.Bucket)),
		Key:           aws.String(o.Key),
		ContentType:   aws.String(contentType),
		ContentLength: aws.Int64(int64(len(content))),
		ChecksumCRC32: aws.String(encodeCRC32(crc32.ChecksumIEEE(content))),
		Body:          bytes.NewReader(content),
	}, unsignedPayload)
	return wrap(err, "put", o)
}

// unsignedPayload leaves the body out of the signature, which would cost a SHA-256 of every byte. The bytes are
// protected by TLS on the way to Amazon and by the CRC-32 that each such request carries and the store checks.
func unsignedPayload(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
}

// encodeCRC32 is the form of x-amz-checksum-crc32: base64 of the big-endian value.
func encodeCRC32(sum uint32) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// decodeCRC32 reads that form; nothing, or something else, is not known.
func decodeCRC32(text *string) photos.Checksum {
	sum, err := base64.StdEncoding.DecodeString(aws.ToString(text))
	if err != nil || len(sum) != 4 {
		return photos.Checksum{}
	}
	return photos.Checksum{CRC32: binary.BigEndian.Uint32(sum), Known: true}
}

// Delete deletes objects in one request.
func (s *Objects) Delete(ctx context.Context, bucket photos.Bucket, keys ...string) error {
	if len(keys) < 1 || len(keys) > maxKeys {
		return fmt.Errorf("s3: delete: %d keys, want 1 to %d", len(keys), maxKeys)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	ids := make([]types.ObjectIdentifier, len(keys))
	for i, key := range keys {
		ids[i].Key = aws.String(key)
	}
	out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: aws.String(s.buckets.name(bucket)),
		Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return wrap(err, "delete", photos.Object{Bucket: bucket, Key: keys[0]})
	}
	// The call succeeds even where a key could not be deleted: each failure is an entry of the answer.
	var failed []error
	for _, e := range out.Errors {
		if code := aws.ToString(e.Code); code != "NoSuchKey" {
			cause := fmt.Errorf("s3: delete %s %s: %s: %s", bucket, aws.ToString(e.Key), code, aws.ToString(e.Message))
			if code == "SlowDown" || code == "ServiceUnavailable" {
				cause = fmt.Errorf("%w: %w", photos.ErrBusy, cause)
			}
			failed = append(failed, cause)
		}
	}
	return errors.Join(failed...)
}

// List gives keys by prefix, in byte order.
func (s *Objects) List(ctx context.Context, bucket photos.Bucket, prefix, after string, limit int) ([]string, error) {
	if limit < 1 || limit > maxKeys {
		return nil, fmt.Errorf("s3: list: limit %d, want 1 to %d", limit, maxKeys)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	input := &s3.ListObjectsV2Input{
		Bucket: aws.String(s.buckets.name(bucket)),
		Prefix: aws.String(prefix),
	}
	if after != "" {
		input.StartAfter = aws.String(after)
	}
	var keys []string
	for len(keys) < limit { // a page may be shorter than asked for although more follow
		input.MaxKeys = aws.Int32(int32(limit - len(keys)))
		out, err := s.client.ListObjectsV2(ctx, input)
		if err != nil {
			return nil, wrap(err, "list", photos.Object{Bucket: bucket, Key: prefix})
		}
		for _, object := range out.Contents {
			keys = append(keys, aws.ToString(object.Key))
		}
		if !aws.ToBool(out.IsTruncated) {
			break
		}
		input.ContinuationToken = out.NextContinuationToken
	}
	return keys, nil
}
