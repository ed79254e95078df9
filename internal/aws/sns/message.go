package sns

import (
	"fmt"
	"strings"

	"pam/internal/photos"
)

// maxSubject is how many characters a subject may have: fewer than 100, without line breaks and control characters. Source:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html. It has long allowed nothing but ASCII, and some regions may
// still.
const maxSubject = 99

// message writes a notice for a person. It points to the archive's page, where its owner has to be signed in.
func (n *Notifier) message(notice photos.Notice, a photos.Archive) (subject, text string) {
	page := photos.ArchivePage(n.site, a.ID)
	if notice.Kind == photos.NoticeArchiveFailed {
		reason := "The reason is not known."
		if a.Failure != nil {
			reason = a.Failure.Message
		}
		return subjectOf("Your archive could not be built", a.Name),
			fmt.Sprintf("The archive %q could not be built.\n\n%s\n\n%s\n", a.Name, reason, page)
	}
	return subjectOf("Your archive is ready", a.Name),
		fmt.Sprintf("The archive %q is ready: %d photos, %d bytes. It can be downloaded until %s.\n\n%s\n",
			a.Name, a.PhotoCount-a.SkippedCount, a.Size, a.ExpiresAt.UTC().Format("2 January 2006 15:04 UTC"), page)
}

// subjectOf adds a name where a subject can carry it. The text names the archive in any case.
func subjectOf(what, name string) string {
	subject := what + ": " + name
	plain := func(r rune) bool { return r >= ' ' && r <= '~' }
	if name == "" || len(subject) > maxSubject || strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return what
	}
	return subject
}
