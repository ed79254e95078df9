package photos

import "time"

// NoticeKind says what a notice is about.
type NoticeKind string

// The kinds of the contract.
const (
	NoticeArchiveReady  NoticeKind = "ARCHIVE_READY"
	NoticeArchiveFailed NoticeKind = "ARCHIVE_FAILED"
)

// Notice tells an owner that something has come to an end.
type Notice struct {
	Owner     Owner
	ID        string // made from the archive's id and the kind, so that a notice given twice is one
	Kind      NoticeKind
	At        time.Time
	ArchiveID string
}

// NoticeSubscription says whether and where notices are sent beyond the API.
type NoticeSubscription struct {
	Address   string // the whole address; mask it before showing it
	Confirmed bool   // false while the owner still has to confirm it
}
