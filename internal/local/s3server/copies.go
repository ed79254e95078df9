package s3server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	gateway "github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// UploadPartCopy copies a range of an object as a part of an upload into the working bucket.
//
// The gateway's own copy gives a part that is a range of its source the checksum of the whole source, so that the checksum
// of the assembled object is wrong; and it takes the MD5 of what it copies, which costs more than all the rest. A copied
// photo is to be cheaper than one that is fetched and sent.
func (b *backend) UploadPartCopy(ctx context.Context, in *awss3.UploadPartCopyInput) (s3response.CopyPartResult, error) {
	ctx = request(ctx)
	if aws.ToString(in.Bucket) != WorkingBucket { // the only one whose ETags need not be MD5, see filesOf
		return s3response.CopyPartResult{}, s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	lock := b.uploadsOf(in.Bucket, in.Key)
	lock.RLock()
	defer lock.RUnlock()
	out, err := b.copyPart(ctx, in)
	return out, b.report("UploadPartCopy", err)
}

func (b *backend) copyPart(ctx context.Context, in *awss3.UploadPartCopyInput) (none s3response.CopyPartResult, err error) {
	if err := b.uploadExists(in.Bucket, in.Key, in.UploadId); err != nil {
		return none, err
	}
	bucket, key, _, err := gateway.ParseCopySource(aws.ToString(in.CopySource)) // there are no versions
	if err != nil {
		return none, err
	}
	source, err := b.Posix.GetObject(ctx, &awss3.GetObjectInput{
		Bucket: &bucket, Key: &key, Range: emptyToNil(in.CopySourceRange),
		IfMatch: in.CopySourceIfMatch, IfNoneMatch: in.CopySourceIfNoneMatch,
		IfModifiedSince: in.CopySourceIfModifiedSince, IfUnmodifiedSince: in.CopySourceIfUnmodifiedSince,
	})
	if err != nil {
		return none, err
	}
	defer source.Body.Close()
	if err := checkCopyRange(in, source); err != nil {
		return none, err
	}
	part := filepath.Join(uploadFolder(in.Key, in.UploadId), strconv.Itoa(int(aws.ToInt32(in.PartNumber))))
	sum, err := b.writePart(part, source.Body)
	if err != nil {
		return none, fmt.Errorf("copy into part %s: %w", part, err)
	}
	return s3response.CopyPartResult{ETag: aws.String(copyETag(sum)), LastModified: time.Now().UTC(), ChecksumCRC32: &sum}, nil
}

// writePart writes a part's file as the gateway does, with its ETag and checksum, and gives the CRC-32. Uploads of PAM are
// all begun with CRC-32. The file has another name until it is whole; what a crash leaves goes with the upload's folder.
func (b *backend) writePart(part string, body io.Reader) (sum string, err error) {
	path := filepath.Join(b.root, WorkingBucket, part)
	file, err := os.CreateTemp(filepath.Dir(path), "copy-")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	hash := crc32.NewIEEE()
	if _, err := io.CopyBuffer(onlyWriter{file}, io.TeeReader(body, hash), make([]byte, 256<<10)); err != nil {
		return "", err
	}
	sum = base64.StdEncoding.EncodeToString(hash.Sum(nil))
	checksums, err := json.Marshal(s3response.Checksum{Algorithm: types.ChecksumAlgorithmCrc32, CRC32: &sum})
	if err != nil {
		return "", err
	}
	// The names are those of the gateway's posix backend.
	if err := b.metadata.StoreAttribute(file, WorkingBucket, part, "checksums", checksums); err != nil {
		return "", err
	}
	if err := b.metadata.StoreAttribute(file, WorkingBucket, part, "etag", []byte(copyETag(sum))); err != nil {
		return "", err
	}
	return sum, os.Rename(file.Name(), path)
}

// onlyWriter hides that a file can read from others by itself, which goes by smaller pieces when they are not files.
type onlyWriter struct{ io.Writer }

// copyETag is the form of the gateway's ETags that are made from checksums.
func copyETag(sum string) string { return `"CRC32-` + sum + `"` }

// checkCopyRange refuses a range that reaches beyond the source, of which a GET gives what there is.
func checkCopyRange(in *awss3.UploadPartCopyInput, source *awss3.GetObjectOutput) error {
	if aws.ToString(in.CopySourceRange) == "" {
		return nil
	}
	size := aws.ToInt64(source.ContentLength)
	if _, total, ok := strings.Cut(aws.ToString(source.ContentRange), "/"); ok {
		var err error
		if size, err = strconv.ParseInt(total, 10, 64); err != nil {
			return fmt.Errorf("range %q of the source: %w", aws.ToString(source.ContentRange), err)
		}
	}
	_, _, err := gateway.ParseCopySourceRange(size, *in.CopySourceRange)
	return err
}

func emptyToNil(s *string) *string {
	if aws.ToString(s) == "" {
		return nil
	}
	return s
}
