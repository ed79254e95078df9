package photos

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"pam/internal/zipper"
)

// FinishArchive does a finish job: it writes the tail of the zip (short parts, labels.csv, central directory) as the last
// parts of the upload, completes the upload, and makes the archive READY.
//
// It may be tried again after a crash at any line, and by several at once: the tail follows from the plan and the recorded
// parts alone, so every finisher writes the same bytes.
func (l *Library) FinishArchive(ctx context.Context, owner Owner, id string) error {
	a, found, err := l.archiveOfJob(ctx, owner, id)
	switch {
	case err != nil || !found:
		return err
	case a.Status == ArchiveReady || a.Status == ArchiveFailed:
		return l.announce(ctx, a) // the one who made it so may have died before saying so
	case a.Status != ArchiveBuilding:
		return nil
	}
	parts, err := l.Catalog.ArchiveParts(ctx, owner, id)
	switch {
	case CodeOf(err) == Conflict || CodeOf(err) == NotFound || err == nil && len(parts) != a.PartCount:
		return l.announceEnd(ctx, a) // it is over, or was planned again, since it was read
	case err != nil:
		return fmt.Errorf("read the archive's parts: %w", err)
	}
	for _, p := range parts {
		if p.State == PartOpen {
			return nil // its builder sends another finish job
		}
	}
	building, stop := l.whileBuilding(ctx, a)
	defer stop()
	ending, err := l.prepareEnding(building, a, parts)
	switch {
	case movedOn(building):
		return l.announceEnd(ctx, a)
	case CodeOf(err) == NotFound:
		return l.replanIfCurrent(ctx, a, "the plan or the result of a part is gone")
	case err != nil:
		return err
	case ending.directory.entries == 0:
		return l.failEmpty(ctx, a, ending.skipped)
	}
	uploaded, err := l.uploadTail(building, a, ending)
	switch {
	case movedOn(building):
		return l.announceEnd(ctx, a)
	case errors.Is(err, errPieceGone):
		return l.replanIfCurrent(ctx, a, "a piece of a part is gone")
	case CodeOf(err) == NotFound:
		return l.settleCompleted(ctx, a, ending)
	case errors.Is(err, zipper.ErrTooLarge):
		return l.replanIfCurrent(ctx, a, "so many photos are gone that the rest no longer fits into the parts planned for it")
	case err != nil:
		return fmt.Errorf("upload the archive's tail: %w", err)
	}
	stop() // from here on it is this job that ends the building
	_, err = l.Objects.CompleteUpload(ctx, a.Object(), a.UploadID, append(ending.uploaded(), uploaded...))
	switch {
	case CodeOf(err) == NotFound:
		return l.settleCompleted(ctx, a, ending)
	case CodeOf(err) == Conflict:
		return l.reopenLost(ctx, a, ending, err)
	case err != nil:
		return fmt.Errorf("complete the upload: %w", err)
	}
	return l.settle(ctx, a, ending)
}

// completionPatience is how long after an archive's last step its upload may be gone without its zip being there.
const completionPatience = time.Minute

// settleCompleted makes an archive READY whose upload is no more, if what lies in its place is what is due.
func (l *Library) settleCompleted(ctx context.Context, a Archive, e ending) error {
	info, err := l.Objects.Head(ctx, a.Object())
	switch {
	case CodeOf(err) == NotFound && l.now().Sub(a.UpdatedAt) < completionPatience:
		// Another finisher may be completing the upload, and the store may show the result a little later.
		return fmt.Errorf("the upload is gone and there is no archive yet: %w", ErrBusy)
	case CodeOf(err) == NotFound:
		return l.replanIfCurrent(ctx, a, "the upload is gone and there is no archive")
	case err != nil:
		return fmt.Errorf("look at the archive: %w", err)
	case info.Size != e.size:
		return l.replanIfCurrent(ctx, a, fmt.Sprintf("the archive has %d bytes and should have %d", info.Size, e.size))
	}
	return l.settle(ctx, a, e)
}

