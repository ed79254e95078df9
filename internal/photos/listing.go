package photos

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// MaxFirst is the largest page of any list but labels.
const MaxFirst = 100

// Rules of a signed link.
const (
	MinLinkLife     = time.Minute
	MaxLinkLife     = time.Hour
	DefaultLinkLife = 15 * time.Minute
)

// ListQuery asks for a page of photos.
type ListQuery struct {
	Filter PhotoFilter
	Order  PhotoOrder
	First  int
	After  *string // a cursor; nil from the start
}

// Photos gives a page of the owner's photos.
func (l *Library) Photos(ctx context.Context, owner Owner, q ListQuery) (Page[Photo], error) {
	if err := checkFirst(q.First, MaxFirst); err != nil {
		return Page[Photo]{}, err
	}
	if err := q.Filter.check(); err != nil {
		return Page[Photo]{}, err
	}
	list := listID("photos", string(owner), q.Filter.text(), string(q.Order))
	after, err := decodeIDCursor("after", list, q.After)
	if err != nil {
		return Page[Photo]{}, err
	}
	items, err := l.Catalog.ListPhotos(ctx, owner, q.Filter, q.Order, after, q.First+1)
	if err != nil {
		return Page[Photo]{}, fmt.Errorf("list photos: %w", err)
	}
	return cutPage(items, q.First, after, list, func(p Photo) string { return p.ID }), nil
}

// CountPhotos sums up the photos of a filter.
func (l *Library) CountPhotos(ctx context.Context, owner Owner, filter PhotoFilter) (PhotoTotals, error) {
	if err := filter.check(); err != nil {
		return PhotoTotals{}, err
	}
	totals, err := l.Catalog.CountPhotos(ctx, owner, filter)
	if err != nil {
		return PhotoTotals{}, fmt.Errorf("count photos: %w", err)
	}
	return totals, nil
}

// Photo gives one photo.
func (l *Library) Photo(ctx context.Context, owner Owner, id string) (Photo, error) {
	p, err := l.Catalog.Photo(ctx, owner, id)
	switch {
	case CodeOf(err) == NotFound:
		return Photo{}, Errorf(NotFound, "there is no such photo")
	case err != nil:
		return Photo{}, fmt.Errorf("read a photo: %w", err)
	}
	return p, nil
}

// PhotoLink signs a link to a LABELLED photo's original, good for life; "" for a photo of another status. The caller may
// hold a photo without the right to read it (an upload answers with one), so the right is checked here.
func (l *Library) PhotoLink(ctx context.Context, caller Caller, p Photo, life time.Duration) (string, error) {
	if life < MinLinkLife || life > MaxLinkLife {
		return "", BadInput("expiresIn", "must be %d to %d seconds, not %d", MinLinkLife/time.Second, MaxLinkLife/time.Second, life/time.Second)
	}
	terms := DownloadTerms{FileName: p.FileName, ContentType: p.ContentType, Inline: true}
	return l.photoLink(ctx, caller, p, PhotoKey(p.Owner, p.ID), terms, life)
}

// ThumbnailLink signs a link to a LABELLED photo's thumbnail; "" for a photo of another status.
func (l *Library) ThumbnailLink(ctx context.Context, caller Caller, p Photo) (string, error) {
	terms := DownloadTerms{ContentType: "image/jpeg", Inline: true}
	return l.photoLink(ctx, caller, p, ThumbnailKey(p.Owner, p.ID), terms, DefaultLinkLife)
}

func (l *Library) photoLink(ctx context.Context, caller Caller, p Photo, key string, terms DownloadTerms, life time.Duration) (string, error) {
	if err := caller.Require(ScopePhotosRead); err != nil {
		return "", err
	}
	if p.Status != Labelled {
		return "", nil
	}
	url, err := l.Objects.SignDownload(ctx, Object{StorageBucket, key}, terms, life)
	if err != nil {
		return "", fmt.Errorf("sign a link: %w", err)
	}
	return url, nil
}

func (f PhotoFilter) check() error {
	if f.Match == nil {
		return nil
	}
	if f.Status != "" && f.Status != Labelled {
		return BadInput("status", "a match sees LABELLED photos only, so status must be LABELLED or left out")
	}
	return f.Match.Check("match")
}

// text writes a filter so that equal texts mean equal filters.
func (f PhotoFilter) text() string {
	if f.Match == nil {
		return string(f.Status)
	}
	return f.Match.text()
}

func (m LabelMatch) text() string {
	return fmt.Sprintf("%q %q %q %s", m.Any, m.All, m.None, strconv.Itoa(m.MinConfidence))
}
