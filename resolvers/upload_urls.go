package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// UploadUrls resolves Mutation.uploadUrls.
func (r mutation) UploadUrls(ctx context.Context, inputs []graph.UploadURLInput) ([]graph.UploadURLResult, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	files := make([]photos.UploadInput, len(inputs))
	for i, in := range inputs {
		files[i] = uploadInput(in)
	}
	outcomes, err := r.library.BeginUploads(ctx, caller.Owner, files)
	if err != nil {
		return nil, err
	}
	results := make([]graph.UploadURLResult, len(outcomes))
	for i, o := range outcomes {
		if o.Err != nil {
			results[i].Error = &graph.InputError{Code: string(o.Err.Code), Field: optional(o.Err.Field), Message: o.Err.Message}
			continue
		}
		results[i].UploadURL = uploadModel(*o.Upload)
	}
	return results, nil
}
