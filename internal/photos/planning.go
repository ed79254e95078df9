package photos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"pam/internal/zipper"
)

// maxPlans is how often an archive is planned before it fails. Planning again is the answer to everything that cannot be
// mended in place, such as an upload that the store has lost.
const maxPlans = 3

// labelsFile is the name of the file in each archive that lists the labels.
const labelsFile = "labels.csv"

// PlanArchive does a plan job: it cuts the photos that match now into parts, stores the plan, and sends the parts'
// jobs. For an archive that is BUILDING it sends the jobs that are still due; so the same job also wakes up
// an archive that stands still.
func (l *Library) PlanArchive(ctx context.Context, owner Owner, id string) error {
	a, found, err := l.archiveOfJob(ctx, owner, id)
	switch {
	case err != nil || !found:
		return err
	case a.Status == ArchiveBuilding:
		return l.sendDueJobs(ctx, a)
	case a.Status == ArchiveFailed || a.Status == ArchiveReady:
		return l.announce(ctx, a)
	case a.Status != ArchiveQueued:
		return nil
	}

	totals, err := l.Catalog.CountPhotos(ctx, owner, PhotoFilter{Match: &a.Match})
	if err != nil {
		return fmt.Errorf("count the photos: %w", err)
	}
	if totals.Count == 0 {
		return l.failArchive(ctx, a, allDeleted())
	}
	if err := checkArchiveLimits(totals); err != nil {
		var e *Error
		errors.As(err, &e)
		return l.failArchive(ctx, a, ArchiveFailure{string(e.Code), e.Message})
	}
	uploadID, err := l.Objects.CreateUpload(ctx, a.Object(), "application/zip")
	if err != nil {
		return fmt.Errorf("begin the archive's upload: %w", err)
	}
	planned, parts, err := l.plan(ctx, a, uploadID, totals)
	if err == nil && len(parts) == 0 { // the last photo went after they were counted
		a.UploadID = uploadID
		return l.failArchive(ctx, a, allDeleted())
	}
	if err == nil {
		err = l.Catalog.StartBuilding(ctx, planned, parts)
	}
	if err != nil {
		// Another planner was faster, the archive was cancelled, or this try failed: its upload is of no use.
		if abortErr := l.Objects.AbortUpload(context.WithoutCancel(ctx), a.Object(), uploadID); abortErr != nil {
			l.Logger.WarnContext(ctx, "an upload is left to the sweeper", "archive", id, "error", abortErr)
		}
		if CodeOf(err) == Conflict {
			return l.announceEnd(ctx, a)
		}
		return fmt.Errorf("plan the archive: %w", err)
	}
	return l.sendPartJobs(ctx, planned, parts)
}

func allDeleted() ArchiveFailure {
	return ArchiveFailure{string(NotFound), "All photos of the archive were deleted before it could be built."}
}

// sheetsAtOnce is how many sheets of a plan are stored at a time: those of the usual archive all at once, so that a far
// store costs its latency once.
const sheetsAtOnce = 16

// plan stores the sheets of a plan and gives the archive and its parts as they are to be recorded.
func (l *Library) plan(ctx context.Context, a Archive, uploadID string, totals PhotoTotals) (Archive, []ArchivePart, error) {
	// Photos that are labelled while the plan is made may join it, so it is made for some more.
	planner, err := zipper.NewPlanner(
		min(MaxArchivePhotos, totals.Count+totals.Count/10+100),
		min(MaxArchiveBytes, totals.Bytes+totals.Bytes/10+100*MaxPhotoBytes))
	if err != nil {
		return Archive{}, nil, err
	}
	plan := planWriter{library: l, archive: a, uploadID: uploadID, crew: newCrew(ctx, sheetsAtOnce), pending: map[int]plannedPhoto{}}
	a.PhotoCount, a.TotalBytes = 0, 0
	err = l.eachPhoto(ctx, a, func(p plannedPhoto) error {
		plan.pending[a.PhotoCount] = p
		a.PhotoCount++
		a.TotalBytes += p.Size
		closed, err := planner.Add(p.entry())
		if err != nil {
			return fmt.Errorf("plan photo %s: %w", p.ID, err)
		}
		return plan.add(closed)
	})
	if err == nil {
		err = plan.add(planner.Close())
	}
	if err == nil {
		err = plan.storeSheet()
	}
	if stored := plan.crew.wait(); err == nil {
		err = stored
	}
	if err != nil {
		return Archive{}, nil, err
	}
	a.UploadID, a.PartCount, a.Plans, a.UpdatedAt = uploadID, len(plan.parts), a.Plans+1, l.now()
	return a, plan.parts, nil
}

