// Package absent holds ports for processes that have no use for them: the API labels nothing, the detector sends no
// notices. Each call is an error, so that a process which is given work of another's fails where somebody sees it.
package absent

import (
	"context"
	"errors"

	"pam/internal/photos"
)

// errAbsent says that work has come to a process that is not made for it.
var errAbsent = errors.New("this process is not made for such work")

// Labeler labels nothing.
type Labeler struct{}

var _ photos.Labeler = Labeler{}

// Label implements photos.Labeler.
func (Labeler) Label(context.Context, photos.Picture) ([]photos.PhotoLabel, error) {
	return nil, errAbsent
}

// Inspector looks at nothing.
type Inspector struct{}

var _ photos.Inspector = Inspector{}

// Inspect implements photos.Inspector.
func (Inspector) Inspect(context.Context, []byte, string) (photos.Inspected, error) {
	return photos.Inspected{}, errAbsent
}

// Notifier tells nobody.
type Notifier struct{}

var _ photos.Notifier = Notifier{}

// Notify implements photos.Notifier.
func (Notifier) Notify(context.Context, photos.Notice, photos.Archive) error { return errAbsent }

// Subscribe implements photos.Notifier.
func (Notifier) Subscribe(context.Context, photos.Owner, string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{}, errAbsent
}

// Directory knows nobody.
type Directory struct{}

var _ photos.Directory = Directory{}

// VerifiedEmail implements photos.Directory.
func (Directory) VerifiedEmail(context.Context, photos.Owner) (string, error) { return "", errAbsent }
