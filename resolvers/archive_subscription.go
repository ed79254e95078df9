package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// Archive resolves Subscription.archive.
func (r subscription) Archive(ctx context.Context, id string) (<-chan *graph.Archive, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	updates, err := r.library.WatchArchive(ctx, caller.Owner, id)
	if err != nil {
		return nil, err
	}
	return translated(ctx, updates, archiveModel), nil
}

// translated sends what it receives, turned into the contract's type, until the source closes or ctx ends.
func translated[From, To any](ctx context.Context, source <-chan From, model func(From) To) <-chan To {
	out := make(chan To)
	go func() {
		defer close(out)
		for value := range source {
			select {
			case out <- model(value):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
