package rekognition_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pam/internal/aws/awstest"
	"pam/internal/aws/rekognition"
	"pam/internal/imaging"
	"pam/internal/photos"
	"pam/internal/photos/photostest"
)

func TestLabelerStandIns(t *testing.T) {
	awstest.Each(t, awstest.Rekognition, func(t *testing.T, cfg aws.Config) {
		if awstest.IsStandIn(cfg) {
			labeler := rekognition.New(cfg, bucket)
			photostest.Labeler(t, labeler, map[string]photos.Picture{
				"from the bucket": picture(t, 640, 480, gray(640, 480)),
				"as bytes":        picture(t, 12_000, 100, gray(12_000, 100)),
			})
			return
		}
		pictures := inBucket(t, cfg)
		labeler := rekognition.New(cfg, pictures.bucket)
		photostest.Labeler(t, labeler, pictures.byName)
		missing := pictures.byName["cow.jpg"]
		missing.Object.Key = "photos/dan/missing"
		_, err := labeler.Label(t.Context(), missing)
		if _, rejected := errors.AsType[*photos.Rejection](err); err == nil || rejected {
			t.Errorf("a photo that is not there may come back: %v", err)
		}
	})
}

type bucketed struct {
	bucket string
	byName map[string]photos.Picture
}

// inBucket puts photographs into a bucket of their own, which is deleted at the end of the test.
func inBucket(t *testing.T, cfg aws.Config) bucketed {
	t.Helper()
	client := awss3.NewFromConfig(cfg)
	name := awstest.Unique("pam-test-")
	input := &awss3.CreateBucketInput{Bucket: aws.String(name)}
	if cfg.Region != "us-east-1" {
		input.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(cfg.Region)}
	}
	if _, err := client.CreateBucket(t.Context(), input); err != nil {
		t.Fatalf("create a bucket: %v", err)
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if _, err := client.DeleteBucket(ctx, &awss3.DeleteBucketInput{Bucket: aws.String(name)}); err != nil {
			t.Errorf("delete a bucket: %v", err)
		}
	})
	all := bucketed{name, make(map[string]photos.Picture)}
	for _, file := range []string{"cow.jpg", "bison.jpg", "castle-on-river.jpg"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "photos", file))
		if err != nil {
			t.Fatal(err)
		}
		inspected, err := imaging.Inspector{}.Inspect(t.Context(), data, "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		key := "photos/dan/" + file
		if _, err := client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String(name), Key: aws.String(key), Body: bytes.NewReader(data)}); err != nil {
			t.Fatalf("put a photo: %v", err)
		}
		t.Cleanup(func() {
			if _, err := client.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: aws.String(name), Key: aws.String(key)}); err != nil {
				t.Errorf("delete a photo: %v", err)
			}
		})
		all.byName[file] = photos.Picture{Object: photos.Object{Bucket: photos.StorageBucket, Key: key}, ContentType: "image/jpeg", Bytes: data, Image: inspected.Image}
	}
	return all
}
