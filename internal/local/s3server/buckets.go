package s3server

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3err"
)

// prepare makes the two buckets where they are not there yet, sets their CORS rules, and resumes what a crash cut off.
func (b *backend) prepare(ctx context.Context, owner string, origins []string) error {
	for _, bucket := range []string{StorageBucket, WorkingBucket} {
		if err := b.ensureBucket(ctx, bucket, owner); err != nil {
			return fmt.Errorf("s3server: bucket %s: %w", bucket, err)
		}
		if err := b.allowOrigins(ctx, bucket, origins); err != nil {
			return fmt.Errorf("s3server: CORS of bucket %s: %w", bucket, err)
		}
		if err := b.resumeUploads(bucket); err != nil {
			return err
		}
	}
	return nil
}

func (b *backend) ensureBucket(ctx context.Context, bucket, owner string) error {
	_, err := b.HeadBucket(ctx, &awss3.HeadBucketInput{Bucket: &bucket})
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[s3err.S3Error](err); !ok || known.StatusCode() != http.StatusNotFound {
		return err
	}
	acl, err := json.Marshal(auth.ACL{Owner: owner}) // no grantees: nobody but the owner
	if err != nil {
		return err
	}
	return b.CreateBucket(ctx, &awss3.CreateBucketInput{
		Bucket:                    &bucket,
		ObjectOwnership:           types.ObjectOwnershipBucketOwnerEnforced,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{}, // the gateway reads it unasked
	}, acl)
}

// allowOrigins lets pages of these origins upload and download, as the CORS rules of the buckets in production do.
func (b *backend) allowOrigins(ctx context.Context, bucket string, origins []string) error {
	if len(origins) == 0 {
		return b.DeleteBucketCors(ctx, bucket)
	}
	allowed := make([]auth.CORSOrigin, len(origins))
	for i, origin := range origins {
		allowed[i] = auth.CORSOrigin(origin)
	}
	rules := auth.CORSConfiguration{Rules: []auth.CORSRule{{
		AllowedOrigins: allowed,
		AllowedMethods: []auth.CORSHTTPMethod{http.MethodGet, http.MethodHead, http.MethodPut},
		AllowedHeaders: []auth.CORSHeader{"content-type", "if-none-match", "range", "x-amz-checksum-crc32", "x-amz-storage-class"},
		ExposeHeaders:  []auth.CORSHeader{"ETag"},
		MaxAgeSeconds:  aws.Int32(3600),
	}}}
	if err := rules.Validate(); err != nil {
		return err
	}
	config, err := xml.Marshal(rules)
	if err != nil {
		return err
	}
	return b.PutBucketCors(ctx, bucket, config)
}