// settle makes an archive READY whose zip is there.
func (l *Library) settle(ctx context.Context, a Archive, e ending) error {
	a.Status, a.UpdatedAt, a.ReadyAt = ArchiveReady, l.now(), l.now()
	a.ExpiresAt, a.Size = a.ReadyAt.Add(ArchiveLife), e.size
	a.SkippedCount, a.Skipped = len(e.skipped), e.skipped[:min(len(e.skipped), MaxSkippedListed)]
	switch err := l.Catalog.MoveArchive(ctx, a, ArchiveBuilding); {
	case CodeOf(err) == Conflict:
		return l.announceEnd(ctx, a) // of another finisher; if it was cancelled the sweeper deletes the zip
	case err != nil:
		return fmt.Errorf("make the archive ready: %w", err)
	}
	err := l.announce(ctx, a)
	if err := l.deleteWorking(ctx, a.prefix(), a.Object().Key); err != nil {
		l.Logger.WarnContext(ctx, "what an archive was made from is left to the sweeper", "archive", a.ID, "error", err)
	}
	return err
}

// failEmpty ends an archive none of whose photos could be had.
func (l *Library) failEmpty(ctx context.Context, a Archive, skipped []SkippedPhoto) error {
	a.SkippedCount, a.Skipped = len(skipped), skipped[:min(len(skipped), MaxSkippedListed)]
	return l.failArchive(ctx, a, ArchiveFailure{string(NotFound), "None of the archive's photos could be put in: " + skipped[0].Reason})
}

// reopenLost has those parts built again that the upload does not hold as they were recorded, and therefore could not be
// completed with. Two builders of one part may have sent different bytes, if a photo vanished in between, and the store
// keeps the later ones.
func (l *Library) reopenLost(ctx context.Context, a Archive, e ending, refused error) error {
	held, err := l.Objects.ListParts(ctx, a.Object(), a.UploadID)
	switch {
	case CodeOf(err) == NotFound:
		return l.settleCompleted(ctx, a, e)
	case err != nil:
		return fmt.Errorf("list the upload's parts: %w", err)
	}
	etags := make(map[int]string, len(held))
	for _, h := range held {
		etags[h.Number] = h.ETag
	}
	reopened := false
	for i, p := range e.parts {
		lost := func(piece partPiece) bool { return etags[piece.Number] != piece.ETag }
		if !slices.ContainsFunc(e.results[i].Pieces, lost) {
			continue
		}
		reopened = true
		err := l.Catalog.ReopenPart(ctx, a.Owner, a.ID, a.UploadID, p.Number, p.Result, l.now())
		if err != nil && CodeOf(err) != Conflict {
			return fmt.Errorf("reopen a part: %w", err)
		}
		if err := l.Queue.Send(ctx, Job{Kind: JobPart, Owner: a.Owner, ArchiveID: a.ID, Part: p.Number}); err != nil {
			return fmt.Errorf("send a part job: %w", err)
		}
	}
	if !reopened {
		return fmt.Errorf("complete the upload: %w", refused)
	}
	return nil
}

// ending is everything that a finisher knows before it writes.
type ending struct {
	order     zipper.Assembly
	parts     []ArchivePart    // by number
	results   []partResult     // of each part
	entries   [][]zipper.Entry // of each part: the photos that are in it
	places    map[int]int      // by a part's number: which of the parts it is
	labels    zipper.Entry     // labels.csv
	directory directorySums
	skipped   []SkippedPhoto
	size      int64 // of the whole zip
}

type directorySums struct {
	entries int // photos alone
	offset  int64
	size    int64
}

// uploaded gives the parts of the upload that builders sent and copied.
func (e *ending) uploaded() []UploadedPart {
	var parts []UploadedPart
	for _, r := range e.results {
		for _, piece := range r.Pieces {
			parts = append(parts, piece.uploaded())
		}
	}
	return parts
}

// resultsAtOnce is how many small objects a finisher reads at a time.
const resultsAtOnce = 64

