package queryplan_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"pam/graph"
	"pam/internal/photos"
)

// world answers every field of the contract with data that follow from the seed, the place and the arguments alone, so that
// two executions see the same in whatever order they ask. Some of it is broken: resolvers fail, panic and give nothing, and
// models hold what the contract forbids.
type world struct {
	seed uint64
	// broken is how many of 100 places are.
	broken int
	// immediate says which fields are resolved in order.
	immediate bool
}

// roll gives a number below n that depends on the place alone.
func (w world) roll(n int, place ...any) int {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, w.seed, place)
	return int(h.Sum64() >> 8 % uint64(n))
}

func (w world) breaks(place ...any) bool { return w.roll(100, append(place, "breaks")...) < w.broken }

// outcome fails, panics or says that there is nothing, at places that break.
func (w world) outcome(place ...any) (nothing bool, err error) {
	if !w.breaks(place...) {
		return false, nil
	}
	switch w.roll(3, append(place, "how")...) {
	case 0:
		return false, fmt.Errorf("broken: %v", place)
	case 1:
		panic(fmt.Sprint("panic: ", place))
	}
	return true, nil
}

func (w world) text(place ...any) string {
	texts := []string{"", "Dog", "a \"quoted\" \\ text", "line\nfeed\ttab\rreturn", "\x00\x1f\x7f", "<b>&\u2028é😀", "\xff\xfe", "Golden Retriever"}
	return texts[w.roll(len(texts), place...)]
}

func (w world) number(place ...any) float64 {
	numbers := []float64{0, 55, 99.123456789, 1e21, 1e-7, -0.5, 1.0 / 3}
	if w.breaks(place...) {
		return []float64{math.NaN(), math.Inf(1)}[w.roll(2, place...)]
	}
	return numbers[w.roll(len(numbers), place...)]
}

func (w world) time(place ...any) time.Time {
	return time.UnixMicro(int64(w.roll(2_000_000_000, place...)) * 1_234_567).In(time.FixedZone("", 3600))
}

func (w world) texts(place ...any) []string {
	n := w.roll(4, place...)
	if n == 3 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = w.text(append(place, i)...)
	}
	return list
}

// some gives nil or the value.
func some[T any](w world, value T, place ...any) *T {
	if w.roll(3, append(place, "some")...) == 0 {
		return nil
	}
	return &value
}

func (w world) label(place ...any) photos.Label {
	return photos.Label{
		MinConfidence: w.roll(9, place, "least"), Name: fmt.Sprint(place...), Count: w.roll(1000, place...), Parents: w.texts(place, "parents"), Categories: w.texts(place, "categories"),
	}
}

func (w world) photo(place ...any) graph.Photo {
	p := graph.Photo{
		ID: fmt.Sprint(place...), FileName: w.text(place, "file"), ContentType: "image/png", Size: int64(w.roll(1<<40, place...)) - 1<<20, Width: some(w, 12, place, "w"),
		UploadedAt: w.time(place...), TakenAt: some(w, w.text(place, "taken"), place, "t"), Status: graph.PhotoStatus([]string{"LABELLED", "PENDING", "odd \"status\""}[w.roll(3, place...)]),
	}
	p.Rejection = some(w, graph.Rejection{Code: graph.RejectionCodeTooLarge, Message: w.text(place, "why")}, place, "r")
	p.Labels = make([]graph.PhotoLabel, w.roll(3, place, "labels"))
	for i := range p.Labels {
		p.Labels[i] = graph.PhotoLabel{Name: w.text(place, i), Confidence: w.number(place, i), Parents: w.texts(place, i, "parents")}
	}
	return p
}

func (w world) archive(place ...any) graph.Archive {
	a := graph.Archive{
		ID: fmt.Sprint(place...), Name: w.text(place, "name"), Status: graph.ArchiveStatusReady, PhotoCount: w.roll(9, place...), CreatedAt: w.time(place...),
		Size: some(w, int64(math.MaxInt64), place, "size"), ReadyAt: some(w, w.time(place, "ready"), place, "ready"), TotalBytes: math.MinInt64,
	}
	a.Failure = some(w, graph.ArchiveFailure{Code: w.text(place, "code"), Message: "m"}, place, "f")
	a.Skipped = make([]graph.SkippedPhoto, w.roll(3, place, "skipped"))
	return a
}

