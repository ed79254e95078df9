package photos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"

	"pam/internal/zipper"
)

// Names of the objects of a built part, in its folder.
const (
	resultFile = "result"
	csvFile    = "labels.csv"
	bytesFile  = "bytes" // of a short part
)

// partResult says how a part was built: with the plan, which says what was to be in it, a finisher knows all of it.
type partResult struct {
	Folder   string         // in the working bucket, of this build alone
	Pieces   []partPiece    // parts of the upload, by number: what was sent, then what was copied; none of a short part
	Skipped  []SkippedPhoto // of the plan, in its order
	CSVSize  int64          // of the part's piece of labels.csv
	CSVCRC32 uint32
	CSV      []byte `json:",omitempty"` // the piece itself; an object of its own when it is empty and CSVSize is not
}

// What the records of an archive's parts carry, instead of objects beside them. It spares the usual archive four requests
// a part.
const (
	carriedBytes = 4 << 20  // by all parts together, as a finisher holds them in memory
	maxCarried   = 64 << 10 // by one, which every database takes
)

// carries says whether the record of each part can carry that many bytes.
func (l *Library) carries(a Archive, size int) bool {
	return size <= maxCarried && size*a.PartCount <= l.carried
}

// keepResult gives what the part's record says of the result: the result itself, or the folder with its object.
func (l *Library) keepResult(ctx context.Context, a Archive, result partResult) (string, error) {
	body, err := json.Marshal(result)
	switch {
	case err != nil:
		return "", fmt.Errorf("write the part's result: %w", err)
	case l.carries(a, len(body)):
		return string(body), nil
	}
	return result.Folder, l.storeObject(ctx, result.Folder+resultFile, "application/json", body)
}

// readResult reads what keepResult has kept.
func (l *Library) readResult(ctx context.Context, p ArchivePart, result *partResult) error {
	if !strings.HasPrefix(p.Result, "{") {
		return l.readJSON(ctx, Object{WorkingBucket, p.Result + resultFile}, result)
	}
	if err := json.Unmarshal([]byte(p.Result), result); err != nil {
		return fmt.Errorf("read the result of part %d: %w", p.Number, err)
	}
	return nil
}

// partPiece is one part of the upload.
type partPiece struct {
	Number int
	ETag   string
	Size   int64
	CRC32  uint32
}

func (p partPiece) uploaded() UploadedPart {
	return UploadedPart{Number: p.Number, ETag: p.ETag, Size: p.Size, Checksum: Checksum{p.CRC32, true}}
}

// BuildPart does a part job: it fetches the part's photos straight into their places in one buffer, checks each, and
// uploads the buffer as the part; where the plan says so it also has the store copy the last photo as the part behind it.
// Photos that are gone, changed or unreadable are left out and listed. Of several builders of the same part one is
// recorded; each writes its results under a prefix of its own, so they cannot mix.
func (l *Library) BuildPart(ctx context.Context, owner Owner, id string, number int) (err error) {
	a, found, err := l.archiveOfJob(ctx, owner, id)
	switch {
	case err != nil || !found:
		return err
	case a.Status == ArchiveFailed:
		return l.announce(ctx, a) // this very job may have failed it and died before saying so
	case a.Status != ArchiveBuilding:
		return nil
	}
	part, err := l.Catalog.ArchivePart(ctx, owner, id, number)
	switch {
	case CodeOf(err) == NotFound:
		return l.announceEnd(ctx, a) // of an earlier plan
	case err != nil:
		return fmt.Errorf("read the part: %w", err)
	case part.State != PartOpen:
		return l.finishWhenBuilt(ctx, a)
	}
	building, stop := l.whileBuilding(ctx, a)
	defer stop()
	part, err = l.buildPart(building, a, part)
	switch {
	case movedOn(building):
		return l.announceEnd(ctx, a)
	case errors.Is(err, errPlanGone):
		return l.replanIfCurrent(ctx, a, "a sheet of the plan is gone")
	case errors.Is(err, errUploadGone):
		return l.replanIfCurrent(ctx, a, "the upload is gone")
	case err != nil:
		return err
	}
	stop()
	now, err := l.Catalog.CompletePart(ctx, owner, id, a.UploadID, part, l.now())
	switch {
	case CodeOf(err) == Conflict || CodeOf(err) == NotFound:
		return l.announceEnd(ctx, a) // another builder was faster, or the archive has moved on
	case err != nil:
		return fmt.Errorf("record the part: %w", err)
	}
	return l.finishWhenBuilt(ctx, now)
}

// What a part cannot be built without.
var (
	errPlanGone   = errors.New("the plan is gone")
	errUploadGone = errors.New("the upload is gone")
	// errCopyFails says that the last photo of a part must be sent after all.
	errCopyFails = errors.New("the photo cannot be copied")
)

