package photos

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Rules of a request for an archive.
const (
	MaxArchiveNameChars    = 100
	MaxIdempotencyKeyChars = 64
	IdempotencyKeyLife     = 24 * time.Hour
)

// ArchiveRequest asks for an archive.
type ArchiveRequest struct {
	Match          LabelMatch
	Name           *string // nil for the labels joined
	IdempotencyKey *string // nil for none
}

// PreviewArchive says what an archive of the match would hold; nothing is recorded.
func (l *Library) PreviewArchive(ctx context.Context, owner Owner, match LabelMatch) (PhotoTotals, error) {
	if err := match.Check("match"); err != nil {
		return PhotoTotals{}, err
	}
	return l.CountPhotos(ctx, owner, PhotoFilter{Match: &match})
}

// RequestArchive records an archive as QUEUED and has it planned. While an archive of an equal selection lives (QUEUED,
// BUILDING or READY) and its photos are unchanged, that one is given instead. With an idempotency key that the owner used
// in the last 24 hours it gives the archive of then, or Conflict if anything else in the request differs.
func (l *Library) RequestArchive(ctx context.Context, owner Owner, req ArchiveRequest) (Archive, error) {
	if err := req.check(); err != nil {
		return Archive{}, err
	}
	now := l.now()
	var key *IdempotencyKey
	if req.IdempotencyKey != nil {
		key = &IdempotencyKey{Key: *req.IdempotencyKey, InputHash: req.hash(), ExpiresAt: now.Add(IdempotencyKeyLife)}
		// A repeated request is answered before anything is counted: its photos may be gone by now.
		earlier, hash, err := l.Catalog.ArchiveByKey(ctx, owner, key.Key, now)
		switch {
		case err == nil && hash == key.InputHash:
			return earlier.asOf(now), nil
		case err == nil:
			return Archive{}, keyConflict()
		case CodeOf(err) != NotFound:
			return Archive{}, fmt.Errorf("look up the idempotency key: %w", err)
		}
	}
	set, err := l.Catalog.PhotoSet(ctx, owner, req.Match)
	if err != nil {
		return Archive{}, fmt.Errorf("read which photos match: %w", err)
	}
	if set.Count == 0 {
		return Archive{}, BadInput("input.match", "no photo matches, so there is nothing to put into an archive")
	}
	if err := checkArchiveLimits(set.PhotoTotals); err != nil {
		return Archive{}, err
	}
	archive, created, err := l.Catalog.CreateArchive(ctx, Archive{
		Owner: owner, ID: l.NewID(now), Name: req.name(), Match: req.Match, Status: ArchiveQueued, CreatedAt: now, UpdatedAt: now,
	}, &Selection{Hash: req.selection(), Photos: set}, key)
	switch {
	case CodeOf(err) == Conflict:
		return Archive{}, keyConflict()
	case err != nil:
		return Archive{}, fmt.Errorf("record the archive: %w", err)
	}
	if created {
		if err := l.Queue.Send(ctx, Job{Kind: JobPlan, Owner: owner, ArchiveID: archive.ID}); err != nil {
			// The archive is recorded, so the request has succeeded: the sweeper sends the job again.
			l.Logger.WarnContext(ctx, "a plan job is left to the sweeper", "archive", archive.ID, "error", err)
		}
	}
	return archive.asOf(now), nil
}

func keyConflict() error {
	return &Error{Code: Conflict, Field: "input.idempotencyKey", Message: "this key was used for another request in the last 24 hours"}
}

func checkArchiveLimits(totals PhotoTotals) error {
	if totals.Count > MaxArchivePhotos || totals.Bytes > MaxArchiveBytes {
		return Errorf(LimitExceeded, "an archive holds at most %d photos and %d bytes; this would be %d photos and %d bytes",
			MaxArchivePhotos, int64(MaxArchiveBytes), totals.Count, totals.Bytes)
	}
	return nil
}

// Archive gives one archive.
func (l *Library) Archive(ctx context.Context, owner Owner, id string) (Archive, error) {
	a, err := l.Catalog.Archive(ctx, owner, id)
	switch {
	case CodeOf(err) == NotFound:
		return Archive{}, Errorf(NotFound, "there is no such archive")
	case err != nil:
		return Archive{}, fmt.Errorf("read an archive: %w", err)
	}
	return a.asOf(l.now()), nil
}

// Archives gives a page of the owner's archives, newest first.
func (l *Library) Archives(ctx context.Context, owner Owner, first int, after *string) (Page[Archive], error) {
	if err := checkFirst(first, MaxFirst); err != nil {
		return Page[Archive]{}, err
	}
	list := listID("archives", string(owner))
	position, err := decodeIDCursor("after", list, after)
	if err != nil {
		return Page[Archive]{}, err
	}
	items, err := l.Catalog.ListArchives(ctx, owner, position, first+1)
	if err != nil {
		return Page[Archive]{}, fmt.Errorf("list archives: %w", err)
	}
	now := l.now()
	for i := range items {
		items[i] = items[i].asOf(now)
	}
	return cutPage(items, first, position, list, func(a Archive) string { return a.ID }), nil
}

