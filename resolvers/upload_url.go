package resolvers

import (
	"context"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
)

// UploadURL resolves Mutation.uploadUrl.
func (r mutation) UploadURL(ctx context.Context, input graph.UploadURLInput) (*graph.UploadURL, error) {
	caller, err := auth.CallerFrom(ctx)
	if err != nil {
		return nil, err
	}
	upload, err := r.library.BeginUpload(ctx, caller.Owner, uploadInput(input))
	if err != nil {
		return nil, err
	}
	return uploadModel(upload), nil
}

func uploadInput(in graph.UploadURLInput) photos.UploadInput {
	return photos.UploadInput{FileName: in.FileName, ContentType: in.ContentType, Size: in.Size, CRC32: in.Crc32, SHA256: in.Sha256}
}

func uploadModel(u photos.BegunUpload) *graph.UploadURL {
	photo := photoModel(u.Photo)
	if u.Duplicate {
		return &graph.UploadURL{Photo: &photo, DuplicateOf: &photo, Headers: []graph.Header{}}
	}
	model := graph.UploadURL{
		Photo: &photo, URL: &u.Request.URL, Method: &u.Request.Method, ExpiresAt: &u.ExpiresAt,
		Headers: make([]graph.Header, len(u.Request.Headers)),
	}
	for i, h := range u.Request.Headers {
		model.Headers[i] = graph.Header{Name: h.Name, Value: h.Value}
	}
	return &model
}
