// Package requestid carries the id of a request from where it comes in to whatever is said about it: the X-Request-Id
// header, extensions.requestId of errors, and log lines. It stands below server (which makes the ids), resolvers and
// the Lambda mains (which pass them on), so that none of these has to import another for it.
package requestid

import (
	"context"
	"crypto/rand"
)

// Header is the HTTP response header that tells the client the id.
const Header = "X-Request-Id"

// key is the context key; being of an unexported type, it cannot collide.
type key struct{}

// New makes an id: 26 characters of A-Z and 2-7 with at least 128 random bits (rand.Text), so ids never need to be
// coordinated and tell nothing.
func New() string { return rand.Text() }

// With gives a context that carries the id.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, key{}, id)
}

// From gives the id that the context carries, "" where it carries none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
