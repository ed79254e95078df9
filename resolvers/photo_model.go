package resolvers

import (
	"context"
	"time"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

func photoModel(p photos.Photo) graph.Photo {
	model := graph.Photo{
		ID: p.ID, FileName: p.FileName, ContentType: p.ContentType, Size: p.Size, UploadedAt: p.UploadedAt,
		Status: graph.PhotoStatus(p.Status), Labels: []graph.PhotoLabel{}, Source: p,
	}
	if p.Rejection != nil {
		model.Rejection = &graph.Rejection{Code: graph.RejectionCode(p.Rejection.Code), Message: p.Rejection.Message}
	}
	if in := p.Inspection; in != nil && p.Status == photos.Labelled {
		model.Width, model.Height, model.TakenAt = optional(in.Width), optional(in.Height), optional(in.TakenAt)
		model.Labels = make([]graph.PhotoLabel, len(in.Labels))
		for i, label := range in.Labels {
			model.Labels[i] = graph.PhotoLabel{Name: label.Name, Confidence: label.Confidence, Parents: list(label.Parents)}
		}
	}
	return model
}

// photoConnection makes a connection of a page; totalCount is counted when it is asked for.
func photoConnection(page photos.Page[photos.Photo], filter photos.PhotoFilter) *graph.PhotoConnection {
	c := graph.PhotoConnection{
		Nodes: make([]graph.Photo, len(page.Items)), PageInfo: pageInfo(page), Cursors: page.Cursors(), Filter: filter,
	}
	for i, p := range page.Items {
		c.Nodes[i] = photoModel(p)
	}
	return &c
}

// photoFields resolves the fields of Photo that cost something.
type photoFields struct{ library *photos.Library }

// URL resolves Photo.url.
func (r photoFields) URL(ctx context.Context, photo *graph.Photo, expiresIn *int) (*string, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	life := photos.DefaultLinkLife
	if expiresIn != nil {
		life = time.Duration(*expiresIn) * time.Second
	}
	link, err := r.library.PhotoLink(ctx, caller, photo.Source, life)
	return optional(link), err
}

// ThumbnailURL resolves Photo.thumbnailUrl.
func (r photoFields) ThumbnailURL(ctx context.Context, photo *graph.Photo) (*string, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	link, err := r.library.ThumbnailLink(ctx, caller, photo.Source)
	return optional(link), err
}

// photoConnectionFields resolves the fields of PhotoConnection that cost something.
type photoConnectionFields struct{ library *photos.Library }

// Edges resolves PhotoConnection.edges.
func (r photoConnectionFields) Edges(_ context.Context, c *graph.PhotoConnection) ([]graph.PhotoEdge, error) {
	return edges(c.Nodes, c.Cursors, func(p *graph.Photo, cursor string) graph.PhotoEdge { return graph.PhotoEdge{Node: p, Cursor: cursor} }), nil
}

// TotalCount resolves PhotoConnection.totalCount.
func (r photoConnectionFields) TotalCount(ctx context.Context, c *graph.PhotoConnection) (int, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return 0, err
	}
	totals, err := r.library.CountPhotos(ctx, caller.Owner, c.Filter)
	return totals.Count, err
}