// prepareEnding reads the plan and the results of all parts, and from them computes where everything lies.
func (l *Library) prepareEnding(ctx context.Context, a Archive, parts []ArchivePart) (ending, error) {
	e := ending{
		parts: parts, results: make([]partResult, len(parts)), entries: make([][]zipper.Entry, len(parts)), places: make(map[int]int, len(parts)),
	}
	err := inParallel(ctx, len(parts), resultsAtOnce, func(ctx context.Context, i int) error {
		if err := l.readResult(ctx, parts[i], &e.results[i]); err != nil {
			return err
		}
		plan, err := l.plannedPart(ctx, a, parts[i].Number)
		if err != nil {
			return err
		}
		e.entries[i], err = plan.entriesBut(e.results[i].Skipped)
		return err
	})
	if err != nil {
		return ending{}, fmt.Errorf("read the plan and the results of the parts: %w", err)
	}
	segments := make([]zipper.Segment, len(parts))
	for i, p := range parts {
		segments[i] = zipper.Segment{Part: p.Number, Size: p.Size}
		if pieces := e.results[i].Pieces; len(pieces) > 1 {
			segments[i].Copied = pieces[1].Size
		}
		e.places[p.Number] = i
	}
	e.labels = zipper.Entry{
		Name: labelsFile, Size: int64(len(labelsCSVHeader)), CRC32: crc32.ChecksumIEEE([]byte(labelsCSVHeader)), Modified: a.CreatedAt,
	}
	for i, r := range e.results {
		e.labels.CRC32 = zipper.CombineCRC32(e.labels.CRC32, r.CSVCRC32, r.CSVSize)
		e.labels.Size += r.CSVSize
		e.skipped = append(e.skipped, r.Skipped...)
		e.directory.entries += len(e.entries[i])
	}
	if e.order, err = zipper.Assemble(segments); err != nil {
		return ending{}, fmt.Errorf("put the parts in order: %w", err)
	}
	e.directory.offset = e.order.DataEnd + zipper.LocalHeaderSize(e.labels) + e.labels.Size
	var sums zipper.Directory
	e.eachEntry(sums.Count)
	e.directory.size = sums.Size(e.directory.offset)
	e.size = e.directory.offset + e.directory.size
	return e, nil
}

// eachEntry calls visit for every entry of the zip in the order of their offsets.
func (e *ending) eachEntry(visit func(entry zipper.Entry, offset int64)) {
	for _, segments := range [][]zipper.Segment{e.order.Full, e.order.Short} {
		for _, s := range segments {
			entries := e.entries[e.places[s.Part]]
			placements, _ := zipper.Layout(entries)
			for i, entry := range entries {
				visit(entry, s.Offset+placements[i].Header)
			}
		}
	}
	visit(e.labels, e.order.DataEnd)
}

// uploadTail writes what follows the full parts, and gives the parts that it sent.
func (l *Library) uploadTail(ctx context.Context, a Archive, e ending) ([]UploadedPart, error) {
	cuts, err := zipper.CutTail(e.order.TailNumber, e.size-e.order.TailOffset)
	if err != nil {
		return nil, err
	}
	t, release, err := l.newTail(ctx, a, cuts)
	if err != nil {
		return nil, err
	}
	defer release()
	var short, rows []tailPiece
	for _, s := range e.order.Short {
		short = append(short, tailPiece{key: e.results[e.places[s.Part]].Folder + bytesFile, size: s.Size})
	}
	for _, r := range e.results {
		rows = append(rows, tailPiece{r.Folder + csvFile, r.CSVSize, r.CSV})
	}
	if err := t.copyObjects(ctx, short); err != nil {
		return nil, err
	}
	if err := t.write(ctx, zipper.AppendLocalHeader(nil, e.labels)); err != nil {
		return nil, err
	}
	if err := t.write(ctx, []byte(labelsCSVHeader)); err != nil {
		return nil, err
	}
	if err := t.copyObjects(ctx, rows); err != nil {
		return nil, err
	}
	var directory zipper.Directory
	var piece []byte
	e.eachEntry(func(entry zipper.Entry, offset int64) {
		piece = directory.Append(piece, entry, offset)
		if err == nil && len(piece) >= 1<<20 {
			err = t.write(ctx, piece)
			piece = piece[:0]
		}
	})
	if err != nil {
		return nil, err
	}
	if err := t.write(ctx, directory.AppendEnd(piece, e.directory.offset)); err != nil {
		return nil, err
	}
	if len(t.sent) != len(cuts) {
		return nil, fmt.Errorf("the tail has %d parts and should have %d", len(t.sent), len(cuts))
	}
	return t.sent, nil
}
