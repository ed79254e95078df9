package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// Archive resolves Query.archive.
func (r query) Archive(ctx context.Context, id string) (*graph.Archive, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	a, err := r.library.Archive(ctx, caller.Owner, id)
	if err != nil {
		return nil, err
	}
	return archiveModel(a), nil
}
