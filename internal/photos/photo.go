package photos

import "time"

// PhotoStatus is where a photo stands on its way.
type PhotoStatus string

// The way of a photo: PENDING until its bytes have come and are labelled, then LABELLED, or REJECTED with a reason.
const (
	Pending  PhotoStatus = "PENDING"
	Labelled PhotoStatus = "LABELLED"
	Rejected PhotoStatus = "REJECTED"
)

// Photo is one uploaded picture as the catalog records it.
type Photo struct {
	Owner       Owner
	ID          string // ULID: sorts by the time of upload
	FileName    string // as the client gave it; 1 to 255 bytes of UTF-8
	ContentType string // image/jpeg or image/png
	Size        int64  // bytes
	CRC32       uint32 // IEEE, of the whole file, as the signed upload pins it
	Status      PhotoStatus
	UploadedAt  time.Time // when the upload began; UTC, milliseconds
	ExpiresAt   time.Time // of a PENDING photo: when it is dropped if no bytes have come; zero otherwise

	// Inspection is what the detector found; nil until it has looked at the bytes.
	Inspection *Inspection
	// Rejection says why a REJECTED photo was refused; nil otherwise.
	Rejection *Rejection
}

// Key is the photo's object key in the storage bucket. The file name is not part of it, so no name can do harm.
func (p Photo) Key() string { return PhotoKey(p.Owner, p.ID) }

// File gives the photo as the file that it is.
func (p Photo) File() PhotoFile {
	f := PhotoFile{ID: p.ID, FileName: p.FileName, Size: p.Size, CRC32: p.CRC32, UploadedAt: p.UploadedAt}
	if p.Inspection != nil {
		f.ETag, f.TakenAt = p.Inspection.ETag, p.Inspection.TakenAt
	}
	return f
}

// PhotoFile is a photo as the file that it is, without what it shows: what the plan of an archive needs. Its fields are
// those of Photo and Inspection.
type PhotoFile struct {
	ID         string
	FileName   string
	Size       int64
	CRC32      uint32
	UploadedAt time.Time
	ETag       string
	TakenAt    string
}

// Inspection is what the detector learnt from a photo's bytes, stored before the photo is counted so that a retry
// labels nothing twice.
type Inspection struct {
	SHA256  string // lower-case hex of the whole file
	ETag    string // of the object, with quotes as S3 gives it
	Width   int    // pixels, orientation applied
	Height  int
	TakenAt string       // EXIF local time as ISO 8601 without zone; empty where the file says nothing
	Labels  []PhotoLabel // as the labeller gave them, highest confidence first; at most MaxLabelsPerPhoto
}

// PhotoLabel is one label that a photo carries.
type PhotoLabel struct {
	Name       string
	Confidence float64  // 50 to 100, as the labeller gave it
	Parents    []string // names of broader labels, which the photo carries as labels of their own
	Categories []string
}

// RejectionCode says why a photo was refused.
type RejectionCode string

// The reasons of the contract.
const (
	NotAnImage      RejectionCode = "NOT_AN_IMAGE"
	TypeMismatch    RejectionCode = "TYPE_MISMATCH"
	Truncated       RejectionCode = "TRUNCATED"
	TooLarge        RejectionCode = "TOO_LARGE"
	TooSmall        RejectionCode = "TOO_SMALL"
	Unsupported     RejectionCode = "UNSUPPORTED"
	LabellingFailed RejectionCode = "LABELLING_FAILED"
)

// Rejection is the reason for a refusal, with a sentence for the person who uploaded the photo.
type Rejection struct {
	Code    RejectionCode
	Message string
}

// Error makes a Rejection usable as the error by which an Inspector or Labeler refuses a photo for good.
func (r *Rejection) Error() string { return string(r.Code) + ": " + r.Message }

// PhotoOrder is the order of a list of photos. Photos sort by id, which is their time of upload.
type PhotoOrder string

// The orders of the contract.
const (
	UploadedDesc PhotoOrder = "UPLOADED_DESC"
	UploadedAsc  PhotoOrder = "UPLOADED_ASC"
)

// PhotoFilter says which of an owner's photos are meant. With Match only LABELLED photos are; with Status those of
// that status; with neither all. Never both.
type PhotoFilter struct {
	Match  *LabelMatch
	Status PhotoStatus // "" for any
}

// PhotoTotals sums up the photos of a filter.
type PhotoTotals struct {
	Count int
	Bytes int64
}

// OwnerStats is an owner's summary, kept with every commit so that reading it costs one record.
type OwnerStats struct {
	Labelled    int
	Pending     int
	Rejected    int
	StoredBytes int64 // of LABELLED photos
	Version     int64 // raised by every commit that changes a label's count
}
