package photostest

import (
	"math"
	"slices"
	"testing"

	"pam/internal/photos"
)

func listCases() []catalogCase {
	return []catalogCase{
		{"Orders", "lists are in the order of ids, either way, whatever the order of arrival", func(t *testing.T, c catalogTest) {
			for _, n := range []int{5, 1, 4, 2, 3} {
				c.labelled(t, n, carries("Dog", 90))
			}
			for _, filter := range []photos.PhotoFilter{{}, {Status: photos.Labelled}, {Match: &photos.LabelMatch{All: []string{"Dog"}, MinConfidence: 50}}} {
				c.lists(t, filter, ids(1, 2, 3, 4, 5))
			}
		}},
		{"Statuses", "a status selects, and no status selects all", func(t *testing.T, c catalogTest) {
			c.pending(t, 1)
			c.labelled(t, 2, carries("Dog", 90))
			c.rejected(t, 3)
			c.pending(t, 4)
			c.lists(t, photos.PhotoFilter{}, ids(1, 2, 3, 4))
			c.lists(t, photos.PhotoFilter{Status: photos.Pending}, ids(1, 4))
			c.lists(t, photos.PhotoFilter{Status: photos.Labelled}, ids(2))
			c.lists(t, photos.PhotoFilter{Status: photos.Rejected}, ids(3))
		}},
		{"Empty", "an owner without photos has empty lists and sums, and no error", func(t *testing.T, c catalogTest) {
			c.lists(t, photos.PhotoFilter{}, nil)
			c.lists(t, photos.PhotoFilter{Status: photos.Labelled}, nil)
			c.lists(t, photos.PhotoFilter{Match: &photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 50}}, nil)
		}},
		{"PositionIsGone", "a list goes on behind an id that was deleted in the meantime", func(t *testing.T, c catalogTest) {
			for n := range 5 {
				c.labelled(t, n, carries("Dog", 90))
			}
			_, err := c.DeletePhotos(t.Context(), c.owner, ids(2), at(9))
			c.ok(t, "DeletePhotos", err)
			for _, filter := range []photos.PhotoFilter{{}, {Status: photos.Labelled}, {Match: &photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 50}}} {
				up, err := c.ListPhotos(t.Context(), c.owner, filter, photos.UploadedAsc, id(2), 10)
				c.ok(t, "ListPhotos", err)
				same(t, c, "ascending", photoIDs(up), ids(3, 4))
				down, err := c.ListPhotos(t.Context(), c.owner, filter, photos.UploadedDesc, id(2), 10)
				c.ok(t, "ListPhotos", err)
				same(t, c, "descending", photoIDs(down), ids(1, 0))
				end, err := c.ListPhotos(t.Context(), c.owner, filter, photos.UploadedAsc, id(4), 10)
				c.ok(t, "ListPhotos", err)
				same(t, c, "behind the last", photoIDs(end), nil)
			}
		}},
		{"Whole", "a list gives its photos with everything known of them", func(t *testing.T, c catalogTest) {
			want := []photos.Photo{c.labelled(t, 1, carries("Dog", 97.5, "Animal"), carries("Animal", 97.5)), c.labelled(t, 2, carries("Dog", 60.25))}
			for _, filter := range []photos.PhotoFilter{{}, {Match: &photos.LabelMatch{Any: []string{"Dog", "Animal"}, MinConfidence: 50}}} {
				got, err := c.ListPhotos(t.Context(), c.owner, filter, photos.UploadedAsc, "", 10)
				c.ok(t, "ListPhotos", err)
				same(t, c, "ListPhotos", got, want)
			}
		}},
	}
}

