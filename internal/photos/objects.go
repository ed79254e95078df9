package photos

import (
	"context"
	"io"
	"time"

	"pam/internal/zipper"
)

// Bucket is one of the two places where bytes live.
type Bucket string

// StorageBucket keeps what people uploaded and its thumbnails; WorkingBucket what can be made again: archives and what
// they are made from.
const (
	StorageBucket Bucket = "storage"
	WorkingBucket Bucket = "working"
)

// Object names an object.
type Object struct {
	Bucket Bucket
	Key    string
}

// PhotoPrefix begins the key of every photo; object events are taken for keys below it.
const PhotoPrefix = "photos/"

// PhotoKey is the key of a photo's bytes in the storage bucket.
func PhotoKey(owner Owner, id string) string { return PhotoPrefix + string(owner) + "/" + id }

// ThumbnailKey is the key of a photo's thumbnail in the storage bucket.
func ThumbnailKey(owner Owner, id string) string { return "thumbs/" + string(owner) + "/" + id }

// Objects is the store of bytes: Amazon S3 or what speaks its protocol. An object that is not there is an *Error with
// code NotFound, one whose ETag is not the asked one an *Error with code Conflict. Everything is safe for concurrent
// use, and reads see the last write.
type Objects interface {
	ObjectStore
	MultipartStore
	Signer
}

// ObjectInfo describes an object.
type ObjectInfo struct {
	Size         int64
	ETag         string // with quotes, as S3 gives it
	ContentType  string
	LastModified time.Time
}

// ObjectStore reads and writes whole objects.
type ObjectStore interface {
	Head(ctx context.Context, o Object) (ObjectInfo, error)

	// Get opens an object, or length bytes of it from offset when length is positive. With ifMatch not empty the
	// object's ETag must be that one (Conflict otherwise). The caller closes the body, and checks that it has as many
	// bytes as ObjectInfo.Size (of the whole object) and the range promise.
	Get(ctx context.Context, o Object, offset, length int64, ifMatch string) (io.ReadCloser, ObjectInfo, error)

	// Put writes an object, replacing one that is there.
	Put(ctx context.Context, o Object, contentType string, body []byte) error

	// Delete deletes objects, 1 to 1,000 of one bucket; those that are not there are no error.
	Delete(ctx context.Context, bucket Bucket, keys ...string) error

	// List gives keys that begin with prefix, in byte order, after the key `after` (exclusive), at most limit (1 to
	// 1,000).
	List(ctx context.Context, bucket Bucket, prefix, after string, limit int) ([]string, error)
}

// Limits of multipart uploads, as package zipper documents them.
const (
	MinPartSize = zipper.MinPartSize // bytes of every part but the last
	MaxParts    = zipper.MaxParts
)

// Checksum is the CRC-32 (IEEE) of some bytes, where it is known.
type Checksum struct {
	CRC32 uint32
	Known bool
}

// UploadedPart is a part as the store has it.
type UploadedPart struct {
	Number   int
	ETag     string
	Size     int64
	Checksum Checksum
}

// ChecksumOf is that of the bytes of all parts put together, known when each of theirs is.
func ChecksumOf(parts []UploadedPart) Checksum {
	whole := Checksum{Known: true}
	for _, part := range parts {
		whole.Known = whole.Known && part.Checksum.Known
		whole.CRC32 = zipper.CombineCRC32(whole.CRC32, part.Checksum.CRC32, part.Size)
	}
	return whole
}

// Upload is a multipart upload that is neither complete nor aborted.
type Upload struct {
	Object  Object
	ID      string
	Started time.Time
}

// MultipartStore assembles large objects from parts. An upload that is not there (complete, aborted or never begun) is
// an *Error with code NotFound.
type MultipartStore interface {
	CreateUpload(ctx context.Context, o Object, contentType string) (uploadID string, err error)

	// UploadPart sends a part, replacing one of that number, and gives its ETag. The store checks the bytes against
	// crc32 (IEEE).
	UploadPart(ctx context.Context, o Object, uploadID string, number int, body []byte, crc32 uint32) (etag string, err error)

	// CopyPart makes a part, replacing one of that number, of length bytes of another object from offset, without the bytes
	// coming by here. ifMatch is that object's ETag (Conflict when it has another). It gives the part's ETag, and its
	// CRC-32 where the store tells it. NotFound when the object or the upload is not there.
	CopyPart(ctx context.Context, o Object, uploadID string, number int, from Object, offset, length int64, ifMatch string) (etag string, sum Checksum, err error)

	// ListParts gives all parts of an upload, by number.
	ListParts(ctx context.Context, o Object, uploadID string) ([]UploadedPart, error)

	// CompleteUpload makes the object from the parts, given by ascending number. Conflict when a part is not there as
	// described, or one but the last is under MinPartSize: the upload then still stands. Where the CRC-32 of every part
	// is given, the store checks that of the whole object against what follows from them (Conflict as well).
	CompleteUpload(ctx context.Context, o Object, uploadID string, parts []UploadedPart) (etag string, err error)

	// AbortUpload drops an upload and its parts; one that is not there is no error.
	AbortUpload(ctx context.Context, o Object, uploadID string) error

	// ListUploads gives the uploads that are under way to keys that begin with prefix, at most limit (1 to 1,000).
	ListUploads(ctx context.Context, bucket Bucket, prefix string, limit int) ([]Upload, error)
}

// Header is a header that a signed request has to be sent with.
type Header struct{ Name, Value string }

// SignedRequest is a request that its holder may send to the store, once and soon.
type SignedRequest struct {
	Method  string
	URL     string
	Headers []Header // without Host and Content-Length, which clients set themselves
}

// UploadTerms is what the store itself enforces on a signed upload.
type UploadTerms struct {
	ContentType string
	Size        int64  // exactly
	CRC32       uint32 // of the bytes
}

// DownloadTerms is how a signed download presents itself.
type DownloadTerms struct {
	FileName    string // in Content-Disposition; empty for none
	ContentType string
	Inline      bool // shown by a browser rather than saved
}

// Signer signs requests that a client sends to the store without going through PAM.
type Signer interface {
	// SignUpload signs a PUT of a new object. The store refuses another key, type, length or checksum than the terms
	// name, an object that is there already, and any request after life (1 s to 7 days).
	SignUpload(ctx context.Context, o Object, terms UploadTerms, life time.Duration) (SignedRequest, error)

	// SignDownload signs a GET (ranges allowed) that works for life (1 s to 7 days).
	SignDownload(ctx context.Context, o Object, terms DownloadTerms, life time.Duration) (url string, err error)
}
