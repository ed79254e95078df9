package photos

import "time"

// ArchiveStatus is where an archive stands.
type ArchiveStatus string

// The way of an archive: QUEUED, BUILDING, READY, EXPIRED; or FAILED or CANCELLED instead of READY.
const (
	ArchiveQueued    ArchiveStatus = "QUEUED"
	ArchiveBuilding  ArchiveStatus = "BUILDING"
	ArchiveReady     ArchiveStatus = "READY"
	ArchiveFailed    ArchiveStatus = "FAILED"
	ArchiveCancelled ArchiveStatus = "CANCELLED"
	ArchiveExpired   ArchiveStatus = "EXPIRED"
)

// Final says whether nothing is built any more. A READY archive still becomes EXPIRED.
func (s ArchiveStatus) Final() bool { return s != ArchiveQueued && s != ArchiveBuilding }

// Limits of an archive. Beyond them requestArchive answers LimitExceeded.
const (
	MaxArchivePhotos = 500_000
	MaxArchiveBytes  = 150_000_000_000
	// ArchiveLife is how long a READY archive can be downloaded.
	ArchiveLife = 24 * time.Hour
	// MaxSkippedListed is how many skipped photos the record names; the zip's labels.csv names all of them.
	MaxSkippedListed = 500
)

// Archive is one zip that an owner asked for.
type Archive struct {
	Owner  Owner
	ID     string // ULID: sorts by the time of the request
	Name   string // what the download is called, without ".zip"
	Match  LabelMatch
	Status ArchiveStatus

	PhotoCount   int   // planned; 0 until planned
	PhotosDone   int   // built into parts, or skipped
	TotalBytes   int64 // planned bytes of photos; 0 until planned
	BytesDone    int64
	SkippedCount int
	Skipped      []SkippedPhoto // at most MaxSkippedListed
	Failure      *ArchiveFailure

	UploadID  string // of the latest plan's multipart upload; what it says after BUILDING has no use
	PartCount int    // planned parts; 0 until planned
	PartsDone int    // recorded as complete
	Plans     int    // how often it was planned; more than one when an upload was lost

	Size      int64 // bytes of the zip once READY
	CreatedAt time.Time
	UpdatedAt time.Time // of the last step; the sweeper looks for archives that stand still
	ReadyAt   time.Time // zero until READY
	ExpiresAt time.Time // zero until READY
}

// archivesPrefix begins the key of every object that belongs to an archive, all in the working bucket. What one archive
// has lies under one prefix, so that it can be deleted together.
const archivesPrefix = "archives/"

func (a Archive) prefix() string { return archivesPrefix + string(a.Owner) + "/" + a.ID + "/" }

// Object is where the finished zip lies.
func (a Archive) Object() Object {
	return Object{Bucket: WorkingBucket, Key: a.prefix() + "archive.zip"}
}

// SkippedPhoto is a photo that was planned into an archive but could not be put there.
type SkippedPhoto struct {
	PhotoID  string
	FileName string
	Reason   string
}

// ArchiveFailure says why an archive FAILED, for the person who asked for it.
type ArchiveFailure struct {
	Code    string
	Message string
}

// PartState is where one part of an archive stands.
type PartState string

// A part is open until one builder's result is recorded. A part that shrank below S3's minimum is recorded as short: its
// bytes wait beside the upload for the finisher.
const (
	PartOpen     PartState = "OPEN"
	PartUploaded PartState = "UPLOADED"
	PartShort    PartState = "SHORT"
)

// ArchivePart is one planned part of an archive and, once it is not open, what was built.
type ArchivePart struct {
	Number int // of the S3 part that is sent, from 1; where a photo is copied behind it, that part has the next number
	State  PartState
	ETag   string // of the uploaded part; empty for a short one
	CRC32  uint32 // of the part's bytes
	Size   int64  // bytes, local headers included
	Photos int    // planned into it
	Bytes  int64  // planned bytes of its photos
	Result string // says what the part holds, or in which folder of the working bucket that lies; empty while open
}

// IdempotencyKey ties a client's own key to the archive that it made.
type IdempotencyKey struct {
	Key       string
	InputHash string    // of everything else in the request
	ExpiresAt time.Time // 24 h after the first request
}
