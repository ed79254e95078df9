package photos

import (
	"context"
	"time"
)

// Catalog is the record of everything: photos, label counts, archives and notices. It is one database, so each method
// below is one atomic step unless it says otherwise: it happens whole or not at all, also when the process dies in the middle, and the next read
// sees it.
//
// All methods are safe for concurrent use. A record that is not there, or belongs to another owner, is an *Error with
// code NotFound. A change whose condition does not hold (the record has moved on) is an *Error with code Conflict and
// changes nothing. A store that is contended or throttled gives an error that wraps ErrBusy. Times are kept in UTC with
// millisecond precision; strings and floats come back exactly as they went in; nil and empty slices are the same.
type Catalog interface {
	PhotoCatalog
	LabelCatalog
	ArchiveCatalog
	NoticeCatalog
	SweepCatalog
}

// PhotoCatalog keeps photos, and with them the label edges and counters that follow from their status.
type PhotoCatalog interface {
	// AddPhotos records new PENDING photos of one owner, 1 to 100. Each photo is one atomic step; the call as a whole
	// need not be: after an error some may be recorded. An id that is there already is a Conflict.
	AddPhotos(ctx context.Context, photos []Photo) error

	// Photo gives one photo with everything known of it.
	Photo(ctx context.Context, owner Owner, id string) (Photo, error)

	// PhotoLabels gives the labels of those of the ids that exist, by id: no labels for a photo that is not inspected;
	// 0 to 1,000 ids, repeats allowed.
	PhotoLabels(ctx context.Context, owner Owner, ids []string) (map[string][]PhotoLabel, error)

	// LabelledPhotoBySHA256 gives a LABELLED photo of the owner with these bytes; NotFound where there is none.
	LabelledPhotoBySHA256(ctx context.Context, owner Owner, sha256 string) (Photo, error)

	// ListPhotos gives the owner's photos that the filter selects, in the order of their ids, after the id `after`
	// (exclusive; "" from the start; it need not exist), at most limit (1 to 1,000).
	ListPhotos(ctx context.Context, owner Owner, filter PhotoFilter, order PhotoOrder, after string, limit int) ([]Photo, error)

	// PhotoFiles lists the photos that the match selects, oldest first, as ListPhotos does, but reads no more of each than
	// an archive needs: there may be 500,000.
	PhotoFiles(ctx context.Context, owner Owner, match LabelMatch, after string, limit int) ([]PhotoFile, error)

	// CountPhotos sums up the owner's photos that the filter selects.
	CountPhotos(ctx context.Context, owner Owner, filter PhotoFilter) (PhotoTotals, error)

	// PhotoSet gives the set of the owner's photos that the match selects, with the owner's version of the same moment.
	// It reads one record a photo, of constant size.
	PhotoSet(ctx context.Context, owner Owner, match LabelMatch) (PhotoSet, error)

	// Stats gives the owner's summary; zero for an owner never seen.
	Stats(ctx context.Context, owner Owner) (OwnerStats, error)

	// SaveInspection stores what the detector found on a PENDING photo, replacing an earlier inspection. Conflict when
	// the photo is not PENDING.
	SaveInspection(ctx context.Context, owner Owner, id string, in Inspection) error

	// CommitLabelled makes a PENDING photo with an inspection LABELLED, and in the same step adds it to the edges and
	// counters of each of its labels and to the owner's stats. Of any number of calls one succeeds; the others get
	// Conflict and change nothing, and so does a call for a photo without an inspection. A label's parents and
	// categories are set by the latest photo that carries it.
	CommitLabelled(ctx context.Context, owner Owner, id string) error

	// CommitRejected makes a PENDING photo REJECTED and moves it in the owner's stats. Conflict when it is not PENDING.
	CommitRejected(ctx context.Context, owner Owner, id string, r Rejection) error

	// DeletePhotos takes photos of any status out of all lists, edges, counters and stats, and leaves for each a
	// tombstone (see SweepCatalog.DeletedPhotos) until ForgetPhoto, so that a crash before its objects are deleted
	// leaves nothing behind. It gives the ids that it deleted; ids that do not exist or are deleted already are not
	// among them. 1 to 100 ids, repeats allowed. Each photo is one atomic step; the call as a whole need not be.
	DeletePhotos(ctx context.Context, owner Owner, ids []string, at time.Time) ([]string, error)

	// ForgetPhoto drops the tombstone of a deleted photo. One that is not there is no error.
	ForgetPhoto(ctx context.Context, owner Owner, id string) error
}

// LabelCatalog reads the counters.
type LabelCatalog interface {
	// LabelCounts gives every label that at least one LABELLED photo of the owner carries, in no particular order. It
	// reads one record a label, never a photo.
	LabelCounts(ctx context.Context, owner Owner) ([]LabelCount, error)

	// LabelCount gives one label by its exact name; NotFound where no LABELLED photo of the owner carries it.
	LabelCount(ctx context.Context, owner Owner, name string) (LabelCount, error)

	// RecountLabels computes from the photos' edges what LabelCounts should say, and from the photos what Stats should
	// say (Version left 0). Parents and categories are left out: they are no counts. It scans: it serves the check of
	// invariants alone.
	RecountLabels(ctx context.Context, owner Owner) ([]LabelCount, OwnerStats, error)
}

