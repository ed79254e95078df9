package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pam/internal/photos"
)

// first tries page sizes in and out of bounds in every list that the schema has.
func (c contract) first(t *testing.T) {
	lists := map[string]struct {
		query             string // with $n
		usual, most, have int
	}{
		"Query.labels":   {`query($n: Int) { labels(first: $n) { nodes { id } } }`, 100, 500, manyPhotos + 1},
		"Query.photos":   {`query($n: Int) { photos(first: $n) { nodes { id } } }`, 50, 100, manyPhotos},
		"Label.photos":   {`query($n: Int) { label(name: "All") { photos(first: $n) { nodes { id } } } }`, 50, 100, manyPhotos},
		"Query.archives": {`query($n: Int) { archives(first: $n) { nodes { id } } }`, 20, 100, manyArchives},
		"Query.notices":  {`query($n: Int) { notices(first: $n) { nodes { id } } }`, 20, 100, manyNotices},
	}
	for _, def := range c.schema.Types {
		for _, field := range def.Fields {
			if argument := field.Arguments.ForName("first"); argument != nil {
				list, ok := lists[def.Name+"."+field.Name]
				switch {
				case !ok:
					t.Errorf("%s.%s(first) has no test", def.Name, field.Name)
				case argument.DefaultValue.Raw != fmt.Sprint(list.usual):
					t.Errorf("%s.%s gives %s by default, want %d", def.Name, field.Name, argument.DefaultValue.Raw, list.usual)
				}
			}
		}
	}
	for name, list := range lists {
		for _, tt := range []struct {
			reason string
			n      map[string]any
			want   int // length; -1 for a refusal
		}{
			{"left out, the default holds", nil, min(list.usual, list.have)},
			{"null is left out", vars("n", nil), min(list.usual, list.have)},
			{"one is a page", vars("n", 1), 1},
			{"the most is allowed", vars("n", list.most), min(list.most, list.have)},
			{"more than the most is not", vars("n", list.most+1), -1},
			{"none is no page", vars("n", 0), -1},
			{"less than none is no page", vars("n", -1), -1},
			{"more than 32 bits is no page", vars("n", int64(1)<<40), -1},
		} {
			t.Run(fmt.Sprint(name, " ", tt.n), func(t *testing.T) {
				many := c.many.in(t)
				if tt.want == -1 {
					many.wantError(tt.reason, list.query, tt.n, photos.BadUserInput, "first")
					return
				}
				if got := strings.Count(many.data(list.query, tt.n), `"id":`); got != tt.want {
					t.Errorf("%d items, want %d: %s", got, tt.want, tt.reason)
				}
			})
		}
	}
}

// listPage is a page of any list.
type listPage struct {
	Nodes []struct{ ID string }
	Edges []struct {
		Node   struct{ ID string }
		Cursor string
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	TotalCount int
}

// page asks for a page of a list; field has the list's name and its arguments but first and after.
func (a api) page(field string, first int, after *string) listPage {
	a.t.Helper()
	var out struct{ List listPage }
	a.do(fmt.Sprintf(`query($first: Int, $after: String) { list: %s, first: $first, after: $after) {
		nodes { id } edges { node { id } cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`,
		strings.TrimSuffix(field, ")")), vars("first", first, "after", after), &out)
	return out.List
}

// walkList goes through a list page by page, checks what pages say of themselves, and gives the ids.
func (a api) walkList(field string, first int) []string {
	a.t.Helper()
	var ids []string
	var after *string
	for {
		page := a.page(field, first, after)
		if page.PageInfo.HasPreviousPage != (after != nil) {
			a.t.Errorf("%s after %d: hasPreviousPage is %v", field, len(ids), page.PageInfo.HasPreviousPage)
		}
		if len(page.Nodes) == 0 || len(page.Nodes) > first || len(page.Edges) != len(page.Nodes) {
			a.t.Fatalf("%s after %d: %d nodes, %d edges, %d asked for", field, len(ids), len(page.Nodes), len(page.Edges), first)
		}
		for i, node := range page.Nodes {
			ids = append(ids, node.ID)
			if page.Edges[i].Node.ID != node.ID {
				a.t.Errorf("%s: edge %d is of another node", field, i)
			}
		}
		start, end := page.PageInfo.StartCursor, page.PageInfo.EndCursor
		if start == nil || end == nil || *start != page.Edges[0].Cursor || *end != page.Edges[len(page.Edges)-1].Cursor {
			a.t.Fatalf("%s: the page's cursors are not those of its ends: %+v", field, page.PageInfo)
		}
		if !page.PageInfo.HasNextPage {
			if len(ids) != page.TotalCount {
				a.t.Errorf("%s: %d items in pages of %d, totalCount %d", field, len(ids), first, page.TotalCount)
			}
			return ids
		}
		after = end
	}
}

// pages goes through lists in pages of different sizes: the whole is always the same, in the order that was asked for.
func (c contract) pages(t *testing.T) {
	for _, tt := range []struct {
		name, field string
		who         person
		sizes       []int
		have        int
		order       func(a, b string) int // of ids; nil for one that ids do not follow
	}{
		{"few labels by count", `labels(orderBy: COUNT_DESC, minConfidence: 50)`, c.person, []int{1, 2, 500}, 6, nil},
		{"few labels by name", `labels(orderBy: NAME_ASC, minConfidence: 50)`, c.person, []int{1, 5, 6}, 6, strings.Compare},
		{"labels by count", `labels(orderBy: COUNT_DESC)`, c.many, []int{50, 500}, manyPhotos + 1, strings.Compare},
		{"labels by name", `labels(orderBy: NAME_ASC)`, c.many, []int{60, 61}, manyPhotos + 1, strings.Compare},
		{"labels searched", `labels(search: "l 01")`, c.many, []int{1, 4}, 10, strings.Compare},
		{"few photos", `photos(orderBy: UPLOADED_ASC)`, c.person, []int{1, 3}, 7, strings.Compare},
		{"photos, newest first", `photos(orderBy: UPLOADED_DESC)`, c.many, []int{33, 40}, manyPhotos, descending},
		{"photos, oldest first", `photos(orderBy: UPLOADED_ASC)`, c.many, []int{40, 100}, manyPhotos, strings.Compare},
		{"photos of a match", `photos(match: {all: ["All"], none: ["Label 000"]})`, c.many, []int{17, 100}, manyPhotos - 1, descending},
		{"archives, newest first", `archives(`, c.many, []int{1, 25}, manyArchives, descending},
		{"notices, newest first", `notices(`, c.many, []int{1, 4, 22}, manyNotices, descending},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var whole []string
			for _, size := range tt.sizes {
				ids := tt.who.in(t).walkList(tt.field, size)
				if whole == nil {
					whole = ids
				}
				if !slices.Equal(ids, whole) {
					t.Errorf("in pages of %d the list is\n%v\nand in pages of %d\n%v", size, ids, tt.sizes[0], whole)
				}
			}
			if len(whole) != tt.have || tt.order != nil && !slices.IsSortedFunc(whole, tt.order) {
				t.Errorf("%d items, want %d, in order: %v", len(whole), tt.have, whole)
			}
		})
	}
	t.Run("empty", func(t *testing.T) {
		const want = `{"labels":{"nodes":[],"edges":[],"pageInfo":{"hasNextPage":false,"hasPreviousPage":false,"startCursor":null,"endCursor":null},"totalCount":0}}`
		query := `{ labels(search: "nothing") { nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`
		if got := c.many.in(t).data(query, nil); got != want {
			t.Errorf("an empty page is %s", got)
		}
	})
}

