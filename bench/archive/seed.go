package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"

	"golang.org/x/sync/errgroup"

	"pam/bench/process"
	"pam/internal/photos"
	"pam/internal/s3"
)

// seedPhotos brings a workload's photos into the store and the catalog in the way in which a client does, by signed uploads
// and label jobs, and writes the manifest. Only what looks at the picture is not PAM's: the bytes are no photos.
func seedPhotos(catalogFile, workloadID string) work {
	return func(ctx context.Context, asked request) (answer reply, err error) {
		w, err := findWorkload(workloadID)
		if err != nil {
			return reply{}, err
		}
		library, db, err := openLibrary(ctx, catalogFile, make(readyNotifier), photos.DefaultArchiveMemory)
		if err != nil {
			return reply{}, err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		s := seeder{library: library, workload: w, client: s3.NewHTTPClient()}
		var m manifest
		answer.Cost, err = process.Measure(func() (err error) {
			m, err = s.seed(ctx)
			return err
		})
		if err != nil {
			return reply{}, err
		}
		return answer, m.write(asked.Manifest)
	}
}

type seeder struct {
	library  *photos.Library
	workload workload
	client   *http.Client
}

// uploadsAtOnce is how many photos are on their way.
const uploadsAtOnce = 4

func (s seeder) seed(ctx context.Context) (manifest, error) {
	buckets := bucketsFromEnvironment()
	m := manifest{Owner: s.workload.id, Label: labelName, Storage: buckets.Storage, Working: buckets.Working}
	sizes := s.workload.sizes()
	m.Photos = make([]manifestedFile, len(sizes))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploadsAtOnce)
	for place, size := range sizes {
		group.Go(func() error {
			p, err := s.upload(ctx, fileName(place), s.workload.content(place, size))
			if err != nil {
				return fmt.Errorf("%s: %w", fileName(place), err)
			}
			m.Photos[place] = manifestedFile{Key: p.Key(), Name: p.FileName, Size: p.Size, CRC32: p.CRC32}
			return nil
		})
	}
	return m, group.Wait()
}

// upload does what a client does, and then the detector's job.
func (s seeder) upload(ctx context.Context, name string, content []byte) (photos.Photo, error) {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(content))
	begun, err := s.library.BeginUpload(ctx, photos.Owner(s.workload.id), photos.UploadInput{
		FileName: name, ContentType: "image/jpeg", Size: len(content), CRC32: base64.StdEncoding.EncodeToString(sum),
	})
	if err != nil {
		return photos.Photo{}, err
	}
	req, err := http.NewRequestWithContext(ctx, begun.Request.Method, begun.Request.URL, bytes.NewReader(content))
	if err != nil {
		return photos.Photo{}, err
	}
	for _, h := range begun.Request.Headers {
		req.Header.Set(h.Name, h.Value)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return photos.Photo{}, err
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		return photos.Photo{}, fmt.Errorf("upload: %s, %w: %s", res.Status, err, text)
	}
	if err := s.library.LabelPhoto(ctx, begun.Photo.Owner, begun.Photo.ID); err != nil {
		return photos.Photo{}, err
	}
	return begun.Photo, nil
}
