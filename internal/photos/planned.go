package photos

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"pam/internal/zipper"
)

// plannedPhoto is one photo of a plan: what a builder has to know of it.
type plannedPhoto struct {
	ID       string    `json:"id"`
	FileName string    `json:"fileName"`
	Name     string    `json:"name"` // in the zip
	Size     int64     `json:"size"`
	CRC32    uint32    `json:"crc32"`
	ETag     string    `json:"etag"`
	Modified time.Time `json:"modified"`
}

func (p plannedPhoto) entry() zipper.Entry {
	return zipper.Entry{Name: p.Name, Size: p.Size, CRC32: p.CRC32, Modified: p.Modified}
}

// partPlan is the plan of one part.
type partPlan struct {
	Number int            `json:"number"`
	Photos []plannedPhoto `json:"photos"` // in the order in which they lie in the part
	Copied int64          `json:"copied"` // last bytes of the last photo, which the store copies as a part of their own; 0 for none
}

func (p partPlan) entries() []zipper.Entry {
	entries := make([]zipper.Entry, len(p.Photos))
	for i, photo := range p.Photos {
		entries[i] = photo.entry()
	}
	return entries
}

// entriesBut gives the entries of the photos that were not skipped. Those that were must all be there, in the order of the plan.
func (p partPlan) entriesBut(skipped []SkippedPhoto) ([]zipper.Entry, error) {
	entries := make([]zipper.Entry, 0, len(p.Photos))
	for _, photo := range p.Photos {
		if len(skipped) > 0 && skipped[0].PhotoID == photo.ID {
			skipped = skipped[1:]
			continue
		}
		entries = append(entries, photo.entry())
	}
	if len(skipped) > 0 {
		return nil, fmt.Errorf("part %d: photo %s was skipped out of turn", p.Number, skipped[0].PhotoID)
	}
	return entries, nil
}

// planFolder holds what belongs to one plan of an archive: it is named after the plan's upload, so that an archive that
// is planned again, or by two at once, keeps the plans apart.
func (a Archive) planFolder(uploadID string) string {
	sum := sha256.Sum256([]byte(uploadID))
	return a.prefix() + "plan-" + hex.EncodeToString(sum[:8]) + "/"
}

// sheetParts is how many part numbers a sheet of the plan has. Each sheet is one object, so that most jobs find the plan of
// their part in a sheet that was read before.
const sheetParts = 8

// sheetOf says on which sheet a part is.
func sheetOf(part int) int { return (part - 1) / sheetParts }

func (a Archive) planSheet(uploadID string, sheet int) Object {
	return Object{WorkingBucket, a.planFolder(uploadID) + "sheet/" + strconv.Itoa(sheet)}
}

// plannedPart gives the plan of one part; NotFound where it is gone.
func (l *Library) plannedPart(ctx context.Context, a Archive, number int) (partPlan, error) {
	o := a.planSheet(a.UploadID, sheetOf(number))
	sheet, err := l.sheets.get(ctx, o.Key, func() (sheet []partPlan, err error) {
		err = l.readJSON(ctx, o, &sheet)
		return sheet, err
	})
	if err != nil {
		return partPlan{}, err
	}
	at := slices.IndexFunc(sheet, func(p partPlan) bool { return p.Number == number })
	if at < 0 {
		return partPlan{}, Errorf(NotFound, "the plan has no part %d", number)
	}
	return sheet[at], nil
}

// keptPhotos is how many photos the sheets have altogether that a process keeps: some megabytes.
const keptPhotos = 16 << 10

// sheets are the sheets that this process has written or read of late. What is on a sheet never changes, and nobody who
// gets one may change it.
type sheets struct {
	mu   sync.Mutex
	kept []*keptSheet // the latest last
}

type keptSheet struct {
	key    string
	photos int
	read   chan struct{} // closed when the rest is there
	plans  []partPlan
	err    error
}

// put keeps a sheet.
func (s *sheets) put(key string, plans []partPlan) {
	kept := &keptSheet{key: key, read: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, kept)
	s.fill(kept, plans, nil)
}

// get gives a sheet, by read if it is not kept. Of several that need it at once one reads it.
func (s *sheets) get(ctx context.Context, key string, read func() ([]partPlan, error)) ([]partPlan, error) {
	s.mu.Lock()
	at := slices.IndexFunc(s.kept, func(k *keptSheet) bool { return k.key == key })
	if at < 0 {
		kept := &keptSheet{key: key, read: make(chan struct{})}
		s.kept = append(s.kept, kept)
		s.mu.Unlock()
		plans, err := read()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fill(kept, plans, err)
		return plans, err
	}
	kept := s.kept[at]
	s.mu.Unlock()
	select {
	case <-kept.read:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if kept.err != nil {
		return read() // the error may be that of the other's context
	}
	return kept.plans, nil
}

// fill tells those who wait for a sheet, and drops the oldest where there are too many now; one that cannot be read is not
// kept.
func (s *sheets) fill(kept *keptSheet, plans []partPlan, err error) {
	for _, p := range plans {
		kept.photos += len(p.Photos)
	}
	kept.plans, kept.err = plans, err
	close(kept.read)
	if err != nil {
		s.kept = slices.DeleteFunc(s.kept, func(k *keptSheet) bool { return k == kept })
	}
	photos := 0
	for i, k := range slices.Backward(s.kept) {
		if photos += k.photos; photos > keptPhotos {
			s.kept = slices.Delete(s.kept, 0, i+1)
			return
		}
	}
}
