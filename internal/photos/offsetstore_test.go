package photos_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"sync"

	"pam/internal/photos"
	"pam/internal/zipper"
)

// content is the bytes of an object, kept as runs.
type content struct {
	noise *noise
	runs  []run
	ends  []int64 // of the runs, from the start of the object
}

func (n *noise) content(runs []run) content {
	c := content{noise: n, runs: runs, ends: make([]int64, len(runs))}
	var end int64
	for i, r := range runs {
		end += r.size
		c.ends[i] = end
	}
	return c
}

func (c content) size() int64 {
	if len(c.ends) == 0 {
		return 0
	}
	return c.ends[len(c.ends)-1]
}

func (c content) sum() uint32 {
	var sum uint32
	for _, r := range c.runs {
		next := crc32.ChecksumIEEE(r.bytes)
		if r.bytes == nil {
			next = c.noise.sum(r.from, r.size)
		}
		sum = zipper.CombineCRC32(sum, next, r.size)
	}
	return sum
}

// each calls visit for the runs of a range, cut at its ends.
func (c content) each(from, size int64, visit func(r run)) {
	first, _ := slices.BinarySearch(c.ends, from+1)
	for i := first; i < len(c.runs) && size > 0; i++ {
		r := c.runs[i]
		skip := from - (c.ends[i] - r.size)
		n := min(size, r.size-skip)
		if r.bytes == nil {
			visit(run{from: r.from + skip, size: n})
		} else {
			visit(run{bytes: r.bytes[skip : skip+n], size: n})
		}
		from, size = from+n, size-n
	}
}

func (c content) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	c.each(at, int64(len(p)), func(r run) {
		if r.bytes == nil {
			r.bytes = c.noise.bytes[r.from : r.from+r.size]
		}
		n += copy(p[n:], r.bytes)
	})
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// isExcerpt says whether a range of the object is that excerpt of the noise.
func (c content) isExcerpt(at, size, from int64) bool {
	same := at+size <= c.size()
	c.each(at, size, func(r run) {
		want := c.noise.bytes[from : from+r.size]
		same = same && (r.bytes == nil && r.from == from || bytes.Equal(r.bytes, want) ||
			r.bytes == nil && bytes.Equal(c.noise.bytes[r.from:r.from+r.size], want))
		from += r.size
	})
	return same
}

// offsetStore is a store that keeps where bytes lie, not the bytes: archives of any size in little memory. It is as strict
// as S3 with multipart uploads, and does what the contract of photos.Objects says, but for signing. The photos in it are
// those of a generated library.
type offsetStore struct {
	photos.Signer
	library *generatedLibrary

	mu      sync.Mutex
	objects map[photos.Object]storedContent
	uploads map[string]map[int]storedContent // parts, by number
	serial  int                              // of the last ETag or upload

	sent, copied int64 // bytes of parts
	largest      int64 // part that was sent
}

type storedContent struct {
	content
	etag string
}

func newOffsetStore(library *generatedLibrary) *offsetStore {
	return &offsetStore{library: library, objects: map[photos.Object]storedContent{}, uploads: map[string]map[int]storedContent{}}
}

// stored gives content an ETag of its own. The store must be locked.
func (s *offsetStore) stored(c content) storedContent {
	s.serial++
	return storedContent{c, fmt.Sprintf(`"%032x"`, s.serial)}
}

// find gives an object, whose ETag must be ifMatch unless that is empty.
func (s *offsetStore) find(o photos.Object, ifMatch string) (storedContent, error) {
	s.mu.Lock()
	found, ok := s.objects[o]
	s.mu.Unlock()
	if o.Bucket == photos.StorageBucket {
		found, ok = s.library.object(o.Key)
	}
	switch {
	case !ok:
		return storedContent{}, photos.Errorf(photos.NotFound, "no object %s", o.Key)
	case ifMatch != "" && ifMatch != found.etag:
		return storedContent{}, photos.Errorf(photos.Conflict, "%s has the ETag %s, not %s", o.Key, found.etag, ifMatch)
	}
	return found, nil
}

func (s *offsetStore) Head(_ context.Context, o photos.Object) (photos.ObjectInfo, error) {
	found, err := s.find(o, "")
	return photos.ObjectInfo{Size: found.size(), ETag: found.etag}, err
}

func (s *offsetStore) Get(_ context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	found, err := s.find(o, ifMatch)
	if err != nil {
		return nil, photos.ObjectInfo{}, err
	}
	if length <= 0 {
		length = found.size() - offset
	}
	body := io.NewSectionReader(found.content, offset, length)
	return io.NopCloser(body), photos.ObjectInfo{Size: found.size(), ETag: found.etag}, nil
}