// lists checks that a filter selects exactly the ids, given in ascending order: in both orders, whole and in pages, as files
// where it is a match, and in the sums.
func (c catalogTest) lists(t failer, filter photos.PhotoFilter, want []string) {
	t.Helper()
	ctx := t.Context()
	descending := slices.Clone(want)
	slices.Reverse(descending)
	var bytes int64
	for order, want := range map[photos.PhotoOrder][]string{photos.UploadedAsc: want, photos.UploadedDesc: descending} {
		all, err := c.ListPhotos(ctx, c.owner, filter, order, "", 1000)
		c.ok(t, "ListPhotos", err)
		same(t, c, "ListPhotos "+string(order), photoIDs(all), want)
		bytes = 0
		for _, p := range all {
			bytes += p.Size
		}
		var paged []string
		for after := ""; ; {
			page, err := c.ListPhotos(ctx, c.owner, filter, order, after, 2)
			c.ok(t, "ListPhotos of a page", err)
			paged = append(paged, photoIDs(page)...)
			if len(page) < 2 {
				break
			}
			after = page[len(page)-1].ID
		}
		same(t, c, "the pages of ListPhotos "+string(order), paged, want)
	}
	if filter.Match != nil {
		c.listsFiles(t, *filter.Match)
	}
	totals, err := c.CountPhotos(ctx, c.owner, filter)
	c.ok(t, "CountPhotos", err)
	same(t, c, "CountPhotos", totals, photos.PhotoTotals{Count: len(want), Bytes: bytes})
}

// listsFiles checks that a match gives the same photos as files, whole and in pages.
func (c catalogTest) listsFiles(t failer, match photos.LabelMatch) {
	t.Helper()
	ctx := t.Context()
	list, err := c.ListPhotos(ctx, c.owner, photos.PhotoFilter{Match: &match}, photos.UploadedAsc, "", 1000)
	c.ok(t, "ListPhotos", err)
	var want []photos.PhotoFile
	for _, p := range list {
		want = append(want, p.File())
	}
	all, err := c.PhotoFiles(ctx, c.owner, match, "", 1000)
	c.ok(t, "PhotoFiles", err)
	same(t, c, "PhotoFiles", all, want)
	var paged []photos.PhotoFile
	for after := ""; ; {
		page, err := c.PhotoFiles(ctx, c.owner, match, after, 2)
		c.ok(t, "PhotoFiles of a page", err)
		paged = append(paged, page...)
		if len(page) < 2 {
			break
		}
		after = page[len(page)-1].ID
	}
	same(t, c, "the pages of PhotoFiles", paged, want)
}

