package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// DeletePhotos resolves Mutation.deletePhotos.
func (r mutation) DeletePhotos(ctx context.Context, ids []string) (*graph.DeletePhotosPayload, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	out, err := r.library.DeletePhotos(ctx, caller.Owner, ids)
	if err != nil {
		return nil, err
	}
	return &graph.DeletePhotosPayload{DeletedIds: list(out.Deleted), NotFoundIds: list(out.NotFound)}, nil
}
