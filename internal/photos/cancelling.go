package photos

import (
	"context"
	"errors"
	"time"
)

// errMovedOn is why the context of a job ends whose archive is no longer being built.
var errMovedOn = errors.New("the archive is no longer being built")

// whileBuilding gives a context that ends when the archive is no longer BUILDING by the plan that a names, because it was
// cancelled or has come to its end by another job, so that nothing more is fetched or sent for it. It looks at every
// second WatchInterval, once a second, until stop is called.
func (l *Library) whileBuilding(ctx context.Context, a Archive) (building context.Context, stop func()) {
	building, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(2 * l.WatchInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-building.Done():
				return
			}
			now, found, err := l.archiveOfJob(building, a.Owner, a.ID)
			if err == nil && (!found || now.Status != ArchiveBuilding || now.UploadID != a.UploadID) {
				cancel(errMovedOn)
				return
			}
		}
	}()
	return building, func() { cancel(nil) }
}

// movedOn says whether such a context has ended because of its archive.
func movedOn(building context.Context) bool { return errors.Is(context.Cause(building), errMovedOn) }
