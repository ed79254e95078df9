package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// labelFields resolves the fields of Label that cost something.
type labelFields struct{ library *photos.Library }

// Photos resolves Label.photos: the photos that the label's count counts.
func (r labelFields) Photos(ctx context.Context, label *photos.Label, first *int, after *string) (*graph.PhotoConnection, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	q := photos.ListQuery{
		Filter: photos.PhotoFilter{Match: &photos.LabelMatch{Any: []string{label.Name}, MinConfidence: label.MinConfidence}},
		Order:  photos.UploadedDesc, First: or(first, 50), After: after,
	}
	page, err := r.library.Photos(ctx, caller.Owner, q)
	if err != nil {
		return nil, err
	}
	return photoConnection(page, q.Filter), nil
}

// labelConnectionFields resolves the fields of LabelConnection that cost something.
type labelConnectionFields struct{ library *photos.Library }

// Edges resolves LabelConnection.edges.
func (r labelConnectionFields) Edges(_ context.Context, c *graph.LabelConnection) ([]graph.LabelEdge, error) {
	return edges(c.Nodes, c.Cursors, func(l *photos.Label, cursor string) graph.LabelEdge { return graph.LabelEdge{Node: l, Cursor: cursor} }), nil
}