// buildPart builds a part, stores its result, and gives it as it is to be recorded.
func (l *Library) buildPart(ctx context.Context, a Archive, part ArchivePart) (ArchivePart, error) {
	plan, err := l.plannedPart(ctx, a, part.Number)
	switch {
	case CodeOf(err) == NotFound:
		return part, errPlanGone
	case err != nil:
		return part, fmt.Errorf("read the plan: %w", err)
	}
	built, err := l.fillAndSend(ctx, a, part, plan)
	if errors.Is(err, errCopyFails) {
		plan.Copied = 0
		built, err = l.fillAndSend(ctx, a, part, plan)
	}
	return built, err
}

// fillAndSend builds a part as the plan says.
func (l *Library) fillAndSend(ctx context.Context, a Archive, part ArchivePart, plan partPlan) (ArchivePart, error) {
	known, err := l.labelsOf(ctx, a.Owner, plan.Photos)
	if err != nil {
		return part, err
	}
	f, err := l.newFilling(ctx, a, part.Number, plan)
	if err != nil {
		return part, err
	}
	release := sync.OnceFunc(f.release)
	defer release()
	if err := f.fill(ctx, known); err != nil {
		return part, err
	}
	result, csv := f.account(known)
	result.Folder = a.planFolder(a.UploadID) + "part/" + strconv.Itoa(part.Number) + "/" + l.NewID(l.now()) + "/"
	sent, sum := f.close()
	copied, hasCopy := f.copied()
	if hasCopy && len(sent) < MinPartSize {
		return part, errCopyFails // S3 would refuse what is sent before it
	}
	part.State, part.Size, part.CRC32 = PartUploaded, int64(len(sent)), sum
	short := (zipper.Segment{Size: part.Size}).Short()
	if l.carries(a, len(csv)) {
		result.CSV = csv
	}
	err = inParallel(ctx, 2, 2, func(ctx context.Context, i int) error {
		switch {
		case i == 0 && result.CSV == nil:
			return l.storeObject(ctx, result.Folder+csvFile, "text/csv", csv)
		case i == 0:
			return nil
		case short:
			return l.storeObject(ctx, result.Folder+bytesFile, "application/octet-stream", sent)
		}
		etag, err := l.Objects.UploadPart(ctx, a.Object(), a.UploadID, part.Number, sent, sum)
		switch {
		case CodeOf(err) == NotFound:
			return errUploadGone
		case err != nil:
			return fmt.Errorf("upload the part: %w", err)
		}
		part.ETag = etag
		return nil
	})
	if err != nil {
		return part, err
	}
	release() // the next part can be fetched while the result of this one is kept
	if short {
		part.State = PartShort
	} else {
		result.Pieces = append(result.Pieces, partPiece{part.Number, part.ETag, part.Size, part.CRC32})
	}
	if hasCopy {
		result.Pieces = append(result.Pieces, copied)
		part.CRC32 = zipper.CombineCRC32(part.CRC32, copied.CRC32, copied.Size)
		part.Size += copied.Size
	}
	part.Result, err = l.keepResult(ctx, a, result)
	return part, err
}

// storeObject keeps something of an archive in the working bucket.
func (l *Library) storeObject(ctx context.Context, key, contentType string, body []byte) error {
	if err := l.Objects.Put(ctx, Object{WorkingBucket, key}, contentType, body); err != nil {
		return fmt.Errorf("store what was built: %w", err)
	}
	return nil
}

// finishWhenBuilt sends the finish job of an archive whose parts are all recorded.
func (l *Library) finishWhenBuilt(ctx context.Context, a Archive) error {
	if a.PartsDone < a.PartCount {
		return nil
	}
	if err := l.Queue.Send(ctx, Job{Kind: JobFinish, Owner: a.Owner, ArchiveID: a.ID}); err != nil {
		return fmt.Errorf("send the finish job: %w", err)
	}
	return nil
}

// replanIfCurrent plans an archive again when it still is at the state in which something of it was missed; else it was
// cancelled or finished in the meantime, which explains the loss.
func (l *Library) replanIfCurrent(ctx context.Context, a Archive, why string) error {
	now, found, err := l.archiveOfJob(ctx, a.Owner, a.ID)
	switch {
	case err != nil || !found:
		return err
	case now.Status == ArchiveFailed || now.Status == ArchiveReady:
		return l.announce(ctx, now)
	case now.Status != ArchiveBuilding || now.UploadID != a.UploadID:
		return nil
	}
	return l.replan(ctx, now, why)
}

// labelsOf gives the labels of those photos of a plan that are still there, by id.
func (l *Library) labelsOf(ctx context.Context, owner Owner, plan []plannedPhoto) (map[string][]PhotoLabel, error) {
	var known map[string][]PhotoLabel
	for rest := plan; len(rest) > 0; {
		n := min(len(rest), 1000)
		ids := make([]string, n)
		for i, p := range rest[:n] {
			ids[i] = p.ID
		}
		rest = rest[n:]
		found, err := l.Catalog.PhotoLabels(ctx, owner, ids)
		if err != nil {
			return nil, fmt.Errorf("read the labels of the part's photos: %w", err)
		}
		if known == nil {
			known = found
		} else {
			maps.Copy(known, found)
		}
	}
	return known, nil
}
