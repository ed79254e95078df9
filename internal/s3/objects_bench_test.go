package s3_test

import (
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"pam/internal/photos"
)

// The photos of a usual archive: 1,500 of 300 KB.
const (
	benchPhotos = 1500
	benchSize   = 300_000
)

// each runs do for every photo, as many at a time as an archive worker does.
func each(b *testing.B, do func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	for range 48 {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < benchPhotos; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func BenchmarkObjects(b *testing.B) {
	content := make([]byte, benchSize)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range content {
		content[i] = byte(rng.Uint32())
	}
	objects := client(open(b))
	name := func(i int) photos.Object {
		return photos.Object{Bucket: photos.StorageBucket, Key: photos.PhotoKey("bench", fmt.Sprint(i))}
	}
	b.Run("Put", func(b *testing.B) {
		b.SetBytes(benchPhotos * benchSize)
		for b.Loop() {
			each(b, func(i int) error { return objects.Put(b.Context(), name(i), "image/jpeg", content) })
		}
	})
	b.Run("Get", func(b *testing.B) {
		b.SetBytes(benchPhotos * benchSize)
		for b.Loop() {
			each(b, func(i int) error {
				body, _, err := objects.Get(b.Context(), name(i), 0, 0, "")
				if err != nil {
					return err
				}
				defer body.Close()
				n, err := io.Copy(io.Discard, body)
				if err == nil && n != benchSize {
					err = fmt.Errorf("got %d bytes", n)
				}
				return err
			})
		}
	})
	b.Run("UploadPart", func(b *testing.B) {
		part := make([]byte, 8<<20)
		for i := range part {
			part[i] = byte(rng.Uint32())
		}
		sum := crc32.ChecksumIEEE(part)
		o := photos.Object{Bucket: photos.WorkingBucket, Key: "bench.zip"}
		id, err := objects.CreateUpload(b.Context(), o, "application/zip")
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(part)))
		for b.Loop() {
			if _, err := objects.UploadPart(b.Context(), o, id, 1, part, sum); err != nil {
				b.Fatal(err)
			}
		}
	})
}
