package photos

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// How long things may stand still before the sweeper takes them up. Each is several times what the step takes when
// nothing has gone wrong; taking one up too early costs a needless job and nothing else.
const (
	pendingPatience  = 2 * time.Minute
	archivePatience  = 5 * time.Minute
	abandonedUploads = 24 * time.Hour
	sweepPage        = 500
	// deletePatience is longer than bytes can come by an upload that was signed before the photo was deleted.
	deletePatience = UploadLife + 5*time.Minute
)

// Swept counts what a sweep did.
type Swept struct {
	PhotosResent    int // PENDING photos whose bytes are there: their event was lost
	PhotosExpired   int // PENDING photos whose bytes never came
	PhotosCleared   int // deleted photos of which nothing is left
	ArchivesResent  int
	ArchivesExpired int
	UploadsAborted  int
	ObjectsDeleted  int // of archives that are over
}

// Sweep finds what a crash, a lost event or the passing of time has left behind, sends its job again or ends it. It may
// run at any time and in several processes at once. One step's failure does not keep the others from running.
func (l *Library) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	steps := []func(context.Context, *Swept) error{
		l.sweepPending, l.sweepDeleted, l.sweepArchives, l.sweepExpired,
	}
	if !l.StoreExpires {
		steps = append(steps, l.sweepWorkingObjects, l.sweepUploads)
	}
	var errs []error
	for _, step := range steps {
		errs = append(errs, step(ctx, &s))
	}
	return s, errors.Join(errs...)
}

// sweepPending looks for the bytes of photos that have been PENDING for a while.
func (l *Library) sweepPending(ctx context.Context, s *Swept) error {
	now := l.now()
	var after PhotoRef
	for {
		pending, err := l.Catalog.PendingPhotos(ctx, now.Add(-pendingPatience), after, sweepPage)
		if err != nil {
			return fmt.Errorf("find pending photos: %w", err)
		}
		for _, p := range pending {
			after = PhotoRef{p.Owner, p.ID}
			if !lookFor(now.Sub(p.UploadedAt), now.After(p.ExpiresAt)) {
				continue
			}
			_, err := l.Objects.Head(ctx, Object{StorageBucket, p.Key()})
			switch {
			case err == nil:
				if err := l.Queue.Send(ctx, Job{Kind: JobLabel, Owner: p.Owner, PhotoID: p.ID}); err != nil {
					return fmt.Errorf("send a label job: %w", err)
				}
				s.PhotosResent++
			case CodeOf(err) != NotFound:
				return fmt.Errorf("look for a photo's bytes: %w", err)
			case now.After(p.ExpiresAt):
				if _, err := l.Catalog.DeletePhotos(ctx, p.Owner, []string{p.ID}, now); err != nil {
					return fmt.Errorf("drop an expired photo: %w", err)
				}
				s.PhotosExpired++
			}
		}
		if len(pending) < sweepPage {
			return nil
		}
	}
}

// lookFor says whether a sweep looks for the bytes of a photo that has been PENDING for a time. In the first hour, in which
// they may still come, every sweep does; after that only those of two minutes in an hour do, so that uploads which were
// begun and left do not cost a request each at every sweep for two weeks. When the photo's time is over there is a last
// look.
func lookFor(age time.Duration, over bool) bool {
	return over || age < time.Hour || age%time.Hour < 2*time.Minute
}

// sweepDeleted deletes what a crash left of deleted photos, or what came for them late, and then their tombstones.
func (l *Library) sweepDeleted(ctx context.Context, s *Swept) error {
	for {
		refs, err := l.Catalog.DeletedPhotos(ctx, l.now().Add(-deletePatience), sweepPage)
		if err != nil {
			return fmt.Errorf("find deleted photos: %w", err)
		}
		if err := l.deleteBytes(ctx, refs); err != nil {
			return err
		}
		for _, r := range refs {
			if err := l.Catalog.ForgetPhoto(ctx, r.Owner, r.ID); err != nil {
				return fmt.Errorf("forget a photo: %w", err)
			}
		}
		s.PhotosCleared += len(refs)
		if len(refs) < sweepPage {
			return nil
		}
	}
}

// sweepArchives sends the plan job of archives that stand still: planning one that is BUILDING sends the jobs of its
// open parts, or the finish job.
func (l *Library) sweepArchives(ctx context.Context, s *Swept) error {
	stalled, err := l.Catalog.UnfinishedArchives(ctx, l.now().Add(-archivePatience), sweepPage)
	if err != nil {
		return fmt.Errorf("find archives that stand still: %w", err)
	}
	for _, a := range stalled {
		if err := l.Queue.Send(ctx, Job{Kind: JobPlan, Owner: a.Owner, ArchiveID: a.ID}); err != nil {
			return fmt.Errorf("send a plan job: %w", err)
		}
		if err := l.Catalog.TouchArchive(ctx, a.Owner, a.ID, l.now()); err != nil {
			return fmt.Errorf("note that an archive was taken up: %w", err)
		}
		s.ArchivesResent++
	}
	return nil
}

