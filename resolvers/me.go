package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// Me resolves Query.me.
func (r query) Me(ctx context.Context) (*graph.Viewer, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	v, err := r.library.Viewer(ctx, caller)
	if err != nil {
		return nil, err
	}
	return &graph.Viewer{
		ID: string(caller.Owner), Name: optional(caller.UserName), Email: optional(v.Email), Scopes: scopesOf(caller.Scopes),
		PhotoCount: v.Stats.Labelled, StoredBytes: v.Stats.StoredBytes, PendingCount: v.Stats.Pending, RejectedCount: v.Stats.Rejected,
	}, nil
}
