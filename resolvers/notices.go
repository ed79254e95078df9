package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// Notices resolves Query.notices.
func (r query) Notices(ctx context.Context, first *int, after *string) (*graph.NoticeConnection, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	page, err := r.library.Notices(ctx, caller.Owner, or(first, 20), after)
	if err != nil {
		return nil, err
	}
	c := graph.NoticeConnection{
		Nodes: make([]graph.Notice, len(page.Items)), PageInfo: pageInfo(page), Cursors: page.Cursors(),
	}
	for i, n := range page.Items {
		c.Nodes[i] = graph.Notice{ID: n.ID, Kind: graph.NoticeKind(n.Kind), At: n.At, ArchiveID: n.ArchiveID}
	}
	return &c, nil
}

// noticeFields resolves the fields of Notice that cost something.
type noticeFields struct{ library *photos.Library }

// Archive resolves Notice.archive: null for a caller without the scope for archives, who may know that there is a notice
// but not fetch what it is about.
func (r noticeFields) Archive(ctx context.Context, n *graph.Notice) (*graph.Archive, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	if caller.Require(photos.ScopeArchives) != nil {
		return nil, nil //nolint:nilnil,nilerr // null is the contract's answer here
	}
	a, err := r.library.Archive(ctx, caller.Owner, n.ArchiveID)
	if err != nil {
		return nil, err
	}
	return archiveModel(a), nil
}

// noticeConnectionFields resolves the fields of NoticeConnection that cost something.
type noticeConnectionFields struct{ library *photos.Library }

// Edges resolves NoticeConnection.edges.
func (r noticeConnectionFields) Edges(_ context.Context, c *graph.NoticeConnection) ([]graph.NoticeEdge, error) {
	return edges(c.Nodes, c.Cursors, func(n *graph.Notice, cursor string) graph.NoticeEdge {
		return graph.NoticeEdge{Node: n, Cursor: cursor}
	}), nil
}

// TotalCount resolves NoticeConnection.totalCount.
func (r noticeConnectionFields) TotalCount(ctx context.Context, _ *graph.NoticeConnection) (int, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return 0, err
	}
	return r.library.CountNotices(ctx, caller.Owner)
}
