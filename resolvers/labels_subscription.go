package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// Labels resolves Subscription.labels.
func (r subscription) Labels(ctx context.Context, minConfidence *int) (<-chan *graph.LabelsChange, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	updates, err := r.library.WatchLabels(ctx, caller.Owner, or(minConfidence, photos.DefaultConfidence))
	if err != nil {
		return nil, err
	}
	return translated(ctx, updates, func(c photos.LabelsChange) *graph.LabelsChange {
		return &graph.LabelsChange{Changed: c.Changed, At: c.At}
	}), nil
}
