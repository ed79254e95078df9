package sqlite

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pam/internal/photos"
)

// ListPhotos implements photos.PhotoCatalog: one query for the photos and, of a match, one for its labels' counters.
func (c *Catalog) ListPhotos(ctx context.Context, owner photos.Owner, filter photos.PhotoFilter, order photos.PhotoOrder, after string, limit int) ([]photos.Photo, error) {
	var list []photos.Photo
	err := c.db.read(ctx, "list photos", func(t tx) error {
		var q *query
		if filter.Match == nil {
			q = listByStatus(owner, filter.Status, order, after, limit)
		} else {
			plan, err := planMatch(ctx, t, owner, *filter.Match)
			if err != nil || plan.empty {
				return err
			}
			q = listByMatch(selectPhoto, owner, plan, order, after, limit)
		}
		var err error
		list, err = readPhotos(ctx, t, q.String(), q.args...)
		return err
	})
	return list, err
}

// listByStatus is the query for a page of the photos of a status, "" for any.
func listByStatus(owner photos.Owner, status photos.PhotoStatus, order photos.PhotoOrder, after string, limit int) *query {
	q := newQuery(owner)
	q.add(selectFromPhotos, "WHERE p.owner = ?1")
	if status != "" {
		q.add(" AND p.status = ", q.arg(string(status)))
	}
	q.addPage("p.id", order, after, limit)
	return q
}

// PhotoFiles implements photos.PhotoCatalog.
func (c *Catalog) PhotoFiles(ctx context.Context, owner photos.Owner, match photos.LabelMatch, after string, limit int) ([]photos.PhotoFile, error) {
	var list []photos.PhotoFile
	err := c.db.read(ctx, "list photos as files", func(t tx) error {
		plan, err := planMatch(ctx, t, owner, match)
		if err != nil || plan.empty {
			return err
		}
		q := listByMatch(selectPhotoFile, owner, plan, photos.UploadedAsc, after, limit)
		list, err = readPhotoFiles(ctx, t, q.String(), q.args...)
		return err
	})
	return list, err
}

// listByMatch is the query for a page of the photos of a match; what of them is how the query begins. The page is cut from the
// edges alone; then its photos are read, each by its key.
func listByMatch(what string, owner photos.Owner, plan matchPlan, order photos.PhotoOrder, after string, limit int) *query {
	q := newQuery(owner)
	q.add(what, "(")
	q.addEdges(plan, "photo_id", order, after)
	q.add(" ORDER BY photo_id", direction(order), " LIMIT ", q.arg(limit),
		") e CROSS JOIN photos p ON p.owner = ?1 AND p.id = e.photo_id ORDER BY e.photo_id", direction(order))
	return q
}

// CountPhotos implements photos.PhotoCatalog: of a match from its edges, else from the owner's summary.
func (c *Catalog) CountPhotos(ctx context.Context, owner photos.Owner, filter photos.PhotoFilter) (photos.PhotoTotals, error) {
	var totals photos.PhotoTotals
	err := c.db.read(ctx, "count photos", func(t tx) error {
		if filter.Match == nil {
			o, err := readOwner(ctx, t, owner)
			totals = o.of(filter.Status)
			return err
		}
		plan, err := planMatch(ctx, t, owner, *filter.Match)
		if err != nil || plan.empty {
			return err
		}
		q := countByMatch(owner, plan)
		return t.row(ctx, q.String(), q.args, &totals.Count, &totals.Bytes)
	})
	return totals, err
}

// countByMatch is the query for the sums of a match.
func countByMatch(owner photos.Owner, plan matchPlan) *query {
	q := newQuery(owner)
	q.add("SELECT count(*), coalesce(sum(size), 0) FROM (")
	q.addEdges(plan, "photo_id, size", photos.UploadedAsc, "")
	q.add(")")
	return q
}

// matchPlan says how the photos of a match are found: drivers are the labels whose edges are walked, in the order of
// photo ids; each photo there is then looked up among the edges of the others.
type matchPlan struct {
	drivers []string
	any     []string // at least one of them, where there are any
	all     []string
	none    []string
	least   int // confidence
	empty   bool
}

