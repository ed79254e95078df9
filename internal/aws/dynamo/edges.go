package dynamo

import (
	"context"
	"strings"

	"pam/internal/photos"
)

// edgeItem is the record of a LABELLED photo under one of its labels. Lists and sums of a match read nothing else, so the
// size is repeated here.
func edgeItem(p photos.Photo, l photos.PhotoLabel) item {
	i := edgeKey(p.Owner, l.Name, p.ID).attributes()
	i["confidence"], i["size"] = fraction(l.Confidence), number(p.Size)
	return i
}

// edge is a photo as a list of edges names it.
type edge struct {
	id   string
	size int64
}

// position is a place in the order of ids: at an id, or just past it.
type position struct {
	id   string
	past bool
}

// reached says whether an id stands at the position or behind it, in the direction of reading.
func (p position) reached(id string, backward bool) bool {
	order := strings.Compare(id, p.id)
	if backward {
		order = -order
	}
	return order > 0 || order == 0 && !p.past
}

// sorted is a list of edges in the order of ids, which can be read in one direction.
type sorted interface {
	// seek gives the first edge at or behind the position, and says whether there is one. Positions only move on.
	seek(ctx context.Context, p position) (edge, bool, error)
}

// stream reads the edges of one label, page by page. It holds one page.
type stream struct {
	pages *pages
	page  []edge
}

// newStream reads the edges of a label from a confidence on.
func (c *Catalog) newStream(owner photos.Owner, label string, least int, w walk) *stream {
	p := c.below("read the photos of a label", edgePartition(owner, label), photoPrefix, w.after, w.backward, w.page)
	if len(p.pk) > maxPartitionKeyBytes {
		p.done = true
	}
	p.keep = func(r *reader) bool { return r.fraction("confidence") >= float64(least) }
	return &stream{pages: p}
}

func (s *stream) seek(ctx context.Context, to position) (edge, bool, error) {
	for {
		for len(s.page) > 0 {
			if to.reached(s.page[0].id, s.pages.backward) {
				return s.page[0], true, nil
			}
			s.page = s.page[1:]
		}
		if to.id != "" {
			s.pages.skip(photoPrefix + to.id) // pages in between are not read at all
		}
		if s.pages.done {
			return edge{}, false, nil
		}
		if err := s.read(ctx); err != nil {
			return edge{}, false, err
		}
	}
}

// read reads the next page.
func (s *stream) read(ctx context.Context) error {
	items, err := s.pages.next(ctx)
	if err != nil {
		return err
	}
	s.page = make([]edge, len(items))
	for n, i := range items {
		r := reader{item: i}
		// A copy, so that the page of attributes that it is part of can go.
		s.page[n] = edge{id: strings.Clone(idOf(i, photoPrefix)), size: r.int64("size")}
		if err := r.done(); err != nil {
			return err
		}
	}
	return nil
}
