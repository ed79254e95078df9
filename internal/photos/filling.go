package photos

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"

	"pam/internal/zipper"
)

// filling is a part that is being filled: the buffer of what is sent, and what is copied behind it.
type filling struct {
	library *Library
	archive Archive
	number  int
	plan    partPlan

	entries    []zipper.Entry
	placements []zipper.Placement // the last one ends with what is sent of it
	buf        []byte
	release    func()   // of buf
	reasons    []string // why a photo is left out; "" for one that is there
	sums       []uint32 // CRC-32 of what was fetched of each photo
	copy       partPiece
}

// newFilling takes the memory for a part; its release must be called.
func (l *Library) newFilling(ctx context.Context, a Archive, number int, plan partPlan) (*filling, error) {
	if len(plan.Photos) == 0 {
		return nil, fmt.Errorf("part %d was planned without photos", number)
	}
	f := &filling{library: l, archive: a, number: number, plan: plan, entries: plan.entries()}
	var size int64
	f.placements, size = zipper.Layout(f.entries)
	size -= plan.Copied
	f.placements[f.last()].End = size
	f.reasons, f.sums = make([]string, len(f.entries)), make([]uint32, len(f.entries))
	var err error
	if f.buf, f.release, err = l.buffers.take(ctx, int(size)); err != nil {
		return nil, fmt.Errorf("wait for memory: %w", err)
	}
	return f, nil
}

func (f *filling) last() int { return len(f.entries) - 1 }

// fill fetches the photos that are known, and has the last one copied where the plan says so.
func (f *filling) fill(ctx context.Context, known map[string][]PhotoLabel) error {
	_, lastIsKnown := known[f.plan.Photos[f.last()].ID]
	copies := lastIsKnown && f.plan.Copied > 0
	var copied Checksum
	var copyReason string
	crew := newCrew(ctx, 2)
	if copies {
		crew.do(func(ctx context.Context) (err error) {
			f.copy, copied, copyReason, err = f.library.copyPhoto(ctx, f.archive, f.number+1, f.plan.Photos[f.last()], f.plan.Copied)
			return err
		})
	}
	crew.do(func(ctx context.Context) error { return f.fetch(ctx, f.begin(known)) })
	if err := crew.wait(); err != nil {
		return fmt.Errorf("fetch the part's photos: %w", err)
	}
	if copies && f.reasons[f.last()] == "" {
		f.reasons[f.last()] = copyReason
		f.checkCopy(copied)
	}
	return nil
}

// begin writes the local headers of the photos that are known, and gives those of which bytes are to be fetched.
func (f *filling) begin(known map[string][]PhotoLabel) (due []int) {
	due = make([]int, 0, len(f.entries))
	for i, p := range f.plan.Photos {
		if _, ok := known[p.ID]; !ok {
			f.reasons[i] = "The photo was deleted before the archive was built."
			continue
		}
		place := f.placements[i]
		zipper.AppendLocalHeader(f.buf[place.Header:place.Header:place.Data], f.entries[i])
		if place.End > place.Data || p.Size == 0 { // else all of it is copied
			due = append(due, i)
		}
	}
	return due
}

// fetch fetches photos into their places: all are tried once, and then those again that failed.
func (f *filling) fetch(ctx context.Context, due []int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errs := make([]error, len(due))
	err := f.library.reads.doAll(ctx, len(due), func(at int) (took timing) {
		i := due[at]
		f.sums[i], f.reasons[i], took = f.library.read(ctx, f.archive.Owner, f.plan.Photos[i], f.place(i))
		if errs[at] = took.err; errors.Is(took.err, ErrBusy) {
			cancel(took.err) // the job comes again
		}
		return took
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	var failed []int
	for at := range due {
		if errs[at] != nil {
			failed = append(failed, at)
		}
	}
	return inParallel(ctx, len(failed), maxReads, func(ctx context.Context, n int) (err error) {
		i := due[failed[n]]
		f.sums[i], f.reasons[i], err = f.library.readAgain(ctx, f.archive.Owner, f.plan.Photos[i], f.place(i), errs[failed[n]])
		return err
	})
}

// place is where the bytes of a photo lie that are sent.
func (f *filling) place(i int) []byte { return f.buf[f.placements[i].Data:f.placements[i].End] }

// checkCopy compares the CRC-32 of what was copied with the catalog's, where the store tells it. The bytes never came by
// here, but their CRC-32 follows from that of the photo and that of its beginning, which was fetched: putting two CRCs
// together ends in an exclusive or with the second.
func (f *filling) checkCopy(told Checksum) {
	f.copy.CRC32 = zipper.CombineCRC32(f.sums[f.last()], f.entries[f.last()].CRC32, f.plan.Copied)
	if told.Known && told.CRC32 != f.copy.CRC32 && f.reasons[f.last()] == "" {
		f.reasons[f.last()] = reasonChanged
	}
}

// copied gives what was copied; ok is false when nothing was, or what was is left out.
func (f *filling) copied() (piece partPiece, ok bool) {
	return f.copy, f.plan.Copied > 0 && f.reasons[f.last()] == ""
}

// account says what the part holds, and gives its piece of labels.csv.
func (f *filling) account(known map[string][]PhotoLabel) (partResult, []byte) {
	var result partResult
	var csv labelsCSV
	for i, p := range f.plan.Photos {
		if f.reasons[i] != "" {
			result.Skipped = append(result.Skipped, SkippedPhoto{PhotoID: p.ID, FileName: p.FileName, Reason: f.reasons[i]})
			csv.addSkipped(p.Name, f.reasons[i])
			continue
		}
		csv.addPhoto(p.Name, known[p.ID])
	}
	rows := csv.bytes()
	result.CSVSize, result.CSVCRC32 = int64(len(rows)), crc32.ChecksumIEEE(rows)
	return result, rows
}

// close closes the gaps of photos that are left out, and gives what is to be sent and its CRC-32. That is put together
// from the local headers and the CRC-32 of each photo, so that no byte is hashed twice.
func (f *filling) close() (sent []byte, sum uint32) {
	keep := make([]bool, len(f.entries))
	for i, place := range f.placements {
		if keep[i] = f.reasons[i] == ""; !keep[i] {
			continue
		}
		sum = crc32.Update(sum, crc32.IEEETable, f.buf[place.Header:place.Data])
		sum = zipper.CombineCRC32(sum, f.sums[i], place.End-place.Data)
	}
	return f.buf[:zipper.Compact(f.buf, f.placements, keep)], sum
}
