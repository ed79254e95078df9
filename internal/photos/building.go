package photos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"

	"pam/internal/zipper"
)

// Names of the objects that describe a built part, below its Result prefix.
const (
	resultFile = "result"
	csvFile    = "labels.csv"
	bytesFile  = "bytes" // of a short part
)

// partResult says what a built part holds. A finisher reads it instead of the photos.
type partResult struct {
	Entries  []zipper.Entry
	Skipped  []SkippedPhoto
	CSVSize  int64 // of the part's piece of labels.csv
	CSVCRC32 uint32
}

// BuildPart does a part job: it fetches the part's photos straight into their places in one buffer, checks each, and
// uploads the buffer as the part. Photos that are gone or changed are left out and listed. Of several builders of the
// same part one is recorded; each writes its results under a prefix of its own, so they cannot mix.
func (l *Library) BuildPart(ctx context.Context, owner Owner, id string, number int) error {
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
		return nil // of an earlier plan
	case err != nil:
		return fmt.Errorf("read the part: %w", err)
	case part.State != PartOpen:
		return l.finishWhenBuilt(ctx, a)
	}
	var plan []plannedPhoto
	if err := l.readJSON(ctx, a.planSlice(a.UploadID, number), &plan); err != nil {
		if CodeOf(err) == NotFound {
			return l.replanIfCurrent(ctx, a, "a slice of the plan is gone")
		}
		return fmt.Errorf("read the plan: %w", err)
	}
	buf, result, csv, err := l.fillPart(ctx, owner, plan)
	if err != nil {
		return err
	}
	part.Size, part.CRC32 = int64(len(buf)), crc32.ChecksumIEEE(buf)
	part.Result = a.planFolder(a.UploadID) + "part/" + fmt.Sprint(number) + "/" + l.NewID(l.now()) + "/"
	if err := l.storeResult(ctx, part.Result, result, csv); err != nil {
		return err
	}
	if (zipper.Segment{Size: part.Size}).Short() {
		part.State = PartShort
		if err := l.Objects.Put(ctx, Object{WorkingBucket, part.Result + bytesFile}, "application/octet-stream", buf); err != nil {
			return fmt.Errorf("store a short part: %w", err)
		}
	} else {
		part.State = PartUploaded
		part.ETag, err = l.Objects.UploadPart(ctx, a.Object(), a.UploadID, number, buf, part.CRC32)
		if CodeOf(err) == NotFound {
			return l.replanIfCurrent(ctx, a, "the upload is gone")
		}
		if err != nil {
			return fmt.Errorf("upload the part: %w", err)
		}
	}
	a, err = l.Catalog.CompletePart(ctx, owner, id, a.UploadID, part, l.now())
	switch {
	case CodeOf(err) == Conflict || CodeOf(err) == NotFound:
		return nil // another builder was faster, or the archive has moved on
	case err != nil:
		return fmt.Errorf("record the part: %w", err)
	}
	return l.finishWhenBuilt(ctx, a)
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
	case now.Status == ArchiveFailed:
		return l.announce(ctx, now)
	case now.Status != ArchiveBuilding || now.UploadID != a.UploadID:
		return nil
	}
	return l.replan(ctx, now, why)
}

// fillPart gives the bytes of a part, what it holds, and its piece of labels.csv.
func (l *Library) fillPart(ctx context.Context, owner Owner, plan []plannedPhoto) ([]byte, partResult, []byte, error) {
	known, err := l.photosByID(ctx, owner, plan)
	if err != nil {
		return nil, partResult{}, nil, err
	}
	entries := make([]zipper.Entry, len(plan))
	for i, p := range plan {
		entries[i] = p.entry()
	}
	placements, size := zipper.Layout(entries)
	buf := make([]byte, size)
	reasons := make([]string, len(plan)) // why a photo is left out; "" for one that is there
	err = inParallel(ctx, len(plan), l.ArchiveFetches, func(ctx context.Context, i int) error {
		if _, ok := known[plan[i].ID]; !ok {
			reasons[i] = "The photo was deleted before the archive was built."
			return nil
		}
		place := placements[i]
		zipper.AppendLocalHeader(buf[place.Header:place.Header:place.Data], entries[i])
		reason, err := l.fetch(ctx, owner, plan[i], buf[place.Data:place.End])
		reasons[i] = reason
		return err
	})
	if err != nil {
		return nil, partResult{}, nil, fmt.Errorf("fetch the part's photos: %w", err)
	}

	var result partResult
	var csv labelsCSV
	keep := make([]bool, len(plan))
	for i, p := range plan {
		if reasons[i] != "" {
			skipped := SkippedPhoto{PhotoID: p.ID, FileName: p.FileName, Reason: reasons[i]}
			result.Skipped = append(result.Skipped, skipped)
			csv.addSkipped(p.Name, skipped.Reason)
			continue
		}
		keep[i] = true
		result.Entries = append(result.Entries, entries[i])
		csv.addPhoto(p.Name, known[p.ID])
	}
	if len(result.Skipped) > 0 {
		size = zipper.Compact(buf, placements, keep)
	}
	rows := csv.bytes()
	result.CSVSize, result.CSVCRC32 = int64(len(rows)), crc32.ChecksumIEEE(rows)
	return buf[:size], result, rows, nil
}

// photosByID gives those photos of a plan that are still there.
func (l *Library) photosByID(ctx context.Context, owner Owner, plan []plannedPhoto) (map[string]Photo, error) {
	known := make(map[string]Photo, len(plan))
	for rest := plan; len(rest) > 0; {
		n := min(len(rest), 1000)
		ids := make([]string, n)
		for i, p := range rest[:n] {
			ids[i] = p.ID
		}
		rest = rest[n:]
		found, err := l.Catalog.Photos(ctx, owner, ids)
		if err != nil {
			return nil, fmt.Errorf("read the part's photos: %w", err)
		}
		for _, p := range found {
			known[p.ID] = p
		}
	}
	return known, nil
}

// fetch reads a photo's bytes into their place. It gives a reason to leave the photo out when its bytes are not those of
// the plan; an error means that reading is worth another try.
func (l *Library) fetch(ctx context.Context, owner Owner, p plannedPhoto, place []byte) (reason string, err error) {
	const gone = "The photo's file is gone from the store."
	const changed = "The photo's file has changed in the store since it was uploaded."
	body, info, err := l.Objects.Get(ctx, Object{StorageBucket, PhotoKey(owner, p.ID)}, 0, 0, p.ETag)
	switch {
	case CodeOf(err) == NotFound:
		return gone, nil
	case CodeOf(err) == Conflict:
		return changed, nil
	case err != nil:
		return "", err
	}
	defer body.Close()
	if info.Size != p.Size {
		return changed, nil
	}
	if _, err := io.ReadFull(body, place); err != nil {
		return "", fmt.Errorf("read photo %s: %w", p.ID, err)
	}
	if crc32.ChecksumIEEE(place) != p.CRC32 {
		return changed, nil
	}
	return "", nil
}

// storeResult keeps what a finisher has to know of a part.
func (l *Library) storeResult(ctx context.Context, prefix string, result partResult, csv []byte) error {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(result); err != nil {
		return fmt.Errorf("write the part's result: %w", err)
	}
	if err := l.Objects.Put(ctx, Object{WorkingBucket, prefix + resultFile}, "application/json", body.Bytes()); err != nil {
		return fmt.Errorf("store the part's result: %w", err)
	}
	if err := l.Objects.Put(ctx, Object{WorkingBucket, prefix + csvFile}, "text/csv", csv); err != nil {
		return fmt.Errorf("store the part's labels: %w", err)
	}
	return nil
}
