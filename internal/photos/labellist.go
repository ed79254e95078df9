package photos

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"
)

// labelList is every label of one owner as the catalog gave it at one reading, and the lists that the contract makes of it:
// one for each threshold and order, made when it is first asked for. It never changes otherwise and is shared by requests.
type labelList struct {
	counts []LabelCount // by name

	mu    sync.Mutex
	views map[labelViewKey]*labelPlaces
	lower []string // names in lower case; nil until somebody searches
}

type labelViewKey struct {
	minConfidence int
	order         LabelOrder
}

// labelPlaces is what is kept of a view.
type labelPlaces struct {
	all []int32
	// first are the labels at the first places, as many as were asked for at once but at most keptLabels. Most requests
	// ask for the first page, and share it: nobody may change it.
	first []Label
}

// keptLabels is the usual page and the label behind it, which tells whether there is another page.
const keptLabels = 101

// newLabelList takes what the catalog gave, and leaves that as it is.
func newLabelList(counts []LabelCount) *labelList {
	counts = slices.Clone(counts)
	slices.SortFunc(counts, func(a, b LabelCount) int { return cmp.Compare(a.Name, b.Name) })
	return &labelList{counts: counts, views: make(map[labelViewKey]*labelPlaces)}
}

// labelView is the labels of a list that a photo carries at a threshold, in one of the orders. It holds places in the
// list rather than labels, since a request looks at a page of them.
type labelView struct {
	list          *labelList
	places        []int32
	kept          *labelPlaces // nil for a part of a list
	minConfidence int
	order         LabelOrder
}

// view gives the labels at a threshold.
func (l *labelList) view(minConfidence int, order LabelOrder) labelView {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := labelViewKey{minConfidence, order}
	kept := l.views[key]
	if kept == nil {
		kept = &labelPlaces{all: l.sorted(minConfidence, order)}
		l.views[key] = kept
	}
	return labelView{l, kept.all, kept, minConfidence, order}
}

func (l *labelList) sorted(minConfidence int, order LabelOrder) []int32 {
	places := make([]int32, 0, len(l.counts))
	counts := make([]int, len(l.counts)) // at the threshold: sums are not made again for each comparison
	for i, c := range l.counts {
		if counts[i] = c.Buckets.AtLeast(minConfidence); counts[i] > 0 {
			places = append(places, int32(i))
		}
	}
	if order == CountDesc {
		// The list is by name already, and stays so among equal counts.
		slices.SortStableFunc(places, func(a, b int32) int { return cmp.Compare(counts[b], counts[a]) })
	}
	return places
}

// named gives those labels of a view whose name contains the text, without regard to case.
func (v labelView) named(text string) labelView {
	if text == "" {
		return v
	}
	text = strings.ToLower(text)
	lower := v.list.lowerNames()
	places := make([]int32, 0, len(v.places))
	for _, i := range v.places {
		if strings.Contains(lower[i], text) {
			places = append(places, i)
		}
	}
	v.places, v.kept = places, nil
	return v
}

func (l *labelList) lowerNames() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lower == nil {
		l.lower = make([]string, len(l.counts))
		for i, c := range l.counts {
			l.lower[i] = strings.ToLower(c.Name)
		}
	}
	return l.lower
}

// len is how many labels there are.
func (v labelView) len() int { return len(v.places) }

// at gives the label at a position.
func (v labelView) at(i int) Label { return v.list.counts[v.places[i]].at(v.minConfidence) }

// name is that of the label at a position.
func (v labelView) name(i int) string { return v.list.counts[v.places[i]].Name }

// behind gives the first position behind a label, which need not be there.
func (v labelView) behind(label Label) int {
	return sort.Search(len(v.places), func(i int) bool { return v.order.compare(v.at(i), label) > 0 })
}

// slice gives the labels from one position to before another, at most to the end. The caller may not change them.
func (v labelView) slice(from, to int) []Label {
	to = min(to, v.len())
	if v.kept == nil || from > 0 || to > keptLabels {
		return v.made(from, to)
	}
	v.list.mu.Lock()
	defer v.list.mu.Unlock()
	if len(v.kept.first) < to {
		v.kept.first = v.made(0, to)
	}
	return v.kept.first[:to:to]
}

func (v labelView) made(from, to int) []Label {
	labels := make([]Label, to-from)
	for i := range labels {
		labels[i] = v.at(from + i)
	}
	return labels
}
