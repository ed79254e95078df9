package stock

import (
	"context"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"pam/bench/api/stock/graph"
	"pam/internal/photos"
)

// newSchema is the executable schema as gqlgen generates it, with resolvers that hand on to the library.
func newSchema(library *photos.Library) graphql.ExecutableSchema {
	return graph.NewExecutableSchema(graph.Config{
		Resolvers:  root{library},
		Directives: graph.DirectiveRoot{Scope: requireScope},
	})
}

type root struct{ library *photos.Library }

var _ graph.ResolverRoot = root{}

func (r root) Query() graph.QueryResolver               { return query(r) }
func (r root) Mutation() graph.MutationResolver         { return mutation(r) }
func (r root) Subscription() graph.SubscriptionResolver { return subscription(r) }
func (r root) Photo() graph.PhotoResolver               { return photoFields(r) }

type (
	query        struct{ library *photos.Library }
	mutation     struct{ library *photos.Library }
	subscription struct{ library *photos.Library }
	photoFields  struct{ library *photos.Library }
)

// requireScope is the @scope directive.
func requireScope(ctx context.Context, _ any, next graphql.Resolver, requires graph.Scope) (any, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	needed := map[graph.Scope]photos.Scope{
		graph.ScopeLabelsRead: photos.ScopeLabelsRead, graph.ScopePhotosRead: photos.ScopePhotosRead, graph.ScopePhotosWrite: photos.ScopePhotosWrite,
	}[requires]
	if err := caller.Require(needed); err != nil {
		return nil, err
	}
	return next(ctx)
}

// Labels resolves Query.labels.
func (r query) Labels(ctx context.Context, first *int, after, search *string, minConfidence *int, orderBy *graph.LabelOrder) (*graph.LabelConnection, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	page, err := r.library.Labels(ctx, caller.Owner, photos.LabelsQuery{
		Search: or(search, ""), MinConfidence: or(minConfidence, photos.DefaultConfidence),
		Order: photos.LabelOrder(or(orderBy, graph.LabelOrderCountDesc)), First: or(first, 100), After: after,
	})
	if err != nil {
		return nil, err
	}
	c := graph.LabelConnection{Nodes: make([]*graph.Label, len(page.Items)), PageInfo: pageInfo(page.Page), TotalCount: page.Total}
	for i, label := range page.Items {
		c.Nodes[i] = labelModel(label)
	}
	return &c, nil
}

func labelModel(label photos.Label) *graph.Label {
	return &graph.Label{
		ID: label.Name + "@" + strconv.Itoa(label.MinConfidence), Name: label.Name, Count: label.Count,
		Parents: label.Parents, Categories: label.Categories,
	}
}

// Photos resolves Query.photos.
func (r query) Photos(ctx context.Context, status *graph.PhotoStatus, first *int, after *string, orderBy *graph.PhotoOrder) (*graph.PhotoConnection, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	page, err := r.library.Photos(ctx, caller.Owner, photos.ListQuery{
		Filter: photos.PhotoFilter{Status: photos.PhotoStatus(or(status, ""))},
		Order:  photos.PhotoOrder(or(orderBy, graph.PhotoOrderUploadedDesc)), First: or(first, 50), After: after,
	})
	if err != nil {
		return nil, err
	}
	c := graph.PhotoConnection{Nodes: make([]*graph.Photo, len(page.Items)), PageInfo: pageInfo(page)}
	for i, p := range page.Items {
		c.Nodes[i] = photoModel(p)
	}
	return &c, nil
}

func photoModel(p photos.Photo) *graph.Photo {
	model := graph.Photo{
		ID: p.ID, FileName: p.FileName, ContentType: p.ContentType, Size: p.Size, UploadedAt: p.UploadedAt,
		Status: graph.PhotoStatus(p.Status), Labels: []*graph.PhotoLabel{}, Source: p,
	}
	if in := p.Inspection; in != nil && p.Status == photos.Labelled {
		model.Width, model.Height, model.TakenAt = optional(in.Width), optional(in.Height), optional(in.TakenAt)
		for _, label := range in.Labels {
			model.Labels = append(model.Labels, &graph.PhotoLabel{Name: label.Name, Confidence: label.Confidence, Parents: label.Parents})
		}
	}
	return &model
}

// URL resolves Photo.url.
func (r photoFields) URL(ctx context.Context, photo *graph.Photo, expiresIn *int) (*string, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	life := photos.DefaultLinkLife
	if expiresIn != nil {
		life = time.Duration(*expiresIn) * time.Second
	}
	link, err := r.library.PhotoLink(ctx, caller, photo.Source, life)
	return optional(link), err
}

// ThumbnailURL resolves Photo.thumbnailUrl.
func (r photoFields) ThumbnailURL(ctx context.Context, photo *graph.Photo) (*string, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	link, err := r.library.ThumbnailLink(ctx, caller, photo.Source)
	return optional(link), err
}

// UploadUrls resolves Mutation.uploadUrls.
func (r mutation) UploadUrls(ctx context.Context, inputs []*graph.UploadURLInput) ([]*graph.UploadURLResult, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	files := make([]photos.UploadInput, len(inputs))
	for i, in := range inputs {
		files[i] = photos.UploadInput{FileName: in.FileName, ContentType: in.ContentType, Size: in.Size, CRC32: in.Crc32, SHA256: in.Sha256}
	}
	outcomes, err := r.library.BeginUploads(ctx, caller.Owner, files)
	if err != nil {
		return nil, err
	}
	results := make([]*graph.UploadURLResult, len(outcomes))
	for i, o := range outcomes {
		if o.Err != nil {
			results[i] = &graph.UploadURLResult{Error: &graph.InputError{Code: string(o.Err.Code), Field: optional(o.Err.Field), Message: o.Err.Message}}
			continue
		}
		results[i] = &graph.UploadURLResult{UploadURL: uploadModel(*o.Upload)}
	}
	return results, nil
}

func uploadModel(u photos.BegunUpload) *graph.UploadURL {
	model := graph.UploadURL{Photo: photoModel(u.Photo), Headers: []*graph.Header{}}
	if u.Duplicate {
		return &model
	}
	model.URL, model.Method, model.ExpiresAt = &u.Request.URL, &u.Request.Method, &u.ExpiresAt
	for _, h := range u.Request.Headers {
		model.Headers = append(model.Headers, &graph.Header{Name: h.Name, Value: h.Value})
	}
	return &model
}

// Labels resolves Subscription.labels.
func (r subscription) Labels(ctx context.Context, minConfidence *int) (<-chan *graph.LabelsChange, error) {
	caller, err := callerFrom(ctx)
	if err != nil {
		return nil, err
	}
	updates, err := r.library.WatchLabels(ctx, caller.Owner, or(minConfidence, photos.DefaultConfidence))
	if err != nil {
		return nil, err
	}
	models := make(chan *graph.LabelsChange)
	go func() {
		defer close(models)
		for change := range updates {
			model := graph.LabelsChange{Changed: make([]*graph.Label, len(change.Changed)), At: change.At}
			for i, label := range change.Changed {
				model.Changed[i] = labelModel(label)
			}
			select {
			case models <- &model:
			case <-ctx.Done():
				return
			}
		}
	}()
	return models, nil
}

func pageInfo[T any](p photos.Page[T]) *graph.PageInfo {
	info := graph.PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrevious}
	if n := len(p.Items); n > 0 {
		info.StartCursor, info.EndCursor = optional(p.Cursor(p.Items[0])), optional(p.Cursor(p.Items[n-1]))
	}
	return &info
}

// or gives the value of an optional argument, or another where it is absent.
func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// optional gives nil for a zero value.
func optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