func descending(a, b string) int { return strings.Compare(b, a) }

// deletedCursor continues behind a photo that is gone by then.
func (c contract) deletedCursor(t *testing.T) {
	x := newPerson(t, c.p, "deleter")
	var ids []string
	for i := range 5 {
		ids = append(ids, x.recorded("x.jpg", fmt.Append(nil, i), at("X", 90)).ID)
	}
	page := x.page(`photos(orderBy: UPLOADED_ASC)`, 2, nil)
	x.forget(ids[1], ids[2])
	next := x.page(`photos(orderBy: UPLOADED_ASC)`, 2, page.PageInfo.EndCursor)
	if len(next.Nodes) != 2 || next.Nodes[0].ID != ids[3] || next.Nodes[1].ID != ids[4] || next.TotalCount != 3 {
		t.Errorf("after the second of %v, which is gone, come %+v", ids, next)
	}
}

// minConfidence tries every threshold wherever one can be given.
func (c contract) minConfidence(t *testing.T) {
	for _, place := range []struct{ field, query string }{
		{"minConfidence", `query($n: Int) { labels(minConfidence: $n) { totalCount } }`},
		{"minConfidence", `query($n: Int) { label(name: "Fox", minConfidence: $n) { id } }`},
		{"match.minConfidence", `query($n: Int) { photos(match: {any: ["Fox"], minConfidence: $n}) { totalCount } }`},
		{"match.minConfidence", `query($n: Int) { archivePreview(match: {any: ["Fox"], minConfidence: $n}) { photoCount } }`},
		{"input.match.minConfidence", `mutation($n: Int) { requestArchive(input: {match: {any: ["Fox"], minConfidence: $n}, idempotencyKey: "steps"}) { id } }`},
	} {
		for n := -5; n <= 105; n++ {
			if n >= 50 && n <= 95 && n%5 == 0 {
				if !strings.HasPrefix(place.query, "mutation") {
					c.do(place.query, vars("n", n), nil)
				}
				continue
			}
			if n < 45 && n%9 != 0 {
				continue // what is far out is not tried one by one
			}
			c.wantError("50 to 95 in steps of 5", place.query, vars("n", n), photos.BadUserInput, place.field)
		}
	}
	const stream = `subscription($n: Int) { labels(minConfidence: $n) { changed { id count } } }`
	if got := c.answerAs("text/event-stream", stream, vars("n", 57)); !strings.Contains(got, `"code":"BAD_USER_INPUT"`) || !strings.Contains(got, `"field":"minConfidence"`) {
		t.Errorf("a subscription at 57 gives %s", got)
	}
	for n, want := range map[any]string{
		90:  `{"labels":{"changed":[{"id":"Animal@90","count":1},{"id":"Fox@90","count":1},{"id":"Insect@90","count":1}]}}`,
		nil: `{"labels":{"changed":[{"id":"Animal@55","count":2},{"id":"Cat@55","count":1},{"id":"Fox@55","count":1},{"id":"Insect@55","count":1},{"id":"Plant@55","count":1}]}}`,
	} {
		c.follow(stream, vars("n", n), func(data json.RawMessage) bool {
			if string(data) != want {
				t.Errorf("a subscription at %v begins with %s, want %s", n, data, want)
			}
			return true
		})
	}
}
