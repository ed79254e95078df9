package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// Photos resolves Query.photos.
func (r query) Photos(ctx context.Context, match *graph.LabelMatch, status *graph.PhotoStatus, first *int, after *string, orderBy *graph.PhotoOrder) (*graph.PhotoConnection, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	filter := photos.PhotoFilter{Status: photos.PhotoStatus(or(status, ""))}
	if match != nil {
		m := matchOf(*match)
		filter.Match = &m
	}
	page, err := r.library.Photos(ctx, caller.Owner, photos.ListQuery{
		Filter: filter, Order: photos.PhotoOrder(or(orderBy, graph.PhotoOrderUploadedDesc)), First: or(first, 50), After: after,
	})
	if err != nil {
		return nil, err
	}
	return photoConnection(page, filter), nil
}