// CountArchives counts the owner's archives.
func (l *Library) CountArchives(ctx context.Context, owner Owner) (int, error) {
	n, err := l.Catalog.CountArchives(ctx, owner)
	if err != nil {
		return 0, fmt.Errorf("count archives: %w", err)
	}
	return n, nil
}

// ArchiveLink signs a link to a READY archive, good for 15 minutes but not beyond the archive's own end; "" for an
// archive of another status.
func (l *Library) ArchiveLink(ctx context.Context, a Archive) (string, error) {
	if a.asOf(l.now()).Status != ArchiveReady {
		return "", nil
	}
	life := min(DefaultLinkLife, a.ExpiresAt.Sub(l.now())).Truncate(time.Second)
	terms := DownloadTerms{FileName: a.Name + ".zip", ContentType: "application/zip"}
	url, err := l.Objects.SignDownload(ctx, a.Object(), terms, max(life, time.Second))
	if err != nil {
		return "", fmt.Errorf("sign a link: %w", err)
	}
	return url, nil
}

// clearPatience is how long a cancel waits for the store to drop what the archive has there. The archive is CANCELLED
// before that, and the sweeper drops what is left.
const clearPatience = 1500 * time.Millisecond

// CancelArchive stops an archive that is not built yet: jobs of it that are still to come do nothing, and one that is at
// work can record nothing any more. One that is CANCELLED already is given as it is.
func (l *Library) CancelArchive(ctx context.Context, owner Owner, id string) (Archive, error) {
	a, err := l.Archive(ctx, owner, id)
	if err != nil || a.Status == ArchiveCancelled {
		return a, err
	}
	if a.Status.Final() {
		return Archive{}, Errorf(Conflict, "the archive is %s and can no longer be cancelled", a.Status)
	}
	// From where it was read alone, with the upload that it had there: so the upload that is aborted below is its last.
	from := a.Status
	a.Status, a.UpdatedAt = ArchiveCancelled, l.now()
	switch err := l.Catalog.MoveArchive(ctx, a, from); {
	case CodeOf(err) == Conflict:
		return l.CancelArchive(ctx, owner, id) // it has moved on: say what it is now
	case err != nil:
		return Archive{}, fmt.Errorf("cancel the archive: %w", err)
	}
	// Its owner is done with it, also when they do not wait for the answer.
	clearing, stop := context.WithTimeout(context.WithoutCancel(ctx), clearPatience)
	defer stop()
	if err := l.clearArchive(clearing, a, a.UploadID); err != nil {
		l.Logger.WarnContext(ctx, "objects of a cancelled archive are left to the sweeper", "archive", id, "error", err)
	}
	return l.Archive(ctx, owner, id)
}

// WatchArchive sends an archive as it is, then at each change, until it is in a final state or ctx ends.
func (l *Library) WatchArchive(ctx context.Context, owner Owner, id string) (<-chan Archive, error) {
	type state struct {
		status  ArchiveStatus
		planned int
		done    int
		skipped int
	}
	var seen *state
	return watch(ctx, l, func() (Archive, bool, error) {
		a, err := l.Archive(ctx, owner, id)
		if err != nil {
			return a, false, err
		}
		now := state{a.Status, a.PhotoCount, a.PhotosDone, a.SkippedCount}
		news := seen == nil || *seen != now
		seen = &now
		return a, news, nil
	}, func(a Archive) bool { return a.Status.Final() })
}

// asOf gives the archive as it is to be seen at a time: over is over, whenever the record says so.
func (a Archive) asOf(now time.Time) Archive {
	if a.Status == ArchiveReady && !now.Before(a.ExpiresAt) {
		a.Status = ArchiveExpired
	}
	return a
}

func (r ArchiveRequest) check() error {
	if err := r.Match.Check("input.match"); err != nil {
		return err
	}
	for _, text := range []struct {
		field string
		value *string
		most  int
	}{{"input.name", r.Name, MaxArchiveNameChars}, {"input.idempotencyKey", r.IdempotencyKey, MaxIdempotencyKeyChars}} {
		if text.value == nil {
			continue
		}
		if n := utf8.RuneCountInString(*text.value); n < 1 || n > text.most {
			return BadInput(text.field, "must have 1 to %d characters, not %d", text.most, n)
		}
		if !utf8.ValidString(*text.value) || strings.ContainsFunc(*text.value, unicode.IsControl) {
			return BadInput(text.field, "must be valid UTF-8 without control characters")
		}
	}
	return nil
}

// name is what the archive is called: what was asked for, or the labels joined.
func (r ArchiveRequest) name() string {
	if r.Name != nil {
		return *r.Name
	}
	joined := strings.Join(append(append([]string(nil), r.Match.Any...), r.Match.All...), ", ")
	if runes := []rune(joined); len(runes) > MaxArchiveNameChars {
		joined = string(runes[:MaxArchiveNameChars-1]) + "…"
	}
	return joined
}

// hash stands for everything in the request but the key.
func (r ArchiveRequest) hash() string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s %q", r.Match.text(), r.name())))
	return hex.EncodeToString(sum[:])
}
