package photos_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pam/internal/photos"
)

// calm ends all faults and lets the simulation come to rest: jobs are done, sweeps run, time passes.
func (s *simulation) calm() {
	s.note("calm")
	s.faulty = 0
	s.queue.forgiveAll()
	for round := 0; ; round++ {
		s.drain()
		if round >= 3 && s.queue.len() == 0 && s.rests() {
			return
		}
		if round == 60 {
			s.t.Errorf("the simulation does not come to rest: %d messages wait, %v", s.queue.len(), s.unfinished())
			return
		}
		s.sleep(s.untilLook())
		s.sweep()
	}
}

// drain has everything done that does not wait for a sweep.
func (s *simulation) drain() {
	for n := 0; ; n++ {
		if n > 20_000 {
			s.t.Fatalf("tasks do not come to an end")
		}
		waiting := s.settle()
		messages := s.queue.deliverable()
		switch {
		case len(messages) > 0 && s.count(jobTask) < jobTask.atOnce():
			s.deliver(messages[s.random.IntN(len(messages))])
		case len(waiting) > 0:
			s.release(waiting[s.random.IntN(len(waiting))])
		case !s.idle() || s.queue.len() > 0:
			s.sleep(2 * time.Second)
		default:
			s.land(len(s.late))
			return
		}
	}
}

// unfinished gives what still has to come to an end: PENDING photos whose bytes are there, archives that are not final.
func (s *simulation) unfinished() []string {
	ctx := context.Background()
	var found []string
	for _, p := range s.unlabelled() {
		found = append(found, "photo "+p.ID)
	}
	for _, id := range s.ledger.archiveIDs() {
		if a, err := s.db.Catalog().Archive(ctx, simulatedOwner, id); err != nil || !a.Status.Final() {
			found = append(found, fmt.Sprintf("archive %s %s %v", id, a.Status, err))
		}
	}
	return found
}

// unlabelled gives PENDING photos whose bytes are there.
func (s *simulation) unlabelled() []photos.Photo {
	var found []photos.Photo
	for _, id := range s.ledger.photoIDs() {
		p, err := s.db.Catalog().Photo(context.Background(), simulatedOwner, id)
		if err == nil && p.Status == photos.Pending && s.store.bytesOf(photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}) != nil {
			found = append(found, p)
		}
	}
	return found
}

func (s *simulation) rests() bool { return len(s.unfinished()) == 0 }

// untilLook is how long the next sweep waits: mostly longer than the sweeper has patience with anything, but an old
// PENDING photo is looked for in the first minutes of an hour alone.
func (s *simulation) untilLook() time.Duration {
	for _, p := range s.unlabelled() {
		if age := time.Since(p.UploadedAt); age > time.Hour {
			return time.Hour - age%time.Hour + time.Second
		}
	}
	return 6 * time.Minute
}

// check checks what must hold when nothing is under way.
func (s *simulation) check() {
	s.checkCounters()
	for _, what := range s.ledger.errs {
		s.t.Error(what)
	}
	for _, id := range s.ledger.photoIDs() {
		s.checkPhoto(id)
	}
	for _, id := range s.ledger.archiveIDs() {
		s.checkArchive(id)
	}
}

// checkCounters checks what must hold at any moment, as every change of records is one atomic step.
func (s *simulation) checkCounters() {
	wrong, err := photos.CheckInvariants(context.Background(), s.db.Catalog())
	if err != nil || len(wrong) > 0 {
		s.t.Errorf("step %d: counters are wrong: %+v, %v", s.now(), wrong, err)
	}
}

func (s *simulation) checkPhoto(id string) {
	story := s.ledger.photos[id]
	p, err := s.db.Catalog().Photo(context.Background(), simulatedOwner, id)
	if story.deleted > 0 {
		if photos.CodeOf(err) != photos.NotFound {
			s.t.Errorf("photo %s was deleted and is %s, %v", id, p.Status, err)
		}
		return
	}
	if err != nil || story.gone {
		s.t.Errorf("photo %s is %s, %v; the client was told that it is gone: %v", id, p.Status, err, story.gone)
		return
	}
	file, _ := s.fileOf(p.CRC32)
	switch {
	case p.Status == photos.Labelled && story.labelled > 0 && !file.head.Broken:
	case p.Status == photos.Rejected && p.Rejection.Code == photos.NotAnImage && file.head.Broken:
	case p.Status == photos.Rejected && p.Rejection.Code == photos.LabellingFailed && story.givenUp:
	case p.Status == photos.Pending && s.store.bytesOf(photos.Object{Bucket: photos.StorageBucket, Key: p.Key()}) == nil:
	default:
		s.t.Errorf("photo %s is %s %+v; broken: %v, given up: %v", id, p.Status, p.Rejection, file.head.Broken, story.givenUp)
	}
}