func (w world) pageInfo(place ...any) *graph.PageInfo {
	if w.breaks(place, "pageInfo") {
		return nil
	}
	return &graph.PageInfo{HasNextPage: w.roll(2, place...) == 0, EndCursor: some(w, w.text(place, "end"), place, "end")}
}

// length is how long a list is: what was asked for, up to a few.
func (w world) length(first *int, place ...any) int {
	if first == nil {
		return w.roll(3, append(place, "length")...)
	}
	return max(0, min(*first, 4))
}

func (w world) photos(first *int, place ...any) *graph.PhotoConnection {
	c := &graph.PhotoConnection{Nodes: make([]graph.Photo, w.length(first, place...)), PageInfo: w.pageInfo(place...)}
	for i := range c.Nodes {
		c.Nodes[i] = w.photo(append(place, i)...)
		edge := graph.PhotoEdge{Node: &c.Nodes[i], Cursor: w.text(place, i, "cursor")}
		if w.breaks(place, i, "node") {
			edge.Node = nil
		}
		c.Edges = append(c.Edges, edge)
	}
	return c
}

// give is what a resolver of a pointer gives.
func give[T any](w world, make func() *T, place ...any) (*T, error) {
	if nothing, err := w.outcome(place...); nothing || err != nil {
		return nil, err
	}
	return make(), nil
}

// The resolvers, one type for each that the generated code wants.
type (
	query               struct{ world }
	mutation            struct{ world }
	subscription        struct{ world }
	labelResolver       struct{ world }
	labelPageResolver   struct{ world }
	photoResolver       struct{ world }
	photoPageResolver   struct{ world }
	archiveResolver     struct{ world }
	archivePageResolver struct{ world }
	noticeResolver      struct{ world }
	noticePageResolver  struct{ world }
)

func (w world) Immediate(object, field string) bool {
	return w.immediate || object == "Photo" && field == "url"
}

func (w world) Query() graph.QueryResolver                         { return query{w} }
func (w world) Mutation() graph.MutationResolver                   { return mutation{w} }
func (w world) Subscription() graph.SubscriptionResolver           { return subscription{w} }
func (w world) Label() graph.LabelResolver                         { return labelResolver{w} }
func (w world) LabelConnection() graph.LabelConnectionResolver     { return labelPageResolver{w} }
func (w world) Photo() graph.PhotoResolver                         { return photoResolver{w} }
func (w world) PhotoConnection() graph.PhotoConnectionResolver     { return photoPageResolver{w} }
func (w world) Archive() graph.ArchiveResolver                     { return archiveResolver{w} }
func (w world) ArchiveConnection() graph.ArchiveConnectionResolver { return archivePageResolver{w} }
func (w world) Notice() graph.NoticeResolver                       { return noticeResolver{w} }
func (w world) NoticeConnection() graph.NoticeConnectionResolver   { return noticePageResolver{w} }

// scope is the directive: it refuses at places that break.
func (w world) scope(ctx context.Context, _ any, next graphql.Resolver, requires graph.Scope) (any, error) {
	if w.breaks("scope", requires, graphql.GetFieldContext(ctx).Path().String()) {
		return nil, errors.New("forbidden")
	}
	return next(ctx)
}

func (r query) Me(context.Context) (*graph.Viewer, error) {
	return give(r.world, func() *graph.Viewer {
		return &graph.Viewer{ID: "me", Scopes: []graph.Scope{graph.ScopeArchives, "ODD"}, Name: some(r.world, r.text("name"), "me"), StoredBytes: 1 << 60}
	}, "me")
}

func (r query) Labels(_ context.Context, first *int, after, search *string, minConfidence *int, _ *graph.LabelOrder) (*graph.LabelConnection, error) {
	return give(r.world, func() *graph.LabelConnection {
		c := &graph.LabelConnection{Nodes: make([]photos.Label, r.length(first, "labels")), PageInfo: r.pageInfo("labels"), TotalCount: 3000}
		for i := range c.Nodes {
			c.Nodes[i] = r.label("label", i)
			c.Edges = append(c.Edges, graph.LabelEdge{Node: &c.Nodes[i], Cursor: r.text("cursor", i)})
		}
		return c
	}, "labels", or(first), or(after), or(search), or(minConfidence))
}

