package main

import (
	"context"
	"hash/crc32"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"pam/internal/photos"
	"pam/internal/s3"
)

const (
	// ceilingPart is when a part of the ceiling is full: 8 MiB, and up to a photo more.
	ceilingPart = 8 << 20
	// ceilingBuffers is how many parts are under way, which keeps reads busy while others are sent.
	ceilingBuffers = 6
)

// opener opens a photo.
type opener func(ctx context.Context, key string) (io.ReadCloser, error)

// bySDK opens photos by the SDK, set up as PAM does it.
func bySDK() opener {
	config := storeFromEnvironment()
	config.HTTPClient = s3.NewHTTPClient()
	config.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	client := awss3.NewFromConfig(config, func(o *awss3.Options) { o.UsePathStyle = true })
	bucket := aws.String(bucketsFromEnvironment().Storage)
	return func(ctx context.Context, key string) (io.ReadCloser, error) {
		got, err := client.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: aws.String(key)})
		if err != nil {
			return nil, err
		}
		return got.Body, nil
	}
}

// byPAM opens photos by the requests that PAM makes itself.
func byPAM() opener {
	objects := s3.New(storeFromEnvironment(), bucketsFromEnvironment())
	return func(ctx context.Context, key string) (io.ReadCloser, error) {
		body, _, err := objects.Get(ctx, photos.Object{Bucket: photos.StorageBucket, Key: key}, 0, 0, "")
		return body, err
	}
}

// transferAll does what no archiver can do without: it gets all photos, many at once, into buffers and sends those as parts
// of one object, as PAM sends them. There is no zip, no catalog, no plan and no second try, and photos are not checked; a
// part alone has the CRC-32 that the client must send.
func transferAll(reads int, open opener) work {
	objects := s3.New(storeFromEnvironment(), bucketsFromEnvironment())
	return func(ctx context.Context, asked request) (reply, error) {
		m, err := readManifest(asked.Manifest)
		if err != nil {
			return reply{}, err
		}
		key := outputKey("ceiling", asked.Name)
		cost, err := measure(asked, func() error {
			return transfer(ctx, objects, open, m, photos.Object{Bucket: photos.WorkingBucket, Key: key}, reads)
		})
		return reply{Cost: cost, Key: key}, err
	}
}

func transfer(ctx context.Context, objects *s3.Objects, open opener, m manifest, to photos.Object, reads int) error {
	parts, most := cutParts(m.Photos)
	uploadID, err := objects.CreateUpload(ctx, to, "application/octet-stream")
	if err != nil {
		return err
	}
	uploaded := make([]photos.UploadedPart, len(parts))
	buffers := make(chan []byte, ceilingBuffers)
	for range ceilingBuffers {
		buffers <- nil // made when it is needed
	}
	turns := make(chan struct{}, reads)
	group, sending := errgroup.WithContext(ctx)
	group.SetLimit(ceilingBuffers)
	for i, part := range parts {
		group.Go(func() (err error) {
			buffer := <-buffers
			if buffer == nil {
				buffer = make([]byte, most)
			}
			defer func() { buffers <- buffer }()
			body, err := fetchAll(sending, open, part, buffer, turns)
			if err != nil {
				return err
			}
			sum := crc32.ChecksumIEEE(body)
			etag, err := objects.UploadPart(sending, to, uploadID, i+1, body, sum)
			uploaded[i] = photos.UploadedPart{Number: i + 1, ETag: etag, Size: int64(len(body)), Checksum: photos.Checksum{CRC32: sum, Known: true}}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	_, err = objects.CompleteUpload(ctx, to, uploadID, uploaded)
	return err
}

// cutParts gives the photos of each part, and the size of the largest part.
func cutParts(all []manifestedFile) (parts [][]manifestedFile, most int64) {
	var size int64
	start := 0
	for i, p := range all {
		size += p.Size
		if size >= ceilingPart || i == len(all)-1 {
			parts = append(parts, all[start:i+1])
			most = max(most, size)
			start, size = i+1, 0
		}
	}
	return parts, most
}

// fetchAll reads the photos of a part into the buffer, each in its turn, and gives what the part is made of.
func fetchAll(ctx context.Context, open opener, part []manifestedFile, buffer []byte, turns chan struct{}) ([]byte, error) {
	group, ctx := errgroup.WithContext(ctx)
	var size int64
	for _, p := range part {
		place := buffer[size:][:p.Size]
		size += p.Size
		turns <- struct{}{}
		group.Go(func() error {
			defer func() { <-turns }()
			body, err := open(ctx, p.Key)
			if err != nil {
				return err
			}
			defer body.Close()
			_, err = io.ReadFull(body, place)
			return err
		})
	}
	return buffer[:size], group.Wait()
}
