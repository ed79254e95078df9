// Package stock is the API that one has who takes gqlgen and jwx as they come, over PAM's own library: what PAM's server,
// executor and token check are compared with. The executor is generated with gqlgen's defaults, of the part of the contract
// that is measured (folder contract), and not package graph, which is PAM's and may be better than stock. The server is
// gqlgen's with the transports, query cache and extensions that its documentation sets up.
package stock

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/internal/photos"
)

// Config is what a server is made of; all of it must be set.
type Config struct {
	Library  *photos.Library
	Issuer   string // the iss claim of good tokens
	JWKSURL  string // where its keys are
	ClientID string // the client_id claim of good tokens
}

// The sizes of caches in gqlgen's documentation ("Getting started", and the server that gqlgen init writes).
const (
	queryCacheSize     = 1000
	persistedCacheSize = 100
)

// New fetches the issuer's keys and gives the handler of /graphql. ctx ends the renewal of the keys.
func New(ctx context.Context, c Config) (http.Handler, error) {
	verifier, err := newVerifier(ctx, c)
	if err != nil {
		return nil, err
	}
	server := handler.New(newSchema(c.Library))
	server.AddTransport(transport.SSE{}) // before POST, which would take its requests
	server.AddTransport(transport.Options{})
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.POST{})
	server.SetQueryCache(lru.New[*ast.QueryDocument](queryCacheSize))
	server.Use(extension.Introspection{})
	server.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](persistedCacheSize)})
	mux := http.NewServeMux()
	mux.Handle("/graphql", verifier.middleware(server))
	return mux, nil
}
