package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

func archiveModel(a photos.Archive) *graph.Archive {
	model := graph.Archive{
		ID: a.ID, Name: a.Name, Status: graph.ArchiveStatus(a.Status),
		PhotoCount: a.PhotoCount, PhotosDone: a.PhotosDone, TotalBytes: a.TotalBytes, BytesDone: a.BytesDone,
		Skipped: make([]graph.SkippedPhoto, len(a.Skipped)), Size: optional(a.Size), CreatedAt: a.CreatedAt,
		ReadyAt: optional(a.ReadyAt), ExpiresAt: optional(a.ExpiresAt), Source: a,
	}
	for i, s := range a.Skipped {
		model.Skipped[i] = graph.SkippedPhoto{PhotoID: s.PhotoID, FileName: s.FileName, Reason: s.Reason}
	}
	if a.Failure != nil {
		model.Failure = &graph.ArchiveFailure{Code: a.Failure.Code, Message: a.Failure.Message}
	}
	return &model
}

// archiveFields resolves the fields of Archive that cost something.
type archiveFields struct{ library *photos.Library }

// DownloadURL resolves Archive.downloadUrl.
func (r archiveFields) DownloadURL(ctx context.Context, a *graph.Archive) (*string, error) {
	link, err := r.library.ArchiveLink(ctx, a.Source)
	return optional(link), err
}

// archiveConnectionFields resolves the fields of ArchiveConnection that cost something.
type archiveConnectionFields struct{ library *photos.Library }

// Edges resolves ArchiveConnection.edges.
func (r archiveConnectionFields) Edges(_ context.Context, c *graph.ArchiveConnection) ([]graph.ArchiveEdge, error) {
	return edges(c.Nodes, c.Cursors, func(a *graph.Archive, cursor string) graph.ArchiveEdge {
		return graph.ArchiveEdge{Node: a, Cursor: cursor}
	}), nil
}

// TotalCount resolves ArchiveConnection.totalCount.
func (r archiveConnectionFields) TotalCount(ctx context.Context, _ *graph.ArchiveConnection) (int, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return 0, err
	}
	return r.library.CountArchives(ctx, caller.Owner)
}
