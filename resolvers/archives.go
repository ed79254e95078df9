package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
)

// Archives resolves Query.archives.
func (r query) Archives(ctx context.Context, first *int, after *string) (*graph.ArchiveConnection, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	page, err := r.library.Archives(ctx, caller.Owner, or(first, 20), after)
	if err != nil {
		return nil, err
	}
	c := graph.ArchiveConnection{
		Nodes: make([]graph.Archive, len(page.Items)), PageInfo: pageInfo(page), Cursors: page.Cursors(),
	}
	for i, a := range page.Items {
		c.Nodes[i] = *archiveModel(a)
	}
	return &c, nil
}
