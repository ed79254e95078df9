package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// CancelArchive resolves Mutation.cancelArchive.
func (r mutation) CancelArchive(ctx context.Context, id string) (*graph.Archive, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	a, err := r.library.CancelArchive(ctx, caller.Owner, id)
	if err != nil {
		return nil, err
	}
	return archiveModel(a), nil
}
