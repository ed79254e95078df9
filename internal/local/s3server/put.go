package s3server

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// PutObject writes an object, and emits its event if it is a photo.
func (b *backend) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	ctx = request(ctx)
	bucket, key := aws.ToString(in.Bucket), aws.ToString(in.Key)
	out, err := b.put(ctx, bucket, key, in)
	if err != nil {
		return out, b.report("PutObject", err)
	}
	b.created(ctx, bucket, key)
	return out, nil
}

// put writes an object. In the storage bucket it is on disk when put returns, so that a power cut takes no photo whose
// upload was answered; the gateway leaves that to the operating system.
//
// The gateway removes a folder with the last file in it, and fails a write that finds its folder removed halfway. So
// nothing is deleted from the moment the bytes have come, when the gateway makes the folder, until the file is in it.
func (b *backend) put(ctx context.Context, bucket, key string, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	body := &upload{Reader: in.Body, left: aws.ToInt64(in.ContentLength), lock: b.folders.RLocker()}
	defer body.unlock()
	in.Body = body
	if bucket != StorageBucket {
		return b.filesOf(in.Bucket).PutObject(ctx, in)
	}
	out, err := b.PutObjectWithPostFunc(ctx, in, (*os.File).Sync)
	if err != nil {
		return out, err
	}
	// The name of the file, and its metadata with it.
	folder, err := os.Open(filepath.Join(b.root, bucket, filepath.FromSlash(path.Dir(key))))
	if err != nil {
		return out, err
	}
	return out, errors.Join(folder.Sync(), folder.Close())
}

// upload is the body of a PUT. It fails when the client breaks off, as the gateway stores what it got when the request
// carries no checksum, and it takes the lock when the last byte has come.
type upload struct {
	io.Reader
	left     int64 // bytes that the client has announced and not sent yet
	lock     sync.Locker
	locked   bool
	complete func() error // called under the lock; its error ends the upload; nil for none
}

// The gateway looks for this interface to find checksums that follow the body. What has none gives an empty algorithm.
var _ middlewares.ChecksumReader = (*upload)(nil)

func (u *upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	u.left -= int64(n)
	if errors.Is(err, io.EOF) {
		if u.left > 0 {
			return n, s3err.GetAPIError(s3err.ErrIncompleteBody)
		}
		if !u.locked {
			u.locked = true
			u.lock.Lock()
			if u.complete != nil {
				if gone := u.complete(); gone != nil {
					return n, gone
				}
			}
		}
	}
	return n, err
}

func (u *upload) unlock() {
	if u.locked {
		u.lock.Unlock()
	}
}

func (u *upload) Algorithm() string {
	if r, ok := u.Reader.(middlewares.ChecksumReader); ok {
		return r.Algorithm()
	}
	return ""
}

func (u *upload) Checksum() string {
	if r, ok := u.Reader.(middlewares.ChecksumReader); ok {
		return r.Checksum()
	}
	return ""
}
