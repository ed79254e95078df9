package photos

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxLabelsFirst is the largest page of labels.
const MaxLabelsFirst = 500

// LabelsQuery asks for a page of labels.
type LabelsQuery struct {
	Search        string // part of the name, without regard to case
	MinConfidence int
	Order         LabelOrder
	First         int
	After         *string // a cursor; nil from the start
}

// LabelPage is a page of labels and the length of the whole list.
type LabelPage struct {
	Page[Label]
	Total int
}

// Labels gives a page of the labels that the owner's photos carry at the threshold. It reads one record a label, never a
// photo.
func (l *Library) Labels(ctx context.Context, owner Owner, q LabelsQuery) (LabelPage, error) {
	if err := checkFirst(q.First, MaxLabelsFirst); err != nil {
		return LabelPage{}, err
	}
	if err := CheckConfidence("minConfidence", q.MinConfidence); err != nil {
		return LabelPage{}, err
	}
	if len(q.Search) > maxLabelBytes {
		return LabelPage{}, BadInput("search", "must have at most %d bytes, not %d", maxLabelBytes, len(q.Search))
	}
	list := listID("labels", string(owner), q.Search, strconv.Itoa(q.MinConfidence), string(q.Order))
	after, err := decodeCursor("after", list, q.After)
	if err != nil {
		return LabelPage{}, err
	}
	counts, err := l.Catalog.LabelCounts(ctx, owner)
	if err != nil {
		return LabelPage{}, fmt.Errorf("read labels: %w", err)
	}
	labels := selectLabels(counts, q.Search, q.MinConfidence)
	slices.SortFunc(labels, q.Order.compare)
	rest := labels
	if after != "" {
		at, err := parseLabelPosition(after)
		if err != nil {
			return LabelPage{}, err
		}
		i, found := slices.BinarySearchFunc(labels, at, q.Order.compare)
		if found {
			i++
		}
		rest = labels[i:]
	}
	page := cutPage(rest[:min(len(rest), q.First+1)], q.First, after, list, labelPosition)
	page.HasPrevious = len(rest) < len(labels)
	return LabelPage{Page: page, Total: len(labels)}, nil
}

// Label gives one label at the threshold; NotFound where no photo of the owner carries it at any confidence.
func (l *Library) Label(ctx context.Context, owner Owner, name string, minConfidence int) (Label, error) {
	if err := CheckConfidence("minConfidence", minConfidence); err != nil {
		return Label{}, err
	}
	c, err := l.Catalog.LabelCount(ctx, owner, name)
	switch {
	case CodeOf(err) == NotFound:
		return Label{}, Errorf(NotFound, "there is no such label")
	case err != nil:
		return Label{}, fmt.Errorf("read a label: %w", err)
	}
	return c.at(minConfidence), nil
}

// LabelsChange is what happened to an owner's labels at one threshold.
type LabelsChange struct {
	Changed []Label
	At      time.Time
}

// WatchLabels sends every label of the owner at the threshold, then, at each change, those whose counts changed, until
// ctx ends. A label that no photo carries any more is sent with a count of 0. Changes that come faster than they are
// taken arrive as one.
func (l *Library) WatchLabels(ctx context.Context, owner Owner, minConfidence int) (<-chan LabelsChange, error) {
	if err := CheckConfidence("minConfidence", minConfidence); err != nil {
		return nil, err
	}
	seen := make(map[string]Label)
	version := int64(-1)
	return watch(ctx, l, func() (LabelsChange, bool, error) {
		// The version is read before the counts: a commit in between is seen again rather than missed.
		stats, err := l.Catalog.Stats(ctx, owner)
		if err != nil || stats.Version == version {
			return LabelsChange{}, false, err
		}
		counts, err := l.Catalog.LabelCounts(ctx, owner)
		if err != nil {
			return LabelsChange{}, false, err
		}
		first := version == -1
		version = stats.Version
		changed := changedLabels(seen, selectLabels(counts, "", minConfidence))
		return LabelsChange{Changed: changed, At: l.now()}, first || len(changed) > 0, nil
	})
}

// changedLabels gives what differs from what was seen, by name, and takes note of it.
func changedLabels(seen map[string]Label, now []Label) []Label {
	var changed []Label
	current := make(map[string]bool, len(now))
	for _, label := range now {
		current[label.Name] = true
		if before, ok := seen[label.Name]; !ok || before.Count != label.Count {
			seen[label.Name] = label
			changed = append(changed, label)
		}
	}
	for name, label := range seen {
		if !current[name] {
			delete(seen, name)
			label.Count = 0
			changed = append(changed, label)
		}
	}
	slices.SortFunc(changed, NameAsc.compare)
	return changed
}

// at gives the label as it stands at a threshold.
func (c LabelCount) at(minConfidence int) Label {
	return Label{
		Name: c.Name, Count: c.Buckets.AtLeast(minConfidence), Parents: c.Parents, Categories: c.Categories,
		MinConfidence: minConfidence,
	}
}

// selectLabels gives the labels that a photo carries at the threshold and whose name contains the text.
func selectLabels(counts []LabelCount, search string, minConfidence int) []Label {
	labels := make([]Label, 0, len(counts))
	search = strings.ToLower(search)
	for _, c := range counts {
		label := c.at(minConfidence)
		if label.Count > 0 && (search == "" || strings.Contains(strings.ToLower(c.Name), search)) {
			labels = append(labels, label)
		}
	}
	return labels
}

func (o LabelOrder) compare(a, b Label) int {
	if o == CountDesc {
		if c := cmp.Compare(b.Count, a.Count); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.Name, b.Name)
}

// labelPosition writes where a label stands in either order: its count and its name.
func labelPosition(label Label) string { return strconv.Itoa(label.Count) + " " + label.Name }

func parseLabelPosition(position string) (Label, error) {
	count, name, ok := strings.Cut(position, " ")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || !utf8.ValidString(name) {
		return Label{}, BadInput("after", "is not a cursor of this list")
	}
	return Label{Name: name, Count: n}, nil
}
