package photos_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pam/internal/photos"
)

// memoryStore is a store of bytes without disk and network, for tests that need thousands of stores. It keeps the
// contract of photos.Objects as far as archives and photos need it; its signed requests are good for send alone.
type memoryStore struct {
	now     func() time.Time
	created func(o photos.Object, size int64, etag string) // called when a signed upload has come
	cut     func(size int64) int64                         // how many bytes of a body of so many arrive

	mu      sync.Mutex
	objects map[photos.Object]memoryObject
	uploads map[string]*memoryUpload
	begun   int // uploads
}

type memoryObject struct {
	data []byte // never changed, only replaced
	info photos.ObjectInfo
}

type memoryUpload struct {
	photos.Upload
	contentType string
	parts       map[int]memoryPart
}

type memoryPart struct {
	photos.UploadedPart
	data []byte
}

func newMemoryStore(now func() time.Time) *memoryStore {
	return &memoryStore{
		now: now, created: func(photos.Object, int64, string) {}, cut: func(size int64) int64 { return size },
		objects: map[photos.Object]memoryObject{}, uploads: map[string]*memoryUpload{},
	}
}

func etagOf(data []byte) string {
	return fmt.Sprintf("\"%08x-%x\"", crc32.ChecksumIEEE(data), len(data))
}

func (s *memoryStore) find(o photos.Object) (memoryObject, error) {
	object, ok := s.objects[o]
	if !ok {
		return object, photos.Errorf(photos.NotFound, "there is no %s", o.Key)
	}
	return object, nil
}

func (s *memoryStore) keep(o photos.Object, contentType string, data []byte) photos.ObjectInfo {
	info := photos.ObjectInfo{Size: int64(len(data)), ETag: etagOf(data), ContentType: contentType, LastModified: s.now()}
	s.objects[o] = memoryObject{data, info}
	return info
}

func (s *memoryStore) Head(_ context.Context, o photos.Object) (photos.ObjectInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	object, err := s.find(o)
	return object.info, err
}

func (s *memoryStore) Get(_ context.Context, o photos.Object, offset, length int64, ifMatch string) (io.ReadCloser, photos.ObjectInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	object, err := s.find(o)
	if err != nil {
		return nil, photos.ObjectInfo{}, err
	}
	if ifMatch != "" && ifMatch != object.info.ETag {
		return nil, photos.ObjectInfo{}, photos.Errorf(photos.Conflict, "%s has changed", o.Key)
	}
	data := object.data
	if length > 0 {
		data = data[offset:min(offset+length, int64(len(data)))]
	}
	if arrives := s.cut(int64(len(data))); arrives < int64(len(data)) {
		return io.NopCloser(cutBody{bytes.NewReader(data[:arrives]), arrives%2 == 0}), object.info, nil
	}
	return io.NopCloser(bytes.NewReader(data)), object.info, nil
}

// cutBody ends before its time: with an error, as HTTP does where the length was announced, or as if it were whole.
type cutBody struct {
	io.Reader
	silently bool
}

func (b cutBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) && !b.silently {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s *memoryStore) Put(_ context.Context, o photos.Object, contentType string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(o, contentType, bytes.Clone(body))
	return nil
}

func (s *memoryStore) Delete(_ context.Context, bucket photos.Bucket, keys ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	deleteKeys(s.objects, bucket, keys)
	return nil
}

func (s *memoryStore) List(_ context.Context, bucket photos.Bucket, prefix, after string, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return listKeys(s.objects, bucket, prefix, after, limit), nil
}

func (s *memoryStore) CreateUpload(_ context.Context, o photos.Object, contentType string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun++
	id := fmt.Sprintf("upload-%06d", s.begun)
	s.uploads[id] = &memoryUpload{photos.Upload{Object: o, ID: id, Started: s.now()}, contentType, map[int]memoryPart{}}
	return id, nil
}

func (s *memoryStore) upload(o photos.Object, id string) (*memoryUpload, error) {
	u := s.uploads[id]
	if u == nil || u.Object != o {
		return nil, photos.Errorf(photos.NotFound, "there is no upload %s", id)
	}
	return u, nil
}

func (u *memoryUpload) keep(n int, data []byte) photos.UploadedPart {
	part := photos.UploadedPart{
		Number: n, ETag: etagOf(data), Size: int64(len(data)), Checksum: photos.Checksum{CRC32: crc32.ChecksumIEEE(data), Known: true},
	}
	u.parts[n] = memoryPart{part, data}
	return part
}

func (s *memoryStore) UploadPart(_ context.Context, o photos.Object, id string, n int, body []byte, crc uint32) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.upload(o, id)
	if err != nil {
		return "", err
	}
	if got := crc32.ChecksumIEEE(body); got != crc {
		return "", fmt.Errorf("part %d has CRC-32 %08x, not %08x", n, got, crc)
	}
	return u.keep(n, bytes.Clone(body)).ETag, nil
}