// ArchiveCatalog keeps archives and their parts.
type ArchiveCatalog interface {
	// CreateArchive records a new QUEUED archive, unless there is one to be given instead; created says which.
	//
	// With a key that the owner has used before and that has not expired at a.CreatedAt, nothing is recorded: the archive
	// of then is given when the input hash is equal, and Conflict when it is not. After that, with a selection, the last
	// archive that was recorded for the owner's selection of this hash is given if it serves (Archive.Serves) and, being
	// READY, has not expired at a.CreatedAt; the key leads to it from then on. Both may be nil.
	CreateArchive(ctx context.Context, a Archive, selection *Selection, key *IdempotencyKey) (archive Archive, created bool, err error)

	// ArchiveByKey gives the archive that the owner's idempotency key made, and the input hash it was made with; NotFound
	// where the key is unknown or has expired at the given time.
	ArchiveByKey(ctx context.Context, owner Owner, key string, at time.Time) (a Archive, inputHash string, err error)

	// Archive gives one archive.
	Archive(ctx context.Context, owner Owner, id string) (Archive, error)

	// ListArchives gives the owner's archives newest first (ids descending), after the id `after` (exclusive; "" from
	// the start), at most limit (1 to 1,000).
	ListArchives(ctx context.Context, owner Owner, after string, limit int) ([]Archive, error)

	// CountArchives counts the owner's archives.
	CountArchives(ctx context.Context, owner Owner) (int, error)

	// StartBuilding makes a QUEUED archive BUILDING: it takes UploadID, PhotoCount, TotalBytes, PartCount, Plans and
	// UpdatedAt from a and records the parts as open, dropping those of an earlier plan; progress and skipped start at
	// zero. Conflict when it is not QUEUED.
	StartBuilding(ctx context.Context, a Archive, parts []ArchivePart) error

	// ArchivePart gives one part; ArchiveParts gives all, by number: none while the archive is not planned, and
	// NotFound where there is no such archive. The parts of an archive that is over are no more: each is NotFound, and all
	// together a Conflict, so that a finisher that comes late cannot take them for an empty plan.
	ArchivePart(ctx context.Context, owner Owner, id string, number int) (ArchivePart, error)
	ArchiveParts(ctx context.Context, owner Owner, id string) ([]ArchivePart, error)

	// CompletePart records what a builder made of an open part, and in the same step raises the archive's PartsDone,
	// PhotosDone and BytesDone by the part's planned photos and bytes and sets UpdatedAt. It gives the archive as it
	// stands then. Conflict when the part is not open, or the archive is not BUILDING with that upload id.
	CompletePart(ctx context.Context, owner Owner, id, uploadID string, part ArchivePart, at time.Time) (Archive, error)

	// ReopenPart undoes CompletePart for a part whose recorded Result is the given one, because its bytes are not where
	// the record says. Conflict when the part holds another result, or the archive is not BUILDING with that upload id.
	ReopenPart(ctx context.Context, owner Owner, id, uploadID string, number int, result string, at time.Time) error

	// MoveArchive replaces status, skipped, failure, upload id, size, UpdatedAt, ReadyAt and ExpiresAt of an archive by
	// those of a, if it stands at one of the given states (and, when it is BUILDING, at a's upload id or with
	// a.UploadID empty); Conflict otherwise. Progress and plan are left alone, with two exceptions: a move to QUEUED drops
	// the parts, empties the upload id, and sets progress and plan to zero, all but Plans; a move to READY sets progress to
	// what was planned, as another finisher may just have reopened a part in vain. A move to a final state drops the parts.
	MoveArchive(ctx context.Context, a Archive, from ...ArchiveStatus) error

	// TouchArchive sets UpdatedAt alone, when the archive is there.
	TouchArchive(ctx context.Context, owner Owner, id string, at time.Time) error
}

// NoticeCatalog keeps notices.
type NoticeCatalog interface {
	// AddNotice records a notice; one whose id the owner has already is left as it is and is no error.
	AddNotice(ctx context.Context, n Notice) error

	// ListNotices gives the owner's notices newest first (time, then id, both descending), after the given one
	// (exclusive; nil from the start; only At and ID of it count), at most limit (1 to 1,000).
	ListNotices(ctx context.Context, owner Owner, after *Notice, limit int) ([]Notice, error)

	// CountNotices counts the owner's notices.
	CountNotices(ctx context.Context, owner Owner) (int, error)
}

// PhotoRef names a photo across owners.
type PhotoRef struct {
	Owner Owner
	ID    string
}

// SweepCatalog finds what stands still, across owners. It serves the sweeper and the check of invariants, never a
// request. Limits are 1 to 1,000.
type SweepCatalog interface {
	// PendingPhotos gives PENDING photos whose upload began before the given time, by owner and id, after the given one
	// (exclusive; zero from the start).
	PendingPhotos(ctx context.Context, before time.Time, after PhotoRef, limit int) ([]Photo, error)

	// DeletedPhotos gives tombstones made before the given time, in no particular order.
	DeletedPhotos(ctx context.Context, before time.Time, limit int) ([]PhotoRef, error)

	// UnfinishedArchives gives QUEUED and BUILDING archives whose UpdatedAt lies before the given time, oldest first.
	UnfinishedArchives(ctx context.Context, before time.Time, limit int) ([]Archive, error)

	// ArchivesPastExpiry gives READY archives whose ExpiresAt is not after the given time.
	ArchivesPastExpiry(ctx context.Context, at time.Time, limit int) ([]Archive, error)

	// Owners gives every owner with a record, in ascending order, after the given one (exclusive).
	Owners(ctx context.Context, after Owner, limit int) ([]Owner, error)
}
