package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/s3"
)

// openLibrary wires the library as pam serve does for archives, on the catalog in a file and the store that the environment
// names.
func openLibrary(ctx context.Context, catalogFile string, notifier photos.Notifier, archiveMemory int) (*photos.Library, *sqlite.DB, error) {
	db, err := sqlite.Open(ctx, catalogFile)
	if err != nil {
		return nil, nil, err
	}
	library, err := photos.NewLibrary(photos.Config{
		Catalog: db.Catalog(), Objects: s3.New(storeFromEnvironment(), bucketsFromEnvironment()), Inspector: anything{}, Labeler: anything{},
		Queue: db.Queue(), Notifier: notifier, Directory: nobody{}, Now: time.Now, NewID: photos.ULIDs(), Logger: logger(), ArchiveMemory: archiveMemory,
	})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return library, db, nil
}

// anything takes any bytes for a photo, and labels all alike.
type anything struct{}

// Inspect implements photos.Inspector.
func (anything) Inspect(context.Context, []byte, string) (photos.Inspected, error) {
	return photos.Inspected{Width: 4000, Height: 3000, Image: image.NewGray(image.Rect(0, 0, 1, 1)), Thumbnail: []byte("thumbnail")}, nil
}

// Label implements photos.Labeler.
func (anything) Label(context.Context, photos.Picture) ([]photos.PhotoLabel, error) {
	return []photos.PhotoLabel{{Name: labelName, Confidence: 99}}, nil
}

// labelName is what every photo shows.
const labelName = "Photo"

// nobody is a directory of no people.
type nobody struct{}

// VerifiedEmail implements photos.Directory.
func (nobody) VerifiedEmail(_ context.Context, owner photos.Owner) (string, error) {
	return "", photos.Errorf(photos.NotFound, "nobody knows %s", owner)
}

// readyNotifier hands on how archives end.
type readyNotifier chan photos.Archive

// Notify implements photos.Notifier.
func (r readyNotifier) Notify(ctx context.Context, _ photos.Notice, a photos.Archive) error {
	select {
	case r <- a:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Subscribe implements photos.Notifier.
func (readyNotifier) Subscribe(_ context.Context, owner photos.Owner, _ string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{}, fmt.Errorf("%s cannot subscribe here", owner)
}