func (s *memoryStore) CopyPart(_ context.Context, o photos.Object, id string, n int, from photos.Object, offset, length int64, ifMatch string) (string, photos.Checksum, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.upload(o, id)
	if err != nil {
		return "", photos.Checksum{}, err
	}
	source, err := s.find(from)
	if err != nil {
		return "", photos.Checksum{}, err
	}
	if source.info.ETag != ifMatch {
		return "", photos.Checksum{}, photos.Errorf(photos.Conflict, "%s has changed", from.Key)
	}
	part := u.keep(n, source.data[offset:offset+length])
	return part.ETag, part.Checksum, nil
}

func (s *memoryStore) ListParts(_ context.Context, o photos.Object, id string) ([]photos.UploadedPart, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.upload(o, id)
	if err != nil {
		return nil, err
	}
	var parts []photos.UploadedPart
	for _, n := range slices.Sorted(maps.Keys(u.parts)) {
		parts = append(parts, u.parts[n].UploadedPart)
	}
	return parts, nil
}

func (s *memoryStore) CompleteUpload(_ context.Context, o photos.Object, id string, parts []photos.UploadedPart) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.upload(o, id)
	if err != nil {
		return "", err
	}
	var whole []byte
	for i, want := range parts {
		part, ok := u.parts[want.Number]
		switch {
		case !ok || part.ETag != want.ETag || i > 0 && parts[i-1].Number >= want.Number:
			return "", photos.Errorf(photos.Conflict, "part %d is not there as described", want.Number)
		case i < len(parts)-1 && part.Size < photos.MinPartSize:
			return "", photos.Errorf(photos.Conflict, "part %d is too small", want.Number)
		}
		whole = append(whole, part.data...)
	}
	if sum := photos.ChecksumOf(parts); sum.Known && sum.CRC32 != crc32.ChecksumIEEE(whole) {
		return "", photos.Errorf(photos.Conflict, "the whole has another CRC-32")
	}
	delete(s.uploads, id)
	return s.keep(o, u.contentType, whole).ETag, nil
}

func (s *memoryStore) AbortUpload(_ context.Context, o photos.Object, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, err := s.upload(o, id); err == nil {
		delete(s.uploads, u.ID)
	}
	return nil
}

func (s *memoryStore) ListUploads(_ context.Context, bucket photos.Bucket, prefix string, limit int) ([]photos.Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var uploads []photos.Upload
	for _, u := range s.uploads {
		if u.Object.Bucket == bucket && strings.HasPrefix(u.Object.Key, prefix) {
			uploads = append(uploads, u.Upload)
		}
	}
	slices.SortFunc(uploads, func(a, b photos.Upload) int { return cmp.Compare(a.ID, b.ID) })
	return uploads[:min(len(uploads), limit)], nil
}

// SignUpload gives a request whose URL is the key.
func (s *memoryStore) SignUpload(_ context.Context, o photos.Object, terms photos.UploadTerms, _ time.Duration) (photos.SignedRequest, error) {
	return photos.SignedRequest{Method: "PUT", URL: o.Key, Headers: []photos.Header{
		{Name: "Content-Type", Value: terms.ContentType}, {Name: "x-crc32", Value: fmt.Sprint(terms.CRC32)},
	}}, nil
}

// errExists is what a signed upload answers whose object is there already: 412 of S3.
var errExists = errors.New("the object is there already")

// send does a signed upload as a client does.
func (s *memoryStore) send(r photos.SignedRequest, body []byte) error {
	s.mu.Lock()
	o := photos.Object{Bucket: photos.StorageBucket, Key: r.URL}
	if _, there := s.objects[o]; there {
		s.mu.Unlock()
		return errExists
	}
	if fmt.Sprint(crc32.ChecksumIEEE(body)) != r.Headers[1].Value {
		s.mu.Unlock()
		return errors.New("these are other bytes")
	}
	info := s.keep(o, r.Headers[0].Value, bytes.Clone(body))
	s.mu.Unlock()
	s.created(o, info.Size, info.ETag)
	return nil
}

func (s *memoryStore) SignDownload(_ context.Context, o photos.Object, _ photos.DownloadTerms, _ time.Duration) (string, error) {
	return o.Key, nil
}

// bytesOf gives an object's bytes, nil where it is not there.
func (s *memoryStore) bytesOf(o photos.Object) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects[o].data
}

// all gives all objects as "bucket key", in order.
func (s *memoryStore) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for o := range s.objects {
		names = append(names, string(o.Bucket)+" "+o.Key)
	}
	slices.Sort(names)
	return names
}
