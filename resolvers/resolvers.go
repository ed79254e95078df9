// Package resolvers answers the fields of the contract from the library: one file for each field of Query, Mutation and
// Subscription, named after the field, as AppSync keeps one unit a field. Resolvers translate and decide nothing; rules
// live in package photos.
//
// Files in lower case plural that are not fields hold what several fields share: photo_model.go, archive_model.go and
// label_model.go turn domain values into those of the contract, present.go turns errors into GraphQL errors, scope.go
// guards fields, complexity.go says what they cost.
package resolvers

import (
	"pam/graph"
	"pam/internal/photos"
)

// Config gives the generated executor everything that it needs: resolvers, the @scope directive and the costs of
// fields.
func Config(library *photos.Library) graph.Config {
	return graph.Config{
		Resolvers:  root{library},
		Directives: graph.DirectiveRoot{Scope: requireScope},
		Complexity: complexity(),
	}
}

// root gives the resolvers of each type that has any.
type root struct{ library *photos.Library }

type (
	query        struct{ library *photos.Library }
	mutation     struct{ library *photos.Library }
	subscription struct{ library *photos.Library }
)

var _ graph.ResolverRoot = root{}

func (r root) Query() graph.QueryResolver               { return query(r) }
func (r root) Mutation() graph.MutationResolver         { return mutation(r) }
func (r root) Subscription() graph.SubscriptionResolver { return subscription(r) }
func (r root) Photo() graph.PhotoResolver               { return photoFields(r) }
func (r root) PhotoConnection() graph.PhotoConnectionResolver {
	return photoConnectionFields(r)
}
func (r root) Label() graph.LabelResolver { return labelFields(r) }
func (r root) LabelConnection() graph.LabelConnectionResolver {
	return labelConnectionFields(r)
}
func (r root) Archive() graph.ArchiveResolver { return archiveFields(r) }
func (r root) ArchiveConnection() graph.ArchiveConnectionResolver {
	return archiveConnectionFields(r)
}
func (r root) Notice() graph.NoticeResolver { return noticeFields(r) }
func (r root) NoticeConnection() graph.NoticeConnectionResolver {
	return noticeConnectionFields(r)
}

// Immediate says which fields compute and never wait, signing included, so that they need no goroutine each: see
// queryplan.Immediate.
func (root) Immediate(object, field string) bool {
	switch object + "." + field {
	case "Photo.url", "Photo.thumbnailUrl", "Archive.downloadUrl":
		return true
	}
	return field == "edges"
}

// edges makes the edges of a connection of its nodes.
func edges[N, E any](nodes []N, cursors photos.Cursors, edge func(*N, string) E) []E {
	list := make([]E, len(nodes))
	for i := range nodes {
		list[i] = edge(&nodes[i], cursors(i))
	}
	return list
}

// or gives the value of an optional argument, or what the contract says for it when it is absent or null.
func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// optional gives nil for a zero value, which the domain uses for what is not there.
func optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// list gives an empty list for nil: lists of the contract are never null.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// pageInfo describes a page.
func pageInfo[T any](p photos.Page[T]) *graph.PageInfo {
	info := graph.PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrevious}
	if n := len(p.Items); n > 0 {
		info.StartCursor, info.EndCursor = optional(p.Cursor(p.Items[0])), optional(p.Cursor(p.Items[n-1]))
	}
	return &info
}
