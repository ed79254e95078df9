package auth

import (
	"context"

	"pam/internal/photos"
)

// callerKey is the context key; being of an unexported type, it cannot collide.
type callerKey struct{}

// WithCaller gives a context that says who asks.
func WithCaller(ctx context.Context, caller photos.Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// CallerFrom says who asks. Without a caller the error is a *photos.Error with code Unauthenticated.
func CallerFrom(ctx context.Context) (photos.Caller, error) {
	if caller, ok := ctx.Value(callerKey{}).(photos.Caller); ok {
		return caller, nil
	}
	return photos.Caller{}, photos.Errorf(photos.Unauthenticated, "sign in first: the request carries no access token")
}
