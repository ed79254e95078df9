package photos

import (
	"context"
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
func (f *filling) fill(ctx context.Context, known map[string]Photo) error {
	tasks := len(f.entries)
	if _, ok := known[f.plan.Photos[f.last()].ID]; ok && f.plan.Copied > 0 {
		tasks++ // begun last but mostly done first
	}
	var copied Checksum
	var copyReason string
	err := inParallel(ctx, tasks, maxReads, func(ctx context.Context, i int) (err error) {
		if i > f.last() {
			f.copy, copied, copyReason, err = f.library.copyPhoto(ctx, f.archive, f.number+1, f.plan.Photos[f.last()], f.plan.Copied)
			return err
		}
		if _, ok := known[f.plan.Photos[i].ID]; !ok {
			f.reasons[i] = "The photo was deleted before the archive was built."
			return nil
		}
		place := f.placements[i]
		zipper.AppendLocalHeader(f.buf[place.Header:place.Header:place.Data], f.entries[i])
		f.sums[i], f.reasons[i], err = f.library.fetch(ctx, f.archive.Owner, f.plan.Photos[i], f.buf[place.Data:place.End])
		return err
	})
	if err != nil {
		return fmt.Errorf("fetch the part's photos: %w", err)
	}
	if tasks > len(f.entries) && f.reasons[f.last()] == "" {
		f.reasons[f.last()] = copyReason
		f.checkCopy(copied)
	}
	return nil
}

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
func (f *filling) account(known map[string]Photo) (partResult, []byte) {
	var result partResult
	var csv labelsCSV
	for i, p := range f.plan.Photos {
		if f.reasons[i] != "" {
			result.Skipped = append(result.Skipped, SkippedPhoto{PhotoID: p.ID, FileName: p.FileName, Reason: f.reasons[i]})
			csv.addSkipped(p.Name, f.reasons[i])
			continue
		}
		result.Entries = append(result.Entries, f.entries[i])
		csv.addPhoto(p.Name, known[p.ID])
	}
	rows := csv.bytes()
	result.CSVSize, result.CSVCRC32 = int64(len(rows)), crc32.ChecksumIEEE(rows)
	return result, rows
}

// close closes the gaps of photos that are left out, and gives what is to be sent and its CRC-32. That is put together
// from those of the photos, so that no byte is hashed twice.
func (f *filling) close() (sent []byte, sum uint32) {
	keep := make([]bool, len(f.entries))
	for i, place := range f.placements {
		if keep[i] = f.reasons[i] == ""; !keep[i] {
			continue
		}
		sum = zipper.CombineCRC32(sum, crc32.ChecksumIEEE(f.buf[place.Header:place.Data]), place.Data-place.Header)
		sum = zipper.CombineCRC32(sum, f.sums[i], place.End-place.Data)
	}
	return f.buf[:zipper.Compact(f.buf, f.placements, keep)], sum
}
