package resolvers

import (
	"context"

	"pam/internal/auth"
	"pam/internal/photos"
)

// Label resolves Query.label: null where no photo of the caller carries the label.
func (r query) Label(ctx context.Context, name string, minConfidence *int) (*photos.Label, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	label, err := r.library.Label(ctx, caller.Owner, name, or(minConfidence, photos.DefaultConfidence))
	switch {
	case photos.CodeOf(err) == photos.NotFound:
		return nil, nil //nolint:nilnil // null is the contract's answer here
	case err != nil:
		return nil, err
	}
	return &label, nil
}