func (s *offsetStore) Put(_ context.Context, o photos.Object, _ string, body []byte) error {
	runs := s.library.noise.runs(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[o] = s.stored(s.library.noise.content(runs))
	return nil
}

func (s *offsetStore) Delete(_ context.Context, bucket photos.Bucket, keys ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	deleteKeys(s.objects, bucket, keys)
	return nil
}

func (s *offsetStore) List(_ context.Context, bucket photos.Bucket, prefix, after string, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return listKeys(s.objects, bucket, prefix, after, limit), nil
}

func (s *offsetStore) CreateUpload(context.Context, photos.Object, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	id := fmt.Sprint("upload-", s.serial)
	s.uploads[id] = map[int]storedContent{}
	return id, nil
}

// keep keeps a part. Source of the limits: "Amazon S3 multipart upload limits" in the S3 user guide.
func (s *offsetStore) keep(uploadID string, number int, c content) (etag string, err error) {
	const maxPartSize = 5 << 30
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, ok := s.uploads[uploadID]
	switch {
	case !ok:
		return "", photos.Errorf(photos.NotFound, "no upload %s", uploadID)
	case number < 1 || number > 10_000 || c.size() > maxPartSize:
		return "", fmt.Errorf("part %d of %d bytes", number, c.size())
	}
	parts[number] = s.stored(c)
	return parts[number].etag, nil
}

func (s *offsetStore) UploadPart(_ context.Context, _ photos.Object, uploadID string, number int, body []byte, sum uint32) (string, error) {
	c := s.library.noise.content(s.library.noise.runs(body))
	if got := c.sum(); got != sum {
		return "", fmt.Errorf("part %d has the CRC-32 %08x, not %08x", number, got, sum)
	}
	s.mu.Lock()
	s.sent, s.largest = s.sent+c.size(), max(s.largest, c.size())
	s.mu.Unlock()
	return s.keep(uploadID, number, c)
}

func (s *offsetStore) CopyPart(_ context.Context, _ photos.Object, uploadID string, number int, from photos.Object, offset, length int64, ifMatch string) (string, photos.Checksum, error) {
	found, err := s.find(from, ifMatch)
	switch {
	case err != nil:
		return "", photos.Checksum{}, err
	case ifMatch == "" || offset < 0 || length < 1 || offset+length > found.size():
		return "", photos.Checksum{}, fmt.Errorf("copy %d bytes from %d of %d, ETag %q", length, offset, found.size(), ifMatch)
	}
	var runs []run
	found.each(offset, length, func(r run) { runs = append(runs, r) })
	c := s.library.noise.content(runs)
	s.mu.Lock()
	s.copied += length
	s.mu.Unlock()
	etag, err := s.keep(uploadID, number, c)
	return etag, photos.Checksum{CRC32: c.sum(), Known: true}, err
}

func (s *offsetStore) ListParts(_ context.Context, _ photos.Object, uploadID string) ([]photos.UploadedPart, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, ok := s.uploads[uploadID]
	if !ok {
		return nil, photos.Errorf(photos.NotFound, "no upload %s", uploadID)
	}
	var list []photos.UploadedPart
	for number, part := range parts {
		list = append(list, photos.UploadedPart{Number: number, ETag: part.etag, Size: part.size()})
	}
	slices.SortFunc(list, func(a, b photos.UploadedPart) int { return a.Number - b.Number })
	return list, nil
}

func (s *offsetStore) CompleteUpload(_ context.Context, o photos.Object, uploadID string, list []photos.UploadedPart) (string, error) {
	const minPartSize = 5 << 20
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, ok := s.uploads[uploadID]
	if !ok {
		return "", photos.Errorf(photos.NotFound, "no upload %s", uploadID)
	}
	var runs []run
	previous := 0
	for i, described := range list {
		part, ok := parts[described.Number]
		switch {
		case !ok || part.etag != described.ETag || described.Number <= previous:
			return "", photos.Errorf(photos.Conflict, "part %d after %d with ETag %s: %s is there", described.Number, previous, described.ETag, part.etag)
		case i < len(list)-1 && part.size() < minPartSize:
			return "", photos.Errorf(photos.Conflict, "part %d has %d bytes", described.Number, part.size())
		}
		previous = described.Number
		runs = append(runs, part.runs...)
	}
	c := s.library.noise.content(runs)
	if sum := photos.ChecksumOf(list); len(list) == 0 || sum.Known && sum.CRC32 != c.sum() {
		return "", photos.Errorf(photos.Conflict, "%d parts with the CRC-32 %08x, not %08x", len(list), c.sum(), sum.CRC32)
	}
	delete(s.uploads, uploadID)
	s.objects[o] = s.stored(c)
	return s.objects[o].etag, nil
}

func (s *offsetStore) AbortUpload(_ context.Context, _ photos.Object, uploadID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uploads, uploadID)
	return nil
}

func (s *offsetStore) ListUploads(_ context.Context, bucket photos.Bucket, _ string, limit int) ([]photos.Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []photos.Upload
	for id := range s.uploads {
		list = append(list, photos.Upload{Object: photos.Object{Bucket: bucket}, ID: id})
	}
	return list[:min(len(list), limit)], nil
}