func (s *simulation) checkArchive(id string) {
	ctx := context.Background()
	story := s.ledger.archives[id]
	a, err := s.db.Catalog().Archive(ctx, simulatedOwner, id)
	if err != nil {
		s.t.Errorf("archive %s: %v", id, err)
		return
	}
	switch a.Status {
	case photos.ArchiveReady:
		s.checkZip(a)
	case photos.ArchiveExpired:
	case photos.ArchiveCancelled:
		if !story.cancelled {
			s.t.Errorf("nobody cancelled archive %s", id)
		}
		return
	case photos.ArchiveFailed:
		s.checkFailure(a)
	case photos.ArchiveQueued, photos.ArchiveBuilding:
		s.t.Errorf("archive %s is %s for ever", id, a.Status)
		return
	}
	notices, err := s.db.Catalog().ListNotices(ctx, simulatedOwner, nil, 1000)
	told := 0
	for _, n := range notices {
		if n.ArchiveID == id && (n.Kind == photos.NoticeArchiveFailed) == (a.Status == photos.ArchiveFailed) {
			told++
		}
	}
	if err != nil || (told != 1 || story.mail == 0) && !story.givenUp {
		s.t.Errorf("archive %s is %s: %d notices, %d mails, %v", id, a.Status, told, story.mail, err)
	}
}

// due gives how many photos of each CRC-32 must be in an archive: those that matched when it was asked for and have
// been there ever since.
func (s *simulation) due(a photos.Archive, until int) map[uint32]int {
	story := s.ledger.archives[a.ID]
	count := map[uint32]int{}
	for _, p := range s.ledger.photos {
		file, _ := s.fileOf(p.CRC32)
		here := p.labelled > 0 && p.labelled < story.requests[0] && (p.deleted == 0 || p.deleted > until) && (p.damaged == 0 || p.damaged > until)
		if here && file.head.matches(a.Match) {
			count[p.CRC32]++
		}
	}
	return count
}

// possible gives how many photos of each CRC-32 may be in an archive.
func (s *simulation) possible(a photos.Archive, until int) map[uint32]int {
	story := s.ledger.archives[a.ID]
	count := map[uint32]int{}
	for _, p := range s.ledger.photos {
		file, _ := s.fileOf(p.CRC32)
		here := p.labelled > 0 && p.labelled < until && (p.deleted == 0 || p.deleted > story.requests[len(story.requests)-1])
		if here && file.head.matches(a.Match) {
			count[p.CRC32]++
		}
	}
	return count
}

// checkFailure checks that the reason of a FAILED archive is true.
func (s *simulation) checkFailure(a photos.Archive) {
	story := s.ledger.archives[a.ID]
	switch {
	case a.Failure == nil:
		s.t.Errorf("archive %s has failed without a reason", a.ID)
	case a.Failure.Code == string(photos.NotFound):
		if due := s.due(a, story.ended); len(due) > 0 {
			s.t.Errorf("archive %s says %q, and these were there: %v", a.ID, a.Failure.Message, due)
		}
	case a.Failure.Code != string(photos.Internal) || a.Plans < 3 && !story.givenUp:
		s.t.Errorf("archive %s fails after %d plans: %+v", a.ID, a.Plans, *a.Failure)
	}
}

