package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// Labels resolves Query.labels.
func (r query) Labels(ctx context.Context, first *int, after, search *string, minConfidence *int, orderBy *graph.LabelOrder) (*graph.LabelConnection, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	page, err := r.library.Labels(ctx, caller.Owner, photos.LabelsQuery{
		Search: or(search, ""), MinConfidence: or(minConfidence, photos.DefaultConfidence),
		Order: photos.LabelOrder(or(orderBy, graph.LabelOrderCountDesc)), First: or(first, 100), After: after,
	})
	if err != nil {
		return nil, err
	}
	return &graph.LabelConnection{
		Nodes: page.Items, PageInfo: pageInfo(page.Page), TotalCount: page.Total, Cursors: page.Cursors(),
	}, nil
}
