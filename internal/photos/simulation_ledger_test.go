package photos_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"pam/internal/jobs"
	"pam/internal/photos"
)

// ledger notes what really happened to the records, whatever the callers were told, and when: in steps of the simulation.
type ledger struct {
	photos.Catalog
	s *simulation

	mu       sync.Mutex
	photos   map[string]*photoStory
	archives map[string]*archiveStory
	unread   []string // archives that have become READY since the last look
	errs     []string // what must never happen
}

type photoStory struct {
	photos.Photo
	labelled int  // step; 0 for never
	deleted  int  // step; 0 for never
	damaged  int  // when its object was lost or changed in the store; 0 for never
	gone     bool // the client was told that it is deleted
	givenUp  bool
}

type archiveStory struct {
	match     photos.LabelMatch
	requests  []int // steps at which it was asked for
	ended     int   // the step of its READY or FAILED; 0 for never
	cancelled bool
	givenUp   bool
	mail      int
}

func newLedger(s *simulation) *ledger {
	return &ledger{s: s, photos: map[string]*photoStory{}, archives: map[string]*archiveStory{}}
}

func (l *ledger) wrong(what string) { l.errs = append(l.errs, what) }

func (l *ledger) AddPhotos(ctx context.Context, list []photos.Photo) error {
	err := l.Catalog.AddPhotos(ctx, list)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range list {
		if err == nil {
			l.photos[p.ID] = &photoStory{Photo: p}
		}
	}
	return err
}

func (l *ledger) CommitLabelled(ctx context.Context, o photos.Owner, id string) error {
	err := l.Catalog.CommitLabelled(ctx, o, id)
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.photos[id]; err == nil {
		if p.labelled > 0 || p.deleted > 0 {
			l.wrong("photo " + id + " is labelled twice, or after it was deleted")
		}
		p.labelled = l.s.now()
	}
	return err
}

func (l *ledger) DeletePhotos(ctx context.Context, o photos.Owner, ids []string, at time.Time) ([]string, error) {
	gone, err := l.Catalog.DeletePhotos(ctx, o, ids, at)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range gone {
		if l.photos[id].deleted > 0 {
			l.wrong("photo " + id + " is deleted twice")
		}
		l.photos[id].deleted = l.s.now()
	}
	return gone, err
}

func (l *ledger) CreateArchive(ctx context.Context, a photos.Archive, s *photos.Selection, k *photos.IdempotencyKey) (photos.Archive, bool, error) {
	got, created, err := l.Catalog.CreateArchive(ctx, a, s, k)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
	case created:
		l.archives[got.ID] = &archiveStory{match: got.Match, requests: []int{l.s.now()}}
	case k == nil: // with a key it may be the answer of then
		story := l.archives[got.ID]
		story.requests = append(story.requests, l.s.now())
	}
	return got, created, err
}

func (l *ledger) MoveArchive(ctx context.Context, a photos.Archive, from ...photos.ArchiveStatus) error {
	err := l.Catalog.MoveArchive(ctx, a, from...)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		return err
	}
	story := l.archives[a.ID]
	switch a.Status {
	case photos.ArchiveReady, photos.ArchiveFailed:
		if story.ended > 0 || story.cancelled {
			l.wrong("archive " + a.ID + " ends twice")
		}
		story.ended = l.s.now()
		l.unread = append(l.unread, a.ID)
	case photos.ArchiveCancelled:
		story.cancelled = true
	case photos.ArchiveQueued, photos.ArchiveBuilding, photos.ArchiveExpired:
	}
	return nil
}

// Notify implements photos.Notifier.
func (l *ledger) Notify(_ context.Context, n photos.Notice, _ photos.Archive) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.archives[n.ArchiveID].mail++
	return nil
}

// Subscribe implements photos.Notifier.
func (l *ledger) Subscribe(_ context.Context, _ photos.Owner, address string) (photos.NoticeSubscription, error) {
	return photos.NoticeSubscription{Address: address, Confirmed: true}, nil
}

// giveUp notes that a message failed too often.
func (l *ledger) giveUp(body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list, err := jobs.Parse(body)
	if err != nil {
		l.wrong(err.Error())
	}
	for _, job := range list {
		if p := l.photos[job.PhotoID]; p != nil {
			p.givenUp = true
		}
		if a := l.archives[job.ArchiveID]; a != nil {
			a.givenUp = true
		}
	}
}

// photoIDs and archiveIDs give what there ever was, oldest first.
func (l *ledger) photoIDs() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.photos))
}

func (l *ledger) archiveIDs() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.archives))
}
