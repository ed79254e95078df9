package photos

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// Library holds the use cases of PAM. It keeps no state of its own but what its archive jobs share, memory, plans and
// the pace of their reads, and labels that are as the catalog has them, so any number of processes may share one catalog.
//
// Use cases that serve a caller take the Owner first and see nothing of anybody else; an id that belongs to another
// owner is answered exactly as one that never was. Their errors are *Error values, safe to show. Use cases that serve
// jobs (Handle and what it calls) may be called again with the same job at any time.
type Library struct {
	Config
	buffers    *arena // of parts
	reads      *pace  // of photos for archives
	sheets     sheets // of plans
	labelLists *labelCache
	carried    int // how many bytes of results the records of an archive's parts carry altogether
}

// Config is what a Library needs from outside. Every port must be set.
type Config struct {
	Catalog   Catalog
	Objects   Objects
	Inspector Inspector
	Labeler   Labeler
	Queue     JobQueue
	Notifier  Notifier
	Directory Directory

	// Now gives the time; time.Now outside tests.
	Now func() time.Time
	// NewID gives a ULID for the time, greater than any it gave before for that millisecond.
	NewID func(time.Time) string
	// Logger takes what no caller is told.
	Logger *slog.Logger

	// WatchInterval is how often a subscription looks for changes; 500 ms when zero. Archive jobs look half as often
	// whether their archive was cancelled.
	WatchInterval time.Duration
	// ArchiveMemory is how many bytes of part buffers all archive jobs together hold at a time; DefaultArchiveMemory when
	// zero, at least MinArchiveMemory. Jobs beyond that wait for each other.
	ArchiveMemory int
	// ReadRetry is how long the first wait is before an archive job reads a photo again that it could not read; 100 ms
	// when zero.
	ReadRetry time.Duration
	// Settling is how long a catalog may show an owner's new version before all of the counts that go with it, zero where
	// a commit is seen whole. Until then labels are read at each request.
	Settling time.Duration
	// StoreExpires says that the store itself deletes old objects and abandoned uploads of the working bucket. Where it
	// does not, the sweeper does.
	StoreExpires bool
}

// NewLibrary checks that the configuration is complete.
func NewLibrary(c Config) (*Library, error) {
	if c.Catalog == nil || c.Objects == nil || c.Inspector == nil || c.Labeler == nil || c.Queue == nil ||
		c.Notifier == nil || c.Directory == nil || c.Now == nil || c.NewID == nil || c.Logger == nil {
		return nil, errors.New("photos: a port of the library is not set")
	}
	if c.WatchInterval <= 0 {
		c.WatchInterval = 500 * time.Millisecond
	}
	if c.ReadRetry <= 0 {
		c.ReadRetry = 100 * time.Millisecond
	}
	if c.ArchiveMemory <= 0 {
		c.ArchiveMemory = DefaultArchiveMemory
	}
	if c.ArchiveMemory < MinArchiveMemory {
		return nil, fmt.Errorf("photos: archives need %d bytes of memory, not %d", MinArchiveMemory, c.ArchiveMemory)
	}
	return &Library{Config: c, buffers: newArena(c.ArchiveMemory, partGrain), reads: newPace(), labelLists: newLabelCache(), carried: carriedBytes}, nil
}

// now is the time as records hold it.
func (l *Library) now() time.Time { return l.Now().UTC().Truncate(time.Millisecond) }

// ULIDs gives a generator for Config.NewID that is safe for concurrent use: within a millisecond ids keep ascending, so
// a burst of uploads lists in the order in which it came. Source: https://github.com/ulid/spec, "Monotonicity".
func ULIDs() func(time.Time) string {
	var mu sync.Mutex
	entropy := ulid.DefaultEntropy()
	var last ulid.ULID
	return func(t time.Time) string {
		mu.Lock()
		defer mu.Unlock()
		// A clock that steps back must not make ids that sort before those already given.
		ms := max(ulid.Timestamp(t), last.Time())
		last = ulid.MustNew(ms, entropy)
		return last.String()
	}
}
