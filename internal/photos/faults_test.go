package photos_test

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// world decides what becomes of the calls that a library makes to its ports.
type world interface {
	// step does a call, or does not, or does it and says that it failed, and so on. what names the call.
	step(ctx context.Context, what string, do func(ctx context.Context) error) error
}

// give is step for a call that gives a value, which is lost with the error.
func give[T any](ctx context.Context, w world, what string, do func(ctx context.Context) (T, error)) (T, error) {
	var value, none T
	err := w.step(ctx, what, func(ctx context.Context) (err error) {
		value, err = do(ctx)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// errCrash is what a step gives at which the test lets the process die.
var errCrash = errors.New("the process died here")

// faults lets one chosen step of many fail: before it has done anything, or after it has. Only calls that change something
// and reads of objects are counted: a process that dies between two of them leaves the same world wherever it dies.
type faults struct {
	mu    sync.Mutex
	count int
	at    int // the step that fails, from 1; 0 for none
	after bool
	name  string // of the step that failed
}

func (f *faults) set(at int, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count, f.at, f.after, f.name = 0, at, after, ""
}

func (f *faults) fired() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.name
}

func (f *faults) step(ctx context.Context, what string, do func(ctx context.Context) error) error {
	if looks(what) {
		return do(ctx)
	}
	f.mu.Lock()
	f.count++
	dies := f.at > 0 && f.count == f.at
	after := f.after
	if dies {
		f.name = what
	}
	f.mu.Unlock()
	if dies && !after {
		return errCrash
	}
	if err := do(ctx); err != nil {
		return err
	}
	if dies {
		return errCrash
	}
	return nil
}

// looks says whether a call only looks at records or keys.
func looks(what string) bool {
	call, _, _ := strings.Cut(what, " ")
	switch call {
	case "Photo", "PhotoFiles", "PhotoLabels", "PhotoSet", "Stats", "Archive", "ArchiveByKey", "ArchivePart", "ArchiveParts", "Head", "List", "LabelledPhotoBySHA256",
		"PendingPhotos", "DeletedPhotos", "UnfinishedArchives", "ArchivesPastExpiry":
		return true
	}
	return strings.HasPrefix(call, "List") || strings.HasPrefix(call, "Count") || strings.HasPrefix(call, "Label")
}