func matchCases() []catalogCase {
	below55 := math.Nextafter(55, 0)
	// The photos that every case sees.
	prepare := func(t *testing.T, c catalogTest) {
		c.labelled(t, 1, carries("Dog", 97.5, "Animal"), carries("Animal", 97.5), carries("Grass", 70))
		c.labelled(t, 2, carries("Dog", below55, "Animal"), carries("Animal", 60))
		c.labelled(t, 3, carries("Cat", 80, "Animal"), carries("Animal", 80), carries("Grass", 50))
		c.labelled(t, 4, carries("Cat", 55), carries("Dog", 55))
		c.labelled(t, 5, carries("dog", 99))
		c.labelled(t, 6)
		p := c.pending(t, 7)
		c.ok(t, "SaveInspection", c.SaveInspection(t.Context(), c.owner, p.ID, inspection(7, carries("Dog", 99))))
		c.rejected(t, 8)
		c.labelled(t, 9, carries("Dog", 99))
		_, err := c.DeletePhotos(t.Context(), c.owner, ids(9), at(99))
		c.ok(t, "DeletePhotos", err)
	}
	list := func(names ...string) []string { return names }
	matches := []struct {
		name   string
		reason string
		match  photos.LabelMatch
		want   []string
	}{
		{"AnyOne", "one label selects the LABELLED photos that carry it", photos.LabelMatch{Any: list("Dog"), MinConfidence: 50}, ids(1, 2, 4)},
		{"AnyThreshold", "a confidence that equals the threshold is enough, and one just below is not", photos.LabelMatch{Any: list("Dog"), MinConfidence: 55}, ids(1, 4)},
		{"AnyHighest", "the highest threshold selects the surest", photos.LabelMatch{Any: list("Dog", "Animal"), MinConfidence: 95}, ids(1)},
		{"AnyTwo", "at least one of several labels; a photo with both comes once", photos.LabelMatch{Any: list("Cat", "Dog"), MinConfidence: 50}, ids(1, 2, 3, 4)},
		{"AnyTwoThreshold", "the threshold holds for each label by itself", photos.LabelMatch{Any: list("Cat", "Dog"), MinConfidence: 60}, ids(1, 3)},
		{"AnyRepeated", "a name that is repeated changes nothing", photos.LabelMatch{Any: list("Dog", "Dog", "Dog"), MinConfidence: 50}, ids(1, 2, 4)},
		{"AnyUnknown", "an unknown name matches nothing and does not hide the others", photos.LabelMatch{Any: list("Okapi", "Cat"), MinConfidence: 50}, ids(3, 4)},
		{"OnlyUnknown", "an unknown name alone matches nothing", photos.LabelMatch{Any: list("Okapi"), MinConfidence: 50}, nil},
		{"AllOne", "all of one label is that label", photos.LabelMatch{All: list("Animal"), MinConfidence: 50}, ids(1, 2, 3)},
		{"AllTwo", "all of several labels", photos.LabelMatch{All: list("Animal", "Grass"), MinConfidence: 50}, ids(1, 3)},
		{"AllTwoThreshold", "each of all labels has to reach the threshold", photos.LabelMatch{All: list("Animal", "Grass"), MinConfidence: 70}, ids(1)},
		{"AllRepeated", "a name that is repeated changes nothing", photos.LabelMatch{All: list("Grass", "Animal", "Grass"), MinConfidence: 50}, ids(1, 3)},
		{"AllUnknown", "an unknown name among all matches nothing", photos.LabelMatch{All: list("Dog", "Okapi"), MinConfidence: 50}, nil},
		{"AllNever", "labels that no photo has together", photos.LabelMatch{All: list("Cat", "Dog", "Animal"), MinConfidence: 50}, nil},
		{"AnyAndAll", "both lists have to hold", photos.LabelMatch{Any: list("Dog", "Cat"), All: list("Animal"), MinConfidence: 50}, ids(1, 2, 3)},
		{"AnyAndAllThreshold", "both lists have to hold at the threshold", photos.LabelMatch{Any: list("Dog", "Cat"), All: list("Animal"), MinConfidence: 60}, ids(1, 3)},
		{"AnyUnknownAndAll", "an any-list that nothing meets selects nothing, whatever the all-list says", photos.LabelMatch{Any: list("Okapi"), All: list("Animal"), MinConfidence: 50}, nil},
		{"NoneOne", "a label that must not be there", photos.LabelMatch{Any: list("Animal"), None: list("Dog"), MinConfidence: 50}, ids(3)},
		{"NoneThreshold", "a label below the threshold counts as not there", photos.LabelMatch{Any: list("Animal"), None: list("Dog"), MinConfidence: 55}, ids(2, 3)},
		{"NoneTwo", "none of several labels", photos.LabelMatch{Any: list("Dog", "Cat"), None: list("Grass", "Animal"), MinConfidence: 50}, ids(4)},
		{"NoneUnknown", "an unknown name excludes nothing", photos.LabelMatch{Any: list("Dog"), None: list("Okapi", "Okapi"), MinConfidence: 50}, ids(1, 2, 4)},
		{"NoneSame", "a label asked for and excluded selects nothing", photos.LabelMatch{Any: list("Dog"), None: list("Dog"), MinConfidence: 50}, nil},
		{"Everything", "all three lists together", photos.LabelMatch{Any: list("Dog", "Cat"), All: list("Animal", "Grass"), None: list("Cat"), MinConfidence: 50}, ids(1)},
		{"Case", "names are exact, case included", photos.LabelMatch{Any: list("dog"), MinConfidence: 50}, ids(5)},
		{"CaseOfNone", "excluding another case excludes nothing", photos.LabelMatch{Any: list("dog"), None: list("Dog"), MinConfidence: 50}, ids(5)},
		{"MostNames", "twenty names, the most there may be", photos.LabelMatch{
			Any:  list("Dog", "Cat", "dog", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "o12", "o13", "o14", "o15", "o16"),
			None: list("Grass", "n2", "n3", "n4"), MinConfidence: 50}, ids(2, 4, 5)},
		{"MostAll", "twenty names, all of which have to be there", photos.LabelMatch{All: slices.Repeat(list("Animal", "Grass"), 10), MinConfidence: 50}, ids(1, 3)},
	}
	return []catalogCase{{"Table", "a match selects what the contract says", func(t *testing.T, c catalogTest) {
		prepare(t, c)
		for _, m := range matches {
			t.Run(m.name, func(t *testing.T) {
				c := c
				c.reason = m.reason
				c.lists(t, photos.PhotoFilter{Match: &m.match}, m.want)
				c.lists(t, photos.PhotoFilter{Match: &m.match, Status: photos.Labelled}, m.want)
			})
		}
	}}}
}
