package photos

import (
	"context"
	"time"
)

// watch calls look at once and then at every interval, and sends what it gives when it says that there is news, until
// ctx ends or last says that nothing more will come. The first look happens before watch returns, so that its error
// reaches the caller; later ones are logged and tried again.
func watch[T any](ctx context.Context, l *Library, look func() (value T, news bool, err error), last ...func(T) bool) (<-chan T, error) {
	value, news, err := look()
	if err != nil {
		return nil, err
	}
	updates := make(chan T)
	go func() {
		defer close(updates)
		tick := time.NewTicker(l.WatchInterval)
		defer tick.Stop()
		for {
			if news {
				select {
				case updates <- value:
				case <-ctx.Done():
					return
				}
				for _, isLast := range last {
					if isLast(value) {
						return
					}
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			failing := err != nil
			if value, news, err = look(); err != nil && !failing && ctx.Err() == nil { // the first of a row says enough
				l.Logger.WarnContext(ctx, "a subscription cannot look for changes", "error", err)
			}
		}
	}()
	return updates, nil
}
