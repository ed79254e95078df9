package s3server

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	gateway "github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"

	"pam/internal/photos"
	"pam/internal/s3event"
)

// backend is versitygw's posix backend with what PAM needs on top: events about new photos, completions that behave as
// on Amazon S3, requests that a shutdown does not break off, and errors that go to our log.
type backend struct {
	*posix.Posix
	working  *posix.Posix // the same files, see filesOf
	root     string
	metadata meta.MetadataStorer
	emit     func(ctx context.Context, event []byte) error
	log      *slog.Logger
	uploads  [64]sync.RWMutex // by object, see uploadsOf
	folders  sync.RWMutex     // read by who puts a file into a folder, written by who deletes files, see put
}

var _ gateway.Backend = (*backend)(nil)

// filesOf gives the backend that writes to a bucket. ETags of the working bucket are made from checksums that are there
// anyway: an MD5 of each part of an archive, copied ones too, takes more than half of the server's time for it. Photos keep
// MD5, so that an ETag in the catalog stands for the bytes.
func (b *backend) filesOf(bucket *string) *posix.Posix {
	if aws.ToString(bucket) == WorkingBucket {
		return b.working
	}
	return b.Posix
}

// emitTimeout bounds how long an upload waits for its event to be taken.
const emitTimeout = 10 * time.Second

// request is the context for the backend: the gateway's is cancelled the moment a shutdown begins, although requests
// under way are to be finished.
func request(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// report logs an error that is not an answer of S3, and gives the one that is sent instead.
func (b *backend) report(action string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[s3err.S3Error](err); ok {
		return err
	}
	b.log.Error("s3server: request failed", "action", action, "error", err)
	return s3err.GetAPIError(s3err.ErrInternalError)
}

// created emits the event for a new object if it is a photo.
func (b *backend) created(ctx context.Context, bucket, key string) {
	if b.emit == nil || bucket != StorageBucket || !strings.HasPrefix(key, photos.PhotoPrefix) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, emitTimeout)
	defer cancel()
	err := func() error {
		head, err := b.Posix.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: &bucket, Key: &key})
		if err != nil {
			return err
		}
		event, err := s3event.EncodeCreated(bucket, key, aws.ToInt64(head.ContentLength), aws.ToString(head.ETag), aws.ToTime(head.LastModified))
		if err != nil {
			return err
		}
		return b.emit(ctx, event)
	}()
	if err != nil {
		b.log.Error("s3server: event lost, the sweeper will find the photo", "key", key, "error", err)
	}
}

func (b *backend) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	ctx = request(ctx)
	out, err := b.Posix.CopyObject(ctx, in)
	if err != nil {
		return out, b.report("CopyObject", err)
	}
	b.created(ctx, aws.ToString(in.Bucket), aws.ToString(in.Key))
	return out, nil
}

func (b *backend) GetObject(ctx context.Context, in *awss3.GetObjectInput) (*awss3.GetObjectOutput, error) {
	out, err := b.Posix.GetObject(request(ctx), in)
	return out, b.report("GetObject", err)
}

func (b *backend) HeadObject(ctx context.Context, in *awss3.HeadObjectInput) (*awss3.HeadObjectOutput, error) {
	out, err := b.Posix.HeadObject(request(ctx), in)
	return out, b.report("HeadObject", err)
}

func (b *backend) ListObjectsV2(ctx context.Context, in *awss3.ListObjectsV2Input) (s3response.ListObjectsV2Result, error) {
	out, err := b.Posix.ListObjectsV2(request(ctx), in)
	return out, b.report("ListObjectsV2", err)
}

func (b *backend) DeleteObject(ctx context.Context, in *awss3.DeleteObjectInput) (*awss3.DeleteObjectOutput, error) {
	b.folders.Lock()
	defer b.folders.Unlock()
	out, err := b.Posix.DeleteObject(request(ctx), in)
	return out, b.report("DeleteObject", err)
}

func (b *backend) DeleteObjects(ctx context.Context, in *awss3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	b.folders.Lock()
	defer b.folders.Unlock()
	out, err := b.Posix.DeleteObjects(request(ctx), in)
	return out, b.report("DeleteObjects", err)
}
