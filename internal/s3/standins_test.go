package s3_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pam/internal/aws/awstest"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
	"pam/internal/s3"
)

// The embedded server is not the only one that the contract holds on.
func TestObjectsStandIns(t *testing.T) {
	awstest.Each(t, awstest.S3, func(t *testing.T, cfg aws.Config) {
		client := awss3.NewFromConfig(cfg, func(o *awss3.Options) { o.UsePathStyle = awstest.IsStandIn(cfg) })
		buckets := s3.Buckets{Storage: createBucket(t, client, cfg), Working: createBucket(t, client, cfg)}
		photostest.Objects(t, func(*testing.T) photos.Objects { return s3.New(cfg, buckets) }, lacks(cfg)...)
	})
}

// lacks is what is known to be missing in a stand-in; nothing may be in Amazon S3.
func lacks(cfg aws.Config) []photostest.Lack {
	switch {
	case !awstest.IsStandIn(cfg):
		return nil
	case awstest.NameOf(cfg) == "versitygw":
		return []photostest.Lack{ // the embedded server adds all of these
			{Case: "Concurrency/Beside", Reason: "a write fails now and then while another deletes the last object of its folder"},
			{Case: "Multipart/Race", Reason: "who completes an upload a second time is told so before there is an object"},
			{Case: "Copies", Reason: "a part that is copied from a range has the checksum of the whole object"},
		}
	}
	return []photostest.Lack{
		{Case: "Multipart", Reason: "moto keeps no checksums of parts"},
		{Case: "MultipartFailures", Reason: "moto keeps and checks no checksums of parts"},
		{Case: "Copies", Reason: "moto checks neither ETag nor range of what is copied, and no checksum"},
		{Case: "Uploads", Reason: "moto says that every upload was begun in 2010, and lists all of them at once"},
		{Case: "SignedUploadAttacks", Reason: "moto checks no signature"},
		{Case: "SignedDownload", Reason: "moto checks no signature"},
	}
}

// createBucket makes a bucket and deletes it, with what tests have left in it, at the end.
func createBucket(t *testing.T, client *awss3.Client, cfg aws.Config) string {
	t.Helper()
	name := awstest.Unique("pam-test-")
	input := &awss3.CreateBucketInput{Bucket: aws.String(name)}
	if cfg.Region != "us-east-1" { // which is where a bucket is when nothing is said
		input.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(cfg.Region)}
	}
	if _, err := client.CreateBucket(t.Context(), input); err != nil {
		t.Fatalf("create a bucket: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		pages := awss3.NewListObjectsV2Paginator(client, &awss3.ListObjectsV2Input{Bucket: aws.String(name)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Errorf("list a bucket: %v", err)
				return
			}
			for _, o := range page.Contents {
				if _, err := client.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: aws.String(name), Key: o.Key}); err != nil {
					t.Errorf("delete an object: %v", err)
				}
			}
		}
		if _, err := client.DeleteBucket(ctx, &awss3.DeleteBucketInput{Bucket: aws.String(name)}); err != nil {
			t.Errorf("delete a bucket: %v", err)
		}
	})
	return name
}
