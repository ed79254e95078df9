package photos

import (
	"strings"
	"time"
)

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

// ArchivePage is the URL of an archive's page, which mails point to: the pages' own path, behind the URL of the site. It
// shows nothing to anybody but the owner, so it may be sent about, which a signed link must not.
func ArchivePage(site, archiveID string) string {
	return strings.TrimSuffix(site, "/") + "/archives/" + archiveID
}
