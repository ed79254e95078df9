package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// zipSequentially makes a zip as most programs do that stream: it gets one photo after another and writes it through a pipe
// into a multipart upload by the SDK's transfer manager, all with the SDK's own settings.
func zipSequentially() work {
	client := awss3.NewFromConfig(storeFromEnvironment(), func(o *awss3.Options) { o.UsePathStyle = true })
	return func(ctx context.Context, asked request) (reply, error) {
		m, err := readManifest(asked.Manifest)
		if err != nil {
			return reply{}, err
		}
		key := outputKey("sequential", asked.Name)
		cost, err := measure(asked, func() error {
			reader, writer := io.Pipe()
			written := make(chan error, 1)
			go func() {
				err := writeZip(ctx, client, m, writer)
				writer.CloseWithError(err)
				written <- err
			}()
			_, err := transfermanager.New(client).UploadObject(ctx, &transfermanager.UploadObjectInput{
				Bucket: aws.String(m.Working), Key: aws.String(key), Body: reader, ContentType: aws.String("application/zip"),
			})
			reader.CloseWithError(err)
			return errors.Join(err, <-written)
		})
		return reply{Cost: cost, Key: key}, err
	}
}

func writeZip(ctx context.Context, client *awss3.Client, m manifest, to io.Writer) error {
	archive := zip.NewWriter(to)
	for _, p := range m.Photos {
		if err := addPhoto(ctx, client, m.Storage, p, archive); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return archive.Close()
}

func addPhoto(ctx context.Context, client *awss3.Client, bucket string, p manifestedFile, archive *zip.Writer) error {
	got, err := client.GetObject(ctx, &awss3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(p.Key)})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, got.Body)
	return err
}

// outputKey is where a program other than PAM puts what it makes.
func outputKey(program, name string) string { return "made/" + program + "/" + name }