// sweepExpired ends READY archives whose time is over.
func (l *Library) sweepExpired(ctx context.Context, s *Swept) error {
	for {
		over, err := l.Catalog.ArchivesPastExpiry(ctx, l.now(), sweepPage)
		if err != nil {
			return fmt.Errorf("find archives whose time is over: %w", err)
		}
		for _, a := range over {
			a.Status, a.UpdatedAt = ArchiveExpired, l.now()
			if err := l.Catalog.MoveArchive(ctx, a, ArchiveReady); err != nil && CodeOf(err) != Conflict {
				return fmt.Errorf("expire an archive: %w", err)
			}
			if err := l.clearArchive(ctx, a, ""); err != nil {
				return err
			}
			s.ArchivesExpired++
		}
		if len(over) < sweepPage {
			return nil
		}
	}
}

// sweepWorkingObjects deletes what archives that are over have left in the working bucket.
func (l *Library) sweepWorkingObjects(ctx context.Context, s *Swept) error {
	var after, known string
	var keep func(key string) bool
	for {
		keys, err := l.Objects.List(ctx, WorkingBucket, archivesPrefix, after, sweepPage)
		if err != nil {
			return fmt.Errorf("list the working bucket: %w", err)
		}
		var dead []string
		for _, key := range keys {
			after = key
			owner, id, ok := archiveOfKey(key)
			if !ok {
				continue
			}
			if archive := string(owner) + "/" + id; archive != known {
				if keep, err = l.objectsToKeep(ctx, owner, id); err != nil {
					return err
				}
				known = archive
			}
			if !keep(key) {
				dead = append(dead, key)
			}
		}
		if len(dead) > 0 {
			if err := l.Objects.Delete(ctx, WorkingBucket, dead...); err != nil {
				return fmt.Errorf("delete what archives have left: %w", err)
			}
			s.ObjectsDeleted += len(dead)
		}
		if len(keys) < sweepPage {
			return nil
		}
	}
}

// objectsToKeep says which objects of an archive are still needed.
func (l *Library) objectsToKeep(ctx context.Context, owner Owner, id string) (func(key string) bool, error) {
	a, err := l.Catalog.Archive(ctx, owner, id)
	switch {
	case CodeOf(err) == NotFound:
		return func(string) bool { return false }, nil
	case err != nil:
		return nil, fmt.Errorf("read an archive: %w", err)
	}
	switch a = a.asOf(l.now()); {
	case !a.Status.Final():
		return func(string) bool { return true }, nil
	case a.Status == ArchiveReady:
		zip := a.Object().Key
		return func(key string) bool { return key == zip }, nil
	}
	return func(string) bool { return false }, nil
}

// archiveOfKey reads whose object a key of the working bucket is.
func archiveOfKey(key string) (Owner, string, bool) {
	parts := strings.SplitN(strings.TrimPrefix(key, archivesPrefix), "/", 3)
	if !strings.HasPrefix(key, archivesPrefix) || len(parts) != 3 {
		return "", "", false
	}
	return Owner(parts[0]), parts[1], true
}

// sweepUploads aborts multipart uploads that nobody will complete.
func (l *Library) sweepUploads(ctx context.Context, s *Swept) error {
	uploads, err := l.Objects.ListUploads(ctx, WorkingBucket, archivesPrefix, 1000)
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	for _, u := range uploads {
		owner, id, ok := archiveOfKey(u.Object.Key)
		if !ok {
			continue
		}
		a, err := l.Catalog.Archive(ctx, owner, id)
		if err != nil && CodeOf(err) != NotFound {
			return fmt.Errorf("read an archive: %w", err)
		}
		// An upload is made before it is recorded, so a young one of a living archive may just be about to be.
		living := err == nil && !a.Status.Final()
		if living && (a.UploadID == u.ID || l.now().Sub(u.Started) < abandonedUploads) {
			continue
		}
		if err := l.Objects.AbortUpload(ctx, u.Object, u.ID); err != nil {
			return fmt.Errorf("abort an upload: %w", err)
		}
		s.UploadsAborted++
	}
	return nil
}

// clearArchive aborts an archive's upload, if it has one, and deletes all of its objects.
func (l *Library) clearArchive(ctx context.Context, a Archive, uploadID string) error {
	if uploadID != "" {
		if err := l.Objects.AbortUpload(ctx, a.Object(), uploadID); err != nil {
			return fmt.Errorf("abort the archive's upload: %w", err)
		}
	}
	return l.deleteWorking(ctx, a.prefix(), "")
}

// deleteWorking deletes the objects of the working bucket below a prefix, but for the one whose key is keep.
func (l *Library) deleteWorking(ctx context.Context, prefix, keep string) error {
	after := ""
	for {
		keys, err := l.Objects.List(ctx, WorkingBucket, prefix, after, sweepPage)
		if err != nil {
			return fmt.Errorf("list an archive's objects: %w", err)
		}
		var dead []string
		for _, key := range keys {
			after = key
			if key != keep {
				dead = append(dead, key)
			}
		}
		if len(dead) > 0 {
			if err := l.Objects.Delete(ctx, WorkingBucket, dead...); err != nil {
				return fmt.Errorf("delete an archive's objects: %w", err)
			}
		}
		if len(keys) < sweepPage {
			return nil
		}
	}
}