// planMatch chooses the drivers with the fewest edges, as the counters tell: with "all of Person and Okapi" a walk over
// the okapis is short, and one over all persons would be in vain. It also finds matches that nothing can meet.
func planMatch(ctx context.Context, t tx, owner photos.Owner, m photos.LabelMatch) (matchPlan, error) {
	names, err := toJSON(slices.Concat(m.Any, m.All, m.None))
	if err != nil {
		return matchPlan{}, err
	}
	counts, err := readLabelCounts(ctx, t, selectLabel+"WHERE owner = ? AND name IN (SELECT value FROM json_each(?))", string(owner), names)
	if err != nil {
		return matchPlan{}, err
	}
	// A threshold between two buckets counts the whole lower one: too many, which a plan can live with.
	edges := make(map[string]int, len(counts))
	for _, c := range counts {
		edges[c.Name] = c.Buckets.AtLeast(m.MinConfidence)
	}
	carried := func(names []string) []string {
		kept := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return edges[n] == 0 })
		slices.Sort(kept)
		return slices.Compact(kept)
	}
	p := matchPlan{any: carried(m.Any), all: carried(m.All), none: carried(m.None), least: m.MinConfidence}
	missesOne := slices.ContainsFunc(m.All, func(n string) bool { return edges[n] == 0 })
	if missesOne || len(p.any) == 0 && (len(m.Any) > 0 || len(p.all) == 0) {
		return matchPlan{empty: true}, nil
	}
	walk, rarest := 0, ""
	for _, n := range p.any {
		walk += edges[n]
	}
	for _, n := range p.all {
		if walk == 0 || edges[n] < walk {
			walk, rarest = edges[n], n
		}
	}
	if rarest == "" {
		p.drivers, p.any = p.any, nil
	} else {
		p.drivers = []string{rarest}
		p.all = slices.DeleteFunc(p.all, func(n string) bool { return n == rarest })
	}
	return p, nil
}

// query is the text of a query under construction, with its arguments. ?1 is the owner.
type query struct {
	strings.Builder
	args []any
}

func newQuery(owner photos.Owner) *query { return &query{args: []any{string(owner)}} }

func (q *query) add(parts ...string) {
	for _, p := range parts {
		q.WriteString(p)
	}
}

// arg adds an argument and gives its placeholder.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "?" + strconv.Itoa(len(q.args))
}

// list adds arguments and gives their placeholders in brackets.
func (q *query) list(names []string) string {
	holders := make([]string, len(names))
	for i, n := range names {
		holders[i] = q.arg(n)
	}
	return "(" + strings.Join(holders, ", ") + ")"
}

// direction is the SQL of an order of photos.
func direction(order photos.PhotoOrder) string {
	if order == photos.UploadedAsc {
		return ""
	}
	return " DESC"
}

// addAfter adds the condition that a list goes on behind an id.
func (q *query) addAfter(column string, order photos.PhotoOrder, after string) {
	if after == "" {
		return
	}
	comparison := " < "
	if order == photos.UploadedAsc {
		comparison = " > "
	}
	q.add(" AND ", column, comparison, q.arg(after))
}

// addPage cuts a page out of a list.
func (q *query) addPage(column string, order photos.PhotoOrder, after string, limit int) {
	q.addAfter(column, order, after)
	q.add(" ORDER BY ", column, direction(order), " LIMIT ", q.arg(limit))
}

// addEdges adds the query for the edges of a plan, one for each photo. With several drivers each photo comes once, since
// UNION drops rows that are equal; SQLite merges the drivers' edges, which are sorted, as they are read.
func (q *query) addEdges(p matchPlan, columns string, order photos.PhotoOrder, after string) {
	least := q.arg(p.least)
	carries := func(labels string) string {
		return "EXISTS (SELECT 1 FROM label_edges x WHERE x.owner = ?1 AND x.label " + labels +
			" AND x.photo_id = e.photo_id AND x.confidence >= " + least + ")"
	}
	var conditions strings.Builder
	for _, n := range p.all {
		conditions.WriteString(" AND " + carries("= "+q.arg(n)))
	}
	if len(p.any) > 0 {
		conditions.WriteString(" AND " + carries("IN "+q.list(p.any)))
	}
	if len(p.none) > 0 {
		conditions.WriteString(" AND NOT " + carries("IN "+q.list(p.none)))
	}
	for i, n := range p.drivers {
		if i > 0 {
			q.add(" UNION ")
		}
		q.add("SELECT ", columns, " FROM label_edges e WHERE e.owner = ?1 AND e.label = ", q.arg(n), " AND e.confidence >= ", least)
		q.addAfter("e.photo_id", order, after)
		q.add(conditions.String())
	}
}