// checkZip checks that a READY archive holds what it should.
func (s *simulation) checkZip(a photos.Archive) {
	story := s.ledger.archives[a.ID]
	fail := func(format string, args ...any) {
		s.t.Errorf("archive %s: %s", a.ID, fmt.Sprintf(format, args...))
	}
	data := s.store.bytesOf(a.Object())
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || int64(len(data)) != a.Size {
		fail("%d bytes of %d: %v", len(data), a.Size, err)
		return
	}
	rows := map[string]map[string]string{} // by file: label to confidence
	var count = map[uint32]int{}
	var csvText []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			fail("%s: %v", f.Name, err)
			return
		}
		content, err := io.ReadAll(r)
		if err != nil {
			fail("%s: %v", f.Name, err)
			return
		}
		if f.Name == "labels.csv" {
			csvText = content
			continue
		}
		file, known := s.fileOf(f.CRC32)
		if _, twice := rows[f.Name]; twice || !known || !bytes.Equal(file.data, content) {
			fail("%s is there twice, or is not what was uploaded", f.Name)
			continue
		}
		count[f.CRC32]++
		rows[f.Name] = map[string]string{}
		for _, label := range file.head.Labels {
			rows[f.Name][label.Name] = strconv.FormatFloat(label.Confidence, 'f', -1, 64)
		}
	}
	due, possible := s.due(a, story.ended), s.possible(a, story.ended)
	for crc := range maps.Keys(possible) {
		if count[crc] < due[crc] || count[crc] > possible[crc] {
			file, _ := s.fileOf(crc)
			fail("file %d is there %d times, should be %d to %d times", file.head.Number, count[crc], due[crc], possible[crc])
		}
	}
	for crc := range count {
		if possible[crc] == 0 {
			file, _ := s.fileOf(crc)
			fail("file %d should not be there", file.head.Number)
		}
	}
	if a.PhotoCount != len(rows)+a.SkippedCount || a.SkippedCount != len(a.Skipped) || a.PhotosDone != a.PhotoCount || a.BytesDone != a.TotalBytes {
		fail("it says %d of %d photos, %d of %d bytes, %d skipped (%d listed), and has %d", a.PhotosDone, a.PhotoCount, a.BytesDone, a.TotalBytes, a.SkippedCount, len(a.Skipped), len(rows))
	}
	reasons := map[string]int{}
	for _, skipped := range a.Skipped {
		p := s.ledger.photos[skipped.PhotoID]
		deleted, damaged := p.deleted > 0 && p.deleted < story.ended, p.damaged > 0 && p.damaged < story.ended
		says := skipped.Reason
		isTrue := deleted && strings.Contains(says, "deleted") || (deleted || damaged) && strings.Contains(says, "gone") || damaged && strings.Contains(says, "changed")
		if !isTrue {
			fail("%+v is not true: deleted %v, damaged %v", skipped, deleted, damaged)
		}
		reasons[says]++
	}
	s.checkLabels(fail, csvText, rows, reasons)
}

// checkLabels compares labels.csv with the files and their labels.
func (s *simulation) checkLabels(fail func(string, ...any), text []byte, want map[string]map[string]string, reasons map[string]int) {
	table, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(table) == 0 {
		fail("labels.csv: %v", err)
		return
	}
	got := map[string]map[string]string{}
	for _, row := range table[1:] {
		switch file, label, confidence, skipped := row[0], row[1], row[2], row[4]; {
		case skipped != "":
			reasons[skipped]--
		case got[file] == nil:
			got[file] = map[string]string{label: confidence}
		default:
			got[file][label] = confidence
		}
	}
	if !maps.EqualFunc(got, want, maps.Equal) {
		fail("labels.csv says %v, want %v", got, want)
	}
	for reason, n := range reasons {
		if n != 0 {
			fail("labels.csv and the record differ by %d photos of which they say %q", n, reason)
		}
	}
}

// checkLeft lets everything expire and checks that nothing is left beyond the LABELLED photos.
func (s *simulation) checkLeft() {
	for _, d := range []time.Duration{photos.ArchiveLife + time.Hour, photos.PendingLife, 2 * photos.UploadLife} {
		s.sleep(d)
		s.sweep()
		s.drain()
	}
	var want []string
	for _, id := range s.ledger.photoIDs() {
		p, err := s.db.Catalog().Photo(context.Background(), simulatedOwner, id)
		if err != nil || p.Status == photos.Rejected && p.Rejection.Code != photos.LabellingFailed {
			continue
		}
		if p.Status == photos.Pending {
			s.t.Errorf("photo %s is PENDING for ever", id)
		}
		for _, key := range []string{photos.PhotoKey(p.Owner, id), photos.ThumbnailKey(p.Owner, id)} {
			o := photos.Object{Bucket: photos.StorageBucket, Key: key}
			if s.ledger.photos[id].damaged == 0 && p.Status == photos.Labelled || s.store.bytesOf(o) != nil {
				want = append(want, string(o.Bucket)+" "+key)
			}
		}
	}
	slices.Sort(want)
	if left := s.store.all(); !slices.Equal(left, want) {
		s.t.Errorf("the store holds\n%s\nand should hold\n%s", strings.Join(left, "\n"), strings.Join(want, "\n"))
	}
	if uploads, _ := s.store.ListUploads(context.Background(), photos.WorkingBucket, "", 100); len(uploads) > 0 {
		s.t.Errorf("uploads are left: %+v", uploads)
	}
}