// eachPhoto calls visit for every photo that matches, oldest first.
func (l *Library) eachPhoto(ctx context.Context, a Archive, visit func(plannedPhoto) error) error {
	namer := zipper.NewNamer(labelsFile)
	const pageSize = 1000
	for after := ""; ; {
		page, err := l.Catalog.PhotoFiles(ctx, a.Owner, a.Match, after, pageSize)
		if err != nil {
			return fmt.Errorf("list the photos: %w", err)
		}
		for _, p := range page {
			after = p.ID
			if err := visit(describe(p, namer)); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// planWriter stores a plan sheet by sheet.
type planWriter struct {
	library  *Library
	archive  Archive
	uploadID string
	crew     *crew
	pending  map[int]plannedPhoto // by index, until their part is closed
	sheet    []partPlan           // not stored yet
	parts    []ArchivePart
}

// add takes parts that the planner has closed, by number.
func (w *planWriter) add(closed []zipper.Part) error {
	for _, part := range closed {
		plan := partPlan{Number: part.Number, Photos: make([]plannedPhoto, len(part.Entries)), Copied: part.Copied}
		for i, index := range part.Entries {
			plan.Photos[i] = w.pending[index]
			delete(w.pending, index)
		}
		if len(w.sheet) > 0 && sheetOf(w.sheet[0].Number) != sheetOf(part.Number) {
			if err := w.storeSheet(); err != nil {
				return err
			}
		}
		w.sheet = append(w.sheet, plan)
		w.parts = append(w.parts, ArchivePart{Number: part.Number, State: PartOpen, Photos: len(part.Entries), Bytes: part.Bytes})
	}
	return nil
}

// storeSheet begins to store the sheet.
func (w *planWriter) storeSheet() error {
	if len(w.sheet) == 0 {
		return nil
	}
	sheet := w.sheet
	w.sheet = nil
	body, err := json.Marshal(sheet)
	if err != nil {
		return fmt.Errorf("write a sheet of the plan: %w", err)
	}
	o := w.archive.planSheet(w.uploadID, sheetOf(sheet[0].Number))
	w.crew.do(func(ctx context.Context) error {
		if err := w.library.Objects.Put(ctx, o, "application/json", body); err != nil {
			return fmt.Errorf("store a sheet of the plan: %w", err)
		}
		w.library.sheets.put(o.Key, sheet)
		return nil
	})
	return nil
}

// describe gives one photo as a builder has to know it. Its time in the zip is when it was taken, as the camera's clock
// said, or else when it was uploaded.
func describe(p PhotoFile, namer *zipper.Namer) plannedPhoto {
	planned := plannedPhoto{
		ID: p.ID, FileName: p.FileName, Name: namer.Name(p.FileName), Size: p.Size, CRC32: p.CRC32, ETag: p.ETag, Modified: p.UploadedAt,
	}
	if p.TakenAt != "" { // or the error would cost more than the rest
		if taken, err := time.Parse("2006-01-02T15:04:05", p.TakenAt); err == nil {
			planned.Modified = taken
		}
	}
	return planned
}

// sendDueJobs sends the jobs that an archive which is BUILDING waits for.
func (l *Library) sendDueJobs(ctx context.Context, a Archive) error {
	parts, err := l.Catalog.ArchiveParts(ctx, a.Owner, a.ID)
	if err != nil {
		return fmt.Errorf("read the archive's parts: %w", err)
	}
	return l.sendPartJobs(ctx, a, parts)
}

// sendPartJobs sends the jobs of the open parts among these, or the finish job when there is none.
func (l *Library) sendPartJobs(ctx context.Context, a Archive, parts []ArchivePart) error {
	jobs := make([]Job, 0, len(parts))
	for _, p := range parts {
		if p.State == PartOpen {
			jobs = append(jobs, Job{Kind: JobPart, Owner: a.Owner, ArchiveID: a.ID, Part: p.Number})
		}
	}
	if len(jobs) == 0 {
		jobs = append(jobs, Job{Kind: JobFinish, Owner: a.Owner, ArchiveID: a.ID})
	}
	if err := l.Queue.Send(ctx, jobs...); err != nil {
		return fmt.Errorf("send the archive's jobs: %w", err)
	}
	return nil
}

// replan begins an archive anew, because what was built for it is lost; after maxPlans it fails instead.
func (l *Library) replan(ctx context.Context, a Archive, why string) error {
	l.Logger.WarnContext(ctx, "an archive is planned again", "archive", a.ID, "plans", a.Plans, "reason", why)
	if a.Plans >= maxPlans {
		return l.failArchive(ctx, a, ArchiveFailure{string(Internal), "The archive could not be built, although it was tried several times. Request it again."})
	}
	lost := a.UploadID
	a.Status, a.UpdatedAt = ArchiveQueued, l.now()
	switch err := l.Catalog.MoveArchive(ctx, a, ArchiveBuilding); {
	case CodeOf(err) == Conflict:
		return l.announceEnd(ctx, a)
	case err != nil:
		return fmt.Errorf("begin the archive anew: %w", err)
	}
	// Only what belongs to the lost plan goes: the next one may be under way already.
	if err := l.Objects.AbortUpload(ctx, a.Object(), lost); err != nil {
		return fmt.Errorf("abort the lost upload: %w", err)
	}
	if err := l.deleteWorking(ctx, a.planFolder(lost), ""); err != nil {
		return err
	}
	if err := l.Queue.Send(ctx, Job{Kind: JobPlan, Owner: a.Owner, ArchiveID: a.ID}); err != nil {
		return fmt.Errorf("send a plan job: %w", err)
	}
	return nil
}

// failArchive ends an archive that is not final yet, and says so to its owner.
func (l *Library) failArchive(ctx context.Context, a Archive, why ArchiveFailure) error {
	upload := a.UploadID
	a.Status, a.Failure, a.UpdatedAt = ArchiveFailed, &why, l.now()
	switch err := l.Catalog.MoveArchive(ctx, a, ArchiveQueued, ArchiveBuilding); {
	case CodeOf(err) == Conflict:
		return l.announceEnd(ctx, a)
	case err != nil:
		return fmt.Errorf("record the failure: %w", err)
	}
	if err := l.clearArchive(ctx, a, upload); err != nil {
		l.Logger.WarnContext(ctx, "objects of a failed archive are left to the sweeper", "archive", a.ID, "error", err)
	}
	return l.announce(ctx, a)
}

// giveUpArchive ends an archive one of whose jobs failed too often.
func (l *Library) giveUpArchive(ctx context.Context, owner Owner, id string) error {
	a, found, err := l.archiveOfJob(ctx, owner, id)
	switch {
	case err != nil || !found:
		return err
	case a.Status == ArchiveFailed:
		return l.announce(ctx, a) // the one who made it so may have died before saying so
	case a.Status.Final():
		return nil
	}
	return l.failArchive(ctx, a, ArchiveFailure{string(Internal), "The archive could not be built, although it was tried several times. Request it again."})
}

// archiveOfJob gives the archive that a job is about; found is false for a job whose archive is not there.
func (l *Library) archiveOfJob(ctx context.Context, owner Owner, id string) (a Archive, found bool, err error) {
	a, err = l.Catalog.Archive(ctx, owner, id)
	switch {
	case CodeOf(err) == NotFound:
		return Archive{}, false, nil
	case err != nil:
		return Archive{}, false, fmt.Errorf("read the archive: %w", err)
	}
	return a, true, nil
}

// readJSON reads a whole object of ours as JSON.
func (l *Library) readJSON(ctx context.Context, o Object, v any) error {
	body, info, err := l.Objects.Get(ctx, o, 0, 0, "")
	if err != nil {
		return err
	}
	defer body.Close()
	buf := bytes.NewBuffer(make([]byte, 0, info.Size+bytes.MinRead))
	if _, err := buf.ReadFrom(io.LimitReader(body, info.Size+1)); err != nil {
		return fmt.Errorf("read %s: %w", o.Key, err)
	}
	if int64(buf.Len()) != info.Size {
		return fmt.Errorf("read %s: %d bytes of %d", o.Key, buf.Len(), info.Size)
	}
	if err := json.Unmarshal(buf.Bytes(), v); err != nil {
		return fmt.Errorf("read %s: %w", o.Key, err)
	}
	return nil
}
