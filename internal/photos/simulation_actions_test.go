package photos_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pam/internal/photos"
)

// simulatedOwner is who does everything.
const simulatedOwner photos.Owner = "dan"

// run lets so many things happen, while everything goes wrong that can.
func (s *simulation) run(actions int) {
	for actions > 0 {
		waiting := s.settle()
		messages := s.queue.deliverable()
		choices := []struct {
			weight   int
			possible bool
			do       func()
		}{
			{60, len(waiting) > 0, func() { s.release(waiting[s.random.IntN(len(waiting))]) }},
			{8, len(s.late) > 0, func() { s.land(1) }},
			{25, len(messages) > 0 && s.count(jobTask) < jobTask.atOnce(), func() { s.deliver(messages[s.random.IntN(len(messages))]) }},
			{10, s.count(clientTask) < clientTask.atOnce(), func() { actions--; s.act() }},
			{1, s.count(sweepTask) < sweepTask.atOnce(), s.sweep},
			{2, true, func() {
				s.sleep([]time.Duration{2 * time.Second, 20 * time.Second, 2 * time.Minute, 7 * time.Minute}[s.random.IntN(4)])
			}},
			{1, s.random.IntN(40) == 0, func() { s.sleep([]time.Duration{time.Hour, photos.ArchiveLife, photos.PendingLife}[s.random.IntN(3)]) }},
			{1, s.random.IntN(2) == 0, s.crash},
		}
		sum := 0
		for _, c := range choices {
			if c.possible {
				sum += c.weight
			}
		}
		at := s.random.IntN(sum)
		for _, c := range choices {
			if !c.possible {
				continue
			}
			if at -= c.weight; at < 0 {
				c.do()
				break
			}
		}
	}
}

// act begins one thing that a client does, or one that happens to the store.
func (s *simulation) act() {
	switch n := s.random.IntN(20); {
	case n < 9:
		s.upload()
	case n < 11:
		s.delete()
	case n < 16:
		s.request()
	case n < 18:
		s.cancel()
	case n < 19:
		s.damagePhoto()
	default:
		s.loseUpload()
	}
}

func (s *simulation) sweep() {
	l, calm := s.process.library, s.faulty == 0
	s.task(sweepTask, "sweep", func(ctx context.Context) {
		if swept, err := l.Sweep(ctx); err != nil && calm {
			s.t.Errorf("a sweep fails: %v", err)
		} else if swept != (photos.Swept{}) {
			s.note("swept %+v", swept)
		}
	})
}

// upload begins uploads and sends most of the files, trying again when that fails.
func (s *simulation) upload() {
	var inputs []photos.UploadInput
	var files []simulatedFile
	for range 1 + s.random.IntN(3) {
		file := s.files[s.random.IntN(len(s.files))]
		files = append(files, file)
		in := upload(file.data, fmt.Sprintf("photo %d.jpg", s.random.IntN(4)))
		if s.random.IntN(4) == 0 {
			in.SHA256 = &file.sum
		}
		inputs = append(inputs, in)
	}
	sent := s.random.IntN(len(files) + 2) // of one in a few nothing comes
	p := s.process
	s.task(clientTask, fmt.Sprintf("upload %d files", len(files)), func(ctx context.Context) {
		outcomes, err := p.library.BeginUploads(ctx, simulatedOwner, inputs)
		if err != nil {
			return
		}
		for i, outcome := range outcomes {
			if i >= sent || outcome.Upload == nil || outcome.Upload.Duplicate {
				continue
			}
			for range 3 {
				err := p.step(ctx, "PUT "+outcome.Upload.Request.URL, func(context.Context) error {
					return s.store.send(outcome.Upload.Request, files[i].data)
				})
				if err == nil || errors.Is(err, errExists) {
					break
				}
			}
		}
	})
}

func (s *simulation) delete() {
	all := s.ledger.photoIDs()
	if len(all) == 0 {
		return
	}
	ids := make([]string, 1+s.random.IntN(3))
	for i := range ids {
		ids[i] = all[s.random.IntN(len(all))]
	}
	l := s.process.library
	s.task(clientTask, fmt.Sprintf("delete %v", ids), func(ctx context.Context) {
		out, err := l.DeletePhotos(ctx, simulatedOwner, ids)
		if err != nil {
			return
		}
		s.ledger.mu.Lock()
		defer s.ledger.mu.Unlock()
		for _, id := range append(out.Deleted, out.NotFound...) {
			s.ledger.photos[id].gone = true
		}
	})
}

func (s *simulation) request() {
	labels := []string{"Dog", "Fox", "Tree"}
	s.random.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
	match := photos.LabelMatch{Any: labels[:1+s.random.IntN(3)], MinConfidence: []int{50, 55, 80}[s.random.IntN(3)]}
	if len(match.Any) < 3 && s.random.IntN(4) == 0 {
		match.None = labels[2:]
	}
	req := photos.ArchiveRequest{Match: match}
	if s.random.IntN(3) == 0 {
		key := fmt.Sprintf("key %d", s.random.IntN(3))
		req.IdempotencyKey = &key
	}
	l := s.process.library
	s.task(clientTask, fmt.Sprintf("request %+v", match), func(ctx context.Context) {
		a, err := l.RequestArchive(ctx, simulatedOwner, req)
		if err == nil {
			s.note("%s: it is %s", ctx.Value(taskKey{}), a.ID)
		}
	})
}

func (s *simulation) cancel() {
	all := s.ledger.archiveIDs()
	if len(all) == 0 {
		return
	}
	id := all[s.random.IntN(len(all))]
	l := s.process.library
	s.task(clientTask, "cancel "+id, func(ctx context.Context) {
		a, err := l.CancelArchive(ctx, simulatedOwner, id)
		if err == nil && a.Status != photos.ArchiveCancelled {
			s.t.Errorf("an archive that was cancelled is %s", a.Status)
		}
	})
}

// damagePhoto loses or changes the bytes of a LABELLED photo.
func (s *simulation) damagePhoto() {
	ids := s.ledger.photoIDs()
	if len(ids) == 0 {
		return
	}
	id, lost := ids[s.random.IntN(len(ids))], s.random.IntN(2) == 0
	s.ledger.mu.Lock()
	story := s.ledger.photos[id]
	skip := story.labelled == 0 || story.deleted > 0 || story.damaged > 0
	if !skip {
		story.damaged = s.now()
	}
	s.ledger.mu.Unlock()
	o := photos.Object{Bucket: photos.StorageBucket, Key: photos.PhotoKey(simulatedOwner, id)}
	switch {
	case skip:
	case lost:
		s.note("the bytes of %s are lost", id)
		_ = s.store.Delete(context.Background(), o.Bucket, o.Key)
	default:
		s.note("the bytes of %s change", id)
		changed := append([]byte(nil), s.store.bytesOf(o)...)
		if len(changed) > 0 {
			changed[len(changed)-1] ^= 1
			_ = s.store.Put(context.Background(), o, "image/jpeg", changed)
		}
	}
}

// loseUpload drops an upload of an archive behind everybody's back.
func (s *simulation) loseUpload() {
	uploads, _ := s.store.ListUploads(context.Background(), photos.WorkingBucket, "", 100)
	if len(uploads) > 0 {
		u := uploads[s.random.IntN(len(uploads))]
		s.note("the store loses %s", u.ID)
		_ = s.store.AbortUpload(context.Background(), u.Object, u.ID)
	}
}
