package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// RequestArchive resolves Mutation.requestArchive.
func (r mutation) RequestArchive(ctx context.Context, input graph.RequestArchiveInput) (*graph.Archive, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	a, err := r.library.RequestArchive(ctx, caller.Owner, photos.ArchiveRequest{
		Match: matchOf(*input.Match), Name: input.Name, IdempotencyKey: input.IdempotencyKey,
	})
	if err != nil {
		return nil, err
	}
	return archiveModel(a), nil
}
