package s3server

import (
	"context"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3response"
)

// The gateway asks for the rules of a bucket before it begins with a request. It has to get them also for a request that
// came just before a shutdown began: that is one of those to be finished.

//nolint:revive // the gateway's name
func (b *backend) GetBucketAcl(ctx context.Context, in *awss3.GetBucketAclInput) ([]byte, error) {
	return b.Posix.GetBucketAcl(request(ctx), in)
}

func (b *backend) GetBucketPolicy(ctx context.Context, bucket string) ([]byte, error) {
	return b.Posix.GetBucketPolicy(request(ctx), bucket)
}

func (b *backend) GetBucketCors(ctx context.Context, bucket string) ([]byte, error) {
	return b.Posix.GetBucketCors(request(ctx), bucket)
}

func (b *backend) GetBucketVersioning(ctx context.Context, bucket string) (s3response.GetBucketVersioningOutput, error) {
	return b.Posix.GetBucketVersioning(request(ctx), bucket)
}

func (b *backend) GetObjectLockConfiguration(ctx context.Context, bucket string) ([]byte, error) {
	return b.Posix.GetObjectLockConfiguration(request(ctx), bucket)
}
