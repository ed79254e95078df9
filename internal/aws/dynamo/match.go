package dynamo

import (
	"context"
	"slices"
	"sync"

	"pam/internal/photos"
)

// walk says how lists of edges are read.
type walk struct {
	after    string // an id; "" from the start
	backward bool
	page     int // edges a page
}

// union is the edges of any of several lists.
type union struct {
	lists    []sorted
	backward bool
}

func (u union) seek(ctx context.Context, p position) (edge, bool, error) {
	var first edge
	found := false
	for _, list := range u.lists {
		e, ok, err := list.seek(ctx, p)
		if err != nil {
			return edge{}, false, err
		}
		if ok && (!found || u.before(e.id, first.id)) {
			first, found = e, true
		}
	}
	return first, found, nil
}

func (u union) before(a, b string) bool {
	if u.backward {
		return a > b
	}
	return a < b
}

// match is the edges of all lists of one kind that are in none of the other. Its memory is a page of each list.
type match struct {
	all  []sorted // at least one
	none []sorted
	at   position
}

// next gives the next edge, and says whether there is one.
func (m *match) next(ctx context.Context) (edge, bool, error) {
	for {
		e, ok, err := m.common(ctx)
		if err != nil || !ok {
			return edge{}, false, err
		}
		m.at = position{e.id, true}
		excluded := false
		for _, list := range m.none {
			other, ok, err := list.seek(ctx, position{e.id, false})
			if err != nil {
				return edge{}, false, err
			}
			if excluded = ok && other.id == e.id; excluded {
				break
			}
		}
		if !excluded {
			return e, true, nil
		}
	}
}

// common gives the first edge from m.at on that all lists have: each list in turn moves to where the one before it stands,
// until they agree.
func (m *match) common(ctx context.Context) (edge, bool, error) {
	e, ok, err := m.all[0].seek(ctx, m.at)
	if err != nil || !ok {
		return edge{}, false, err
	}
	for agreed, n := 1, 1; agreed < len(m.all); n++ {
		other, ok, err := m.all[n%len(m.all)].seek(ctx, position{e.id, false})
		if err != nil || !ok {
			return edge{}, false, err
		}
		if other.id == e.id {
			agreed++
		} else {
			e, agreed = other, 1
		}
	}
	return e, true, nil
}

// distinct gives each name once, without those of the other lists.
func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// newMatch prepares to read the photos of a match. The first pages of all labels are read at once.
func (c *Catalog) newMatch(ctx context.Context, owner photos.Owner, m photos.LabelMatch, w walk) (*match, error) {
	anyOf, allOf, noneOf := distinct(m.Any), distinct(m.All), distinct(m.None)
	var streams []*stream
	open := func(names []string) []sorted {
		var lists []sorted
		for _, name := range names {
			s := c.newStream(owner, name, m.MinConfidence, w)
			streams = append(streams, s)
			lists = append(lists, s)
		}
		return lists
	}
	out := &match{all: open(allOf), none: open(noneOf)}
	// A label that has to be there anyway is one of any.
	if given := func(n string) bool { return slices.Contains(allOf, n) }; len(anyOf) > 0 && !slices.ContainsFunc(anyOf, given) {
		out.all = append(out.all, union{lists: open(anyOf), backward: w.backward})
	}
	if w.after != "" {
		out.at = position{w.after, true}
	} else if w.backward {
		out.at = position{lastID, false}
	}
	return out, readFirst(ctx, streams)
}

// lastID sorts behind every id: ULIDs are digits and letters.
const lastID = "~"

// readFirst reads the first page of each list. There are as many as a match has names, photos.MaxMatchNames at most.
func readFirst(ctx context.Context, streams []*stream) error {
	errs := make([]error, len(streams))
	var wg sync.WaitGroup
	for n, s := range streams {
		if s.pages.done {
			continue
		}
		wg.Go(func() { errs[n] = s.read(ctx) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
