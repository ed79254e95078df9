package photos

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// LabelPhoto does the detector's job for one photo: it checks the bytes, makes the thumbnail, labels, and counts. It may
// be called any number of times for the same photo, also at once: one call counts it.
//
// A photo that PAM does not take ends REJECTED and no error is given. An error means that it is worth another try.
func (l *Library) LabelPhoto(ctx context.Context, owner Owner, id string) error {
	photo, err := l.Catalog.Photo(ctx, owner, id)
	switch {
	case CodeOf(err) == NotFound:
		// Bytes without a photo: it was deleted, or dropped because they came too late.
		return l.deleteObjects(ctx, owner, id)
	case err != nil:
		return fmt.Errorf("read the photo: %w", err)
	}
	switch photo.Status {
	case Labelled:
		return nil
	case Rejected:
		return l.deleteRejected(ctx, photo)
	case Pending:
	}

	// What an earlier try found is kept on the photo, so that no labeller is paid twice.
	if photo.Inspection == nil {
		in, err := l.inspect(ctx, photo)
		var rejection *Rejection
		switch {
		case errors.As(err, &rejection):
			return l.reject(ctx, photo, *rejection)
		case CodeOf(err) == NotFound:
			return nil // an early event, or the object is gone again; the sweeper looks for late ones
		case err != nil:
			return err
		}
		if err := l.Catalog.SaveInspection(ctx, owner, id, in); err != nil {
			return l.settled(ctx, photo, "store what was found", err)
		}
	}
	if err := l.Catalog.CommitLabelled(ctx, owner, id); err != nil {
		return l.settled(ctx, photo, "count the photo", err)
	}
	return nil
}

// settled deals with a step that found the photo moved on: that is a success of another call, unless the photo was
// deleted in the meantime, which must leave no objects.
func (l *Library) settled(ctx context.Context, photo Photo, step string, err error) error {
	switch CodeOf(err) {
	case Conflict:
		return nil
	case NotFound:
		return l.deleteObjects(ctx, photo.Owner, photo.ID)
	}
	return fmt.Errorf("%s: %w", step, err)
}

// inspect reads the photo's bytes, checks them, stores the thumbnail and asks for labels. It gives a *Rejection for bytes
// that PAM does not take.
func (l *Library) inspect(ctx context.Context, photo Photo) (Inspection, error) {
	object := Object{StorageBucket, photo.Key()}
	data, info, err := l.readObject(ctx, object, photo.Size)
	if err != nil {
		return Inspection{}, fmt.Errorf("read the photo's bytes: %w", err)
	}
	// The signed upload pins both, so only a store that does not keep its word lets other bytes in.
	if int64(len(data)) != photo.Size || crc32.ChecksumIEEE(data) != photo.CRC32 {
		return Inspection{}, &Rejection{Truncated, "The bytes that arrived are not those that the upload announced. Upload the photo again."}
	}
	picture, err := l.Inspector.Inspect(ctx, data, photo.ContentType)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect the photo: %w", err)
	}
	if err := l.Objects.Put(ctx, Object{StorageBucket, ThumbnailKey(photo.Owner, photo.ID)}, "image/jpeg", picture.Thumbnail); err != nil {
		return Inspection{}, fmt.Errorf("store the thumbnail: %w", err)
	}
	labels, err := l.Labeler.Label(ctx, Picture{Object: object, ContentType: photo.ContentType, Bytes: data, Image: picture.Image})
	if err != nil {
		return Inspection{}, fmt.Errorf("label the photo: %w", err)
	}
	sum := sha256.Sum256(data)
	return Inspection{
		SHA256: hex.EncodeToString(sum[:]), ETag: info.ETag, Width: picture.Width, Height: picture.Height,
		TakenAt: picture.TakenAt, Labels: labels,
	}, nil
}

// readObject reads a whole object that should have size bytes; one with more is cut one byte later. A body that ends before
// the store said it would is an error, as the object itself may be right.
func (l *Library) readObject(ctx context.Context, o Object, size int64) ([]byte, ObjectInfo, error) {
	body, info, err := l.Objects.Get(ctx, o, 0, 0, "")
	if err != nil {
		return nil, info, err
	}
	defer body.Close()
	buf := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	switch _, err := buf.ReadFrom(io.LimitReader(body, size+1)); {
	case err != nil:
		return nil, info, err
	case int64(buf.Len()) < min(info.Size, size):
		return nil, info, io.ErrUnexpectedEOF
	}
	return buf.Bytes(), info, nil
}

// reject records why a photo is refused and deletes its objects.
func (l *Library) reject(ctx context.Context, photo Photo, r Rejection) error {
	switch err := l.Catalog.CommitRejected(ctx, photo.Owner, photo.ID, r); {
	case CodeOf(err) == Conflict:
		// It has moved on, perhaps by this very step, whose answer was lost: then its objects are still there.
		return l.LabelPhoto(ctx, photo.Owner, photo.ID)
	case err != nil:
		return l.settled(ctx, photo, "record the refusal", err)
	}
	photo.Status, photo.Rejection = Rejected, &r
	return l.deleteRejected(ctx, photo)
}

// deleteRejected deletes a refused photo's objects. One that could not be labelled keeps its bytes: nothing is wrong with
// them, and an operator may want to look.
func (l *Library) deleteRejected(ctx context.Context, photo Photo) error {
	if photo.Rejection != nil && photo.Rejection.Code == LabellingFailed {
		return nil
	}
	return l.deleteObjects(ctx, photo.Owner, photo.ID)
}

func (l *Library) deleteObjects(ctx context.Context, owner Owner, id string) error {
	if err := l.Objects.Delete(ctx, StorageBucket, PhotoKey(owner, id), ThumbnailKey(owner, id)); err != nil {
		return fmt.Errorf("delete a photo's objects: %w", err)
	}
	return nil
}

// giveUpLabelling ends a photo that failed too often in a state that its owner sees.
func (l *Library) giveUpLabelling(ctx context.Context, owner Owner, id string) error {
	photo, err := l.Catalog.Photo(ctx, owner, id)
	if CodeOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the photo: %w", err)
	}
	switch photo.Status {
	case Labelled:
		return nil
	case Rejected:
		return l.deleteRejected(ctx, photo) // what refused it may have died before that
	case Pending:
	}
	return l.reject(ctx, photo, Rejection{LabellingFailed, "The photo could not be labelled, although it was tried several times. Delete it and upload it again."})
}