func (r query) Label(_ context.Context, name string, _ *int) (*photos.Label, error) {
	return give(r.world, func() *photos.Label { l := r.label("one", name); return &l }, "label", name)
}

func (r query) Photos(_ context.Context, match *graph.LabelMatch, _ *graph.PhotoStatus, first *int, _ *string, _ *graph.PhotoOrder) (*graph.PhotoConnection, error) {
	return give(r.world, func() *graph.PhotoConnection { return r.photos(first, "photos", match != nil) }, "photos", or(first))
}

func (r query) Photo(_ context.Context, id string) (*graph.Photo, error) {
	return give(r.world, func() *graph.Photo { p := r.photo("one", id); return &p }, "photo", id)
}

func (r query) ArchivePreview(_ context.Context, match graph.LabelMatch) (*graph.ArchivePreview, error) {
	return give(r.world, func() *graph.ArchivePreview { return &graph.ArchivePreview{PhotoCount: len(match.Any)} }, "preview")
}

func (r query) Archive(_ context.Context, id string) (*graph.Archive, error) {
	return give(r.world, func() *graph.Archive { a := r.archive("one", id); return &a }, "archive", id)
}

func (r query) Archives(_ context.Context, first *int, _ *string) (*graph.ArchiveConnection, error) {
	return give(r.world, func() *graph.ArchiveConnection {
		c := &graph.ArchiveConnection{Nodes: make([]graph.Archive, r.length(first, "archives")), PageInfo: r.pageInfo("archives")}
		for i := range c.Nodes {
			c.Nodes[i] = r.archive("archive", i)
			c.Edges = append(c.Edges, graph.ArchiveEdge{Node: &c.Nodes[i], Cursor: r.text("cursor", i)})
		}
		return c
	}, "archives")
}

func (r query) Notices(_ context.Context, first *int, _ *string) (*graph.NoticeConnection, error) {
	return give(r.world, func() *graph.NoticeConnection {
		c := &graph.NoticeConnection{Nodes: make([]graph.Notice, r.length(first, "notices")), PageInfo: r.pageInfo("notices")}
		for i := range c.Nodes {
			c.Nodes[i] = graph.Notice{ID: fmt.Sprint(i), Kind: graph.NoticeKindArchiveReady, At: r.time("notice", i)}
			c.Edges = append(c.Edges, graph.NoticeEdge{Node: &c.Nodes[i], Cursor: r.text("cursor", i)})
		}
		return c
	}, "notices")
}

func (r mutation) UploadURL(_ context.Context, input graph.UploadURLInput) (*graph.UploadURL, error) {
	return give(r.world, func() *graph.UploadURL { return r.upload(input.FileName) }, "uploadUrl", input.FileName)
}

func (r mutation) upload(name string) *graph.UploadURL {
	p := r.photo("new", name)
	u := &graph.UploadURL{Photo: &p, DuplicateOf: some(r.world, p, name), Headers: []graph.Header{{Name: "a", Value: r.text(name)}}, ExpiresAt: some(r.world, r.time(name), name)}
	if r.breaks("upload", name) {
		u.Photo = nil
	}
	return u
}

func (r mutation) UploadUrls(_ context.Context, inputs []graph.UploadURLInput) ([]graph.UploadURLResult, error) {
	if nothing, err := r.outcome("uploadUrls"); nothing || err != nil {
		return nil, err
	}
	results := make([]graph.UploadURLResult, len(inputs))
	for i, input := range inputs {
		results[i] = graph.UploadURLResult{UploadURL: r.upload(input.FileName), Error: some(r.world, graph.InputError{Code: "C"}, "error", i)}
	}
	return results, nil
}

func (r mutation) RequestArchive(context.Context, graph.RequestArchiveInput) (*graph.Archive, error) {
	return give(r.world, func() *graph.Archive { a := r.archive("requested"); return &a }, "request")
}

func (r mutation) CancelArchive(_ context.Context, id string) (*graph.Archive, error) {
	return give(r.world, func() *graph.Archive { a := r.archive("cancelled", id); return &a }, "cancel", id)
}

