package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// ArchivePreview resolves Query.archivePreview.
func (r query) ArchivePreview(ctx context.Context, match graph.LabelMatch) (*graph.ArchivePreview, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	totals, err := r.library.PreviewArchive(ctx, caller.Owner, matchOf(match))
	if err != nil {
		return nil, err
	}
	return &graph.ArchivePreview{PhotoCount: totals.Count, TotalBytes: totals.Bytes}, nil
}
