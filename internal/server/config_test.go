package server_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/fstest"

	"github.com/99designs/gqlgen/graphql"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/server"
)

func TestNewRefuses(t *testing.T) {
	verifier, err := auth.NewVerifier(auth.Config{Issuer: "https://a.example", JWKSURL: "https://a.example/jwks", ClientIDs: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	good := server.Config{
		Schema:   stubSchema{graph.NewExecutableSchema(graph.Config{}), func(context.Context) graphql.ResponseHandler { return nil }},
		Verifier: verifier,
		Logger:   slog.New(slog.DiscardHandler),
		Pages:    fstest.MapFS{},
		Settings: server.Settings{Issuer: "https://a.example/pool"},
	}
	cases := []struct {
		name, reason string
		change       func(*server.Config)
		ok           bool
	}{
		{"good", "the base of the other cases", func(*server.Config) {}, true},
		{"no schema", "there would be nothing to ask", func(c *server.Config) { c.Schema = nil }, false},
		{"no verifier", "anybody could be anyone", func(c *server.Config) { c.Verifier = nil }, false},
		{"no logger", "faults would go unseen", func(c *server.Config) { c.Logger = nil }, false},
		{"no pages", "an empty bundle is a bundle, none is a mistake", func(c *server.Config) { c.Pages = nil }, false},
		{"issuer not a URL", "the pages could not sign in", func(c *server.Config) { c.Settings.Issuer = "pool" }, false},
		{"login not a URL", "it becomes part of the content policy", func(c *server.Config) { c.LoginOrigins = []string{"'unsafe-inline'"} }, false},
		{"store with a semicolon", "it must not add directives to the content policy", func(c *server.Config) { c.StoreOrigin = "https://a;script-src" }, false},
		{"origin", "as browsers send it", func(c *server.Config) { c.AllowOrigins = []string{"https://a.example:8443"} }, true},
		{"origin with a path", "no browser sends one", func(c *server.Config) { c.AllowOrigins = []string{"https://a.example/"} }, false},
		{"any origin", "sites are named", func(c *server.Config) { c.AllowOrigins = []string{"*"} }, false},
		{"origin null", "what hides its origin is a stranger", func(c *server.Config) { c.AllowOrigins = []string{"null"} }, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config := good
			c.change(&config)
			if _, err := server.New(config); (err == nil) != c.ok {
				t.Errorf("error %v, want ok %v: %s", err, c.ok, c.reason)
			}
		})
	}
}
