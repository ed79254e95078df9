package photos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"time"
)

// Why a photo is left out of an archive, as its owner is told.
const (
	reasonGone       = "The photo's file is gone from the store."
	reasonChanged    = "The photo's file has changed in the store since it was uploaded."
	reasonUnreadable = "The photo's file could not be read from the store, although it was tried several times."
)

// readAttempts is how often one job tries to read a photo. The waits between double, each with full jitter, so that takes
// about a second and a half.
const readAttempts = 6

// readAgain does what read does, several times while it fails, each in its turn; the first time has failed already. It
// leaves the photo out that cannot be read at all; an error means that the job is worth another try.
func (l *Library) readAgain(ctx context.Context, owner Owner, p plannedPhoto, place []byte, failed error) (sum uint32, reason string, err error) {
	err = l.tryAgain(ctx, func() error {
		if err := failed; err != nil {
			failed = nil
			return err
		}
		var took timing
		waited := l.reads.do(ctx, func() timing {
			sum, reason, took = l.read(ctx, owner, p, place)
			return took
		})
		return cmp.Or(waited, took.err)
	})
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrBusy) || !l.storeAnswers(ctx, owner, p.ID) {
		return sum, reason, err
	}
	l.Logger.WarnContext(ctx, "a photo cannot be read and is left out", "owner", owner, "photo", p.ID, "error", err)
	return 0, reasonUnreadable, nil
}

// storeAnswers tells a photo that cannot be read from a store that cannot be read at all: it tries what lies beside the
// photo, its thumbnail.
func (l *Library) storeAnswers(ctx context.Context, owner Owner, id string) bool {
	body, _, err := l.Objects.Get(ctx, Object{StorageBucket, ThumbnailKey(owner, id)}, 0, 0, "")
	if err != nil {
		return CodeOf(err) == NotFound
	}
	defer body.Close()
	_, err = io.Copy(io.Discard, body)
	return err == nil
}

// tryAgain calls do up to readAttempts times while it fails, with waits between. A store that asks to slow down is left
// alone at once: the job comes again later.
func (l *Library) tryAgain(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil || attempt == readAttempts || ctx.Err() != nil || errors.Is(err, ErrBusy) {
			return err
		}
		timer := time.NewTimer(rand.N(l.ReadRetry<<(attempt-1)) + 1)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// read reads the beginning of a photo's bytes, as many as the place takes, into their place, and gives their CRC-32; where
// the place takes all of them it is the catalog's. It gives a reason to leave the photo out when its bytes are not those
// of the plan. How it went says also whether it failed.
func (l *Library) read(ctx context.Context, owner Owner, p plannedPhoto, place []byte) (sum uint32, reason string, took timing) {
	took.began = time.Now()
	sum, reason, took.err = l.readNow(ctx, owner, p, place, func() { took.first = time.Now() })
	took.last = time.Now()
	return sum, reason, took
}

// readNow does what read does, and calls first when the first byte comes.
func (l *Library) readNow(ctx context.Context, owner Owner, p plannedPhoto, place []byte, first func()) (sum uint32, reason string, err error) {
	var length int64 // of all
	if int64(len(place)) < p.Size {
		length = int64(len(place))
	}
	body, info, err := l.Objects.Get(ctx, Object{StorageBucket, PhotoKey(owner, p.ID)}, 0, length, p.ETag)
	switch {
	case CodeOf(err) == NotFound:
		return 0, reasonGone, nil
	case CodeOf(err) == Conflict:
		return 0, reasonChanged, nil
	case err != nil:
		return 0, "", err
	}
	defer body.Close()
	if info.Size != p.Size {
		return 0, reasonChanged, nil
	}
	first()
	if sum, err = readInto(place, body); err != nil {
		return 0, "", fmt.Errorf("read photo %s: %w", p.ID, err)
	}
	if length == 0 && sum != p.CRC32 {
		return 0, reasonChanged, nil
	}
	return sum, "", nil
}

// readInto fills a place from the socket and sums it up as it comes, while it still is in the processor's cache.
func readInto(place []byte, from io.Reader) (sum uint32, err error) {
	for len(place) > 0 {
		n, err := from.Read(place)
		sum = crc32.Update(sum, crc32.IEEETable, place[:n])
		place = place[n:]
		switch {
		case errors.Is(err, io.EOF) && len(place) > 0:
			return 0, io.ErrUnexpectedEOF
		case err != nil && !errors.Is(err, io.EOF):
			return 0, err
		}
	}
	return sum, nil
}

// copyPhoto has the store copy the last bytes of a photo as a part of the archive's upload, and gives that part without
// its CRC-32, and the CRC-32 that the store tells. The reason is one to leave the photo out; the error is errCopyFails
// when its bytes have to be sent instead.
func (l *Library) copyPhoto(ctx context.Context, a Archive, number int, p plannedPhoto, length int64) (piece partPiece, sum Checksum, reason string, err error) {
	if p.ETag == "" {
		return partPiece{}, Checksum{}, "", errCopyFails // nothing would say whether it is the same photo
	}
	from := Object{StorageBucket, PhotoKey(a.Owner, p.ID)}
	var etag string
	uploadGone := false
	err = l.tryAgain(ctx, func() (err error) {
		etag, sum, err = l.Objects.CopyPart(ctx, a.Object(), a.UploadID, number, from, p.Size-length, length, p.ETag)
		switch CodeOf(err) {
		case Conflict:
			reason, err = reasonChanged, nil
		case NotFound: // the photo or the upload
			if _, err = l.Objects.Head(ctx, from); CodeOf(err) == NotFound {
				reason, err = reasonGone, nil
			} else {
				uploadGone = err == nil
			}
		}
		return err
	})
	switch {
	case uploadGone:
		return partPiece{}, Checksum{}, "", errUploadGone
	case err == nil, ctx.Err() != nil, errors.Is(err, ErrBusy):
		return partPiece{Number: number, ETag: etag, Size: length}, sum, reason, err
	}
	l.Logger.WarnContext(ctx, "a photo is sent because it cannot be copied", "archive", a.ID, "photo", p.ID, "error", err)
	return partPiece{}, Checksum{}, "", errCopyFails
}
