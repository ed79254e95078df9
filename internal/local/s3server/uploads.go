package s3server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// uploadsOf gives the lock of the uploads to an object. The gateway moves an upload away while it assembles the object, and
// meanwhile answers as if the upload were gone, or a second completion as if it were done. Amazon S3 shows the upload
// until the object is there; so whoever looks at an upload waits here until its completion is over. Objects that share a
// lock by chance only wait for each other.
func (b *backend) uploadsOf(bucket, key *string) *sync.RWMutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(aws.ToString(bucket) + "/" + aws.ToString(key))) // a hash takes every write
	return &b.uploads[h.Sum32()%uint32(len(b.uploads))]
}

func (b *backend) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	// A completion removes the folder of its object's uploads when it is empty: not while one is being begun in it.
	lock := b.uploadsOf(in.Bucket, in.Key)
	lock.RLock()
	defer lock.RUnlock()
	out, err := b.Posix.CreateMultipartUpload(request(ctx), in)
	return out, b.report("CreateMultipartUpload", err)
}

func (b *backend) UploadPart(ctx context.Context, in *awss3.UploadPartInput) (*awss3.UploadPartOutput, error) {
	// The lock is taken when the last byte has come: a client that sends slowly would hold it. By then a completion may have
	// taken the upload, and the gateway would bring its folder back to life with this one part in it. And before an upload
	// is said to be gone, a completion that may have taken it comes to its end, so that whoever hears of it finds the
	// object.
	lock := b.uploadsOf(in.Bucket, in.Key)
	body := &upload{Reader: in.Body, left: aws.ToInt64(in.ContentLength), lock: lock.RLocker(), complete: func() error {
		return b.uploadExists(in.Bucket, in.Key, in.UploadId)
	}}
	in.Body = body
	out, err := b.filesOf(in.Bucket).UploadPart(request(ctx), in)
	body.unlock()
	if err != nil {
		lock.RLock()
		defer lock.RUnlock()
	}
	return out, b.report("UploadPart", err)
}

// uploadExists gives S3's error for an upload that is not there. It looks where the gateway keeps an upload's parts:
// asking it for them takes the longer the more there are.
func (b *backend) uploadExists(bucket, key, uploadID *string) error {
	id := aws.ToString(uploadID)
	info, err := os.Stat(filepath.Join(b.root, aws.ToString(bucket), uploadFolder(key, uploadID)))
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() || filepath.Base(id) != id:
		return s3err.GetAPIError(s3err.ErrNoSuchUpload)
	case err != nil:
		return err
	}
	return nil
}

// uploadFolder is where the gateway keeps the parts of an upload, each in a file that is named after its number, below the
// folder of the bucket.
func uploadFolder(key, uploadID *string) string {
	object := sha256.Sum256([]byte(aws.ToString(key)))
	return filepath.Join(posix.MetaTmpMultipartDir, hex.EncodeToString(object[:]), filepath.Base(aws.ToString(uploadID)))
}

func (b *backend) ListParts(ctx context.Context, in *awss3.ListPartsInput) (s3response.ListPartsResult, error) {
	lock := b.uploadsOf(in.Bucket, in.Key)
	lock.RLock()
	defer lock.RUnlock()
	out, err := b.Posix.ListParts(request(ctx), in)
	return out, b.report("ListParts", err)
}

func (b *backend) ListMultipartUploads(ctx context.Context, in *awss3.ListMultipartUploadsInput) (s3response.ListMultipartUploadsResult, error) {
	out, err := b.Posix.ListMultipartUploads(request(ctx), in)
	return out, b.report("ListMultipartUploads", err)
}

func (b *backend) AbortMultipartUpload(ctx context.Context, in *awss3.AbortMultipartUploadInput) error {
	lock := b.uploadsOf(in.Bucket, in.Key)
	lock.Lock()
	defer lock.Unlock()
	return b.report("AbortMultipartUpload", b.Posix.AbortMultipartUpload(request(ctx), in))
}

// CompleteMultipartUpload refuses an upload that is not there. The gateway would answer with success, and an ETag that it
// computes from the request, whenever an object of that key exists.
func (b *backend) CompleteMultipartUpload(ctx context.Context, in *awss3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	ctx = request(ctx)
	lock := b.uploadsOf(in.Bucket, in.Key)
	lock.Lock()
	defer lock.Unlock()
	if err := b.uploadExists(in.Bucket, in.Key, in.UploadId); err != nil {
		return s3response.CompleteMultipartUploadResult{}, "", b.report("CompleteMultipartUpload", err)
	}
	out, version, err := b.filesOf(in.Bucket).CompleteMultipartUpload(ctx, in)
	if err != nil {
		return out, version, b.report("CompleteMultipartUpload", err)
	}
	b.created(ctx, aws.ToString(in.Bucket), aws.ToString(in.Key))
	return out, version, nil
}

// inProgress ends the name of an upload's folder while the object is assembled, as versitygw has it: the name is then
// {upload}.{etag}.inprogress.
const inProgress = ".inprogress"

// resumeUploads gives uploads back their names whose completion a crash cut off: parts are only copied, so they are whole
// and can be completed again. Without this they would be out of reach for ever.
func (b *backend) resumeUploads(bucket string) error {
	begun, err := filepath.Glob(filepath.Join(b.root, bucket, posix.MetaTmpMultipartDir, "*", "*"+inProgress))
	if err != nil {
		return fmt.Errorf("s3server: look for unfinished uploads: %w", err)
	}
	for _, path := range begun {
		folder, name := filepath.Split(path)
		id, _, _ := strings.Cut(name, ".")
		object, err := filepath.Rel(filepath.Join(b.root, bucket), folder)
		if err != nil {
			return fmt.Errorf("s3server: resume upload %s: %w", id, err)
		}
		err = errors.Join(
			os.Rename(path, filepath.Join(folder, id)),
			b.metadata.RenameObject(bucket, filepath.Join(object, name), filepath.Join(object, id)),
		)
		if err != nil {
			return fmt.Errorf("s3server: resume upload %s: %w", id, err)
		}
	}
	return nil
}
