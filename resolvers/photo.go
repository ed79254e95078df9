package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// Photo resolves Query.photo.
func (r query) Photo(ctx context.Context, id string) (*graph.Photo, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	p, err := r.library.Photo(ctx, caller.Owner, id)
	if err != nil {
		return nil, err
	}
	model := photoModel(p)
	return &model, nil
}