func (r mutation) DeletePhotos(_ context.Context, ids []string) (*graph.DeletePhotosPayload, error) {
	return give(r.world, func() *graph.DeletePhotosPayload { return &graph.DeletePhotosPayload{DeletedIds: ids} }, "delete")
}

func (r mutation) NotifyMe(context.Context, graph.NoticeChannel) (*graph.NoticeSubscription, error) {
	return give(r.world, func() *graph.NoticeSubscription {
		return &graph.NoticeSubscription{Channel: graph.NoticeChannelEmail, Address: r.text("address")}
	}, "notify")
}

// events gives some events and closes.
func events[T any](w world, event func(i int) *T) (<-chan *T, error) {
	nothing, err := w.outcome("subscribe")
	if err != nil {
		return nil, err
	}
	channel := make(chan *T, 3)
	for i := range 3 {
		if nothing {
			break
		}
		if w.breaks("event", i) {
			channel <- nil
			continue
		}
		channel <- event(i)
	}
	close(channel)
	return channel, nil
}

func (r subscription) Archive(_ context.Context, id string) (<-chan *graph.Archive, error) {
	return events(r.world, func(i int) *graph.Archive { a := r.archive("watched", id, i); return &a })
}

func (r subscription) Labels(context.Context, *int) (<-chan *graph.LabelsChange, error) {
	return events(r.world, func(i int) *graph.LabelsChange {
		return &graph.LabelsChange{Changed: []photos.Label{r.label("changed", i), r.label("changed too", i)}, At: r.time("change", i)}
	})
}

func (r labelResolver) Photos(_ context.Context, l *photos.Label, first *int, _ *string) (*graph.PhotoConnection, error) {
	return give(r.world, func() *graph.PhotoConnection { return r.photos(first, "of", l.Name) }, "Label.photos", l.Name, or(first))
}

func (r photoResolver) URL(_ context.Context, p *graph.Photo, expiresIn *int) (*string, error) {
	return give(r.world, func() *string { s := fmt.Sprint(p.ID, or(expiresIn)); return &s }, "url", p.ID)
}

func (r photoResolver) ThumbnailURL(_ context.Context, p *graph.Photo) (*string, error) {
	return give(r.world, func() *string { return &p.ID }, "thumbnail", p.ID)
}

// count is a number that may fail.
func (w world) count(place ...any) (int, error) {
	_, err := w.outcome(place...)
	return w.roll(100, place...), err
}

func (r photoPageResolver) TotalCount(_ context.Context, c *graph.PhotoConnection) (int, error) {
	return r.count("photo count", len(c.Nodes))
}

func (r archiveResolver) DownloadURL(_ context.Context, a *graph.Archive) (*string, error) {
	return give(r.world, func() *string { return &a.ID }, "download", a.ID)
}

func (r archivePageResolver) TotalCount(context.Context, *graph.ArchiveConnection) (int, error) {
	return r.count("archive count")
}

func (r noticeResolver) Archive(_ context.Context, n *graph.Notice) (*graph.Archive, error) {
	return give(r.world, func() *graph.Archive { a := r.archive("noticed", n.ID); return &a }, "Notice.archive", n.ID)
}

func (r noticePageResolver) TotalCount(context.Context, *graph.NoticeConnection) (int, error) {
	return r.count("notice count")
}

// edges are those that were made with the nodes, unless the place breaks.
func edges[E any](w world, list []E) ([]E, error) {
	if nothing, err := w.outcome("edges", len(list)); nothing || err != nil {
		return nil, err
	}
	return list, nil
}

func (r labelPageResolver) Edges(_ context.Context, c *graph.LabelConnection) ([]graph.LabelEdge, error) {
	return edges(r.world, c.Edges)
}

func (r photoPageResolver) Edges(_ context.Context, c *graph.PhotoConnection) ([]graph.PhotoEdge, error) {
	return edges(r.world, c.Edges)
}

func (r archivePageResolver) Edges(_ context.Context, c *graph.ArchiveConnection) ([]graph.ArchiveEdge, error) {
	return edges(r.world, c.Edges)
}

func (r noticePageResolver) Edges(_ context.Context, c *graph.NoticeConnection) ([]graph.NoticeEdge, error) {
	return edges(r.world, c.Edges)
}

func or[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
