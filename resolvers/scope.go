package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// requireScope is the @scope directive: the field is resolved only for a caller whose token carries the scope.
func requireScope(ctx context.Context, _ any, next graphql.Resolver, requires graph.Scope) (any, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	if err := caller.Require(scopeOf(requires)); err != nil {
		return nil, err
	}
	return next(ctx)
}

// scopeNames pairs the enum of the contract with the names that tokens carry.
func scopeNames() map[graph.Scope]photos.Scope {
	return map[graph.Scope]photos.Scope{
		graph.ScopeLabelsRead:  photos.ScopeLabelsRead,
		graph.ScopePhotosRead:  photos.ScopePhotosRead,
		graph.ScopePhotosWrite: photos.ScopePhotosWrite,
		graph.ScopeArchives:    photos.ScopeArchives,
	}
}

func scopeOf(s graph.Scope) photos.Scope { return scopeNames()[s] }

// scopesOf gives those of the scopes that the contract names, in its order.
func scopesOf(held []photos.Scope) []graph.Scope {
	names := scopeNames()
	scopes := make([]graph.Scope, 0, len(names))
	for _, s := range graph.AllScope {
		for _, h := range held {
			if names[s] == h {
				scopes = append(scopes, s)
				break
			}
		}
	}
	return scopes
}
