package photos

import (
	"cmp"
	"context"
	"fmt"
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
	known, err := l.labels(ctx, owner)
	if err != nil {
		return LabelPage{}, fmt.Errorf("read labels: %w", err)
	}
	labels, from := known.view(q.MinConfidence, q.Order).named(q.Search), 0
	if after != "" {
		at, err := parseLabelPosition(after)
		if err != nil {
			return LabelPage{}, err
		}
		from = labels.behind(at)
	}
	page := cutPage(labels.slice(from, from+q.First+1), q.First, after, list, labelPosition)
	page.HasPrevious = from > 0
	return LabelPage{Page: page, Total: labels.len()}, nil
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
	var seen *labelView
	return watch(ctx, l, func() (LabelsChange, bool, error) {
		known, err := l.labels(ctx, owner)
		if err != nil {
			return LabelsChange{}, false, err
		}
		if seen != nil && seen.list == known {
			return LabelsChange{}, false, nil
		}
		now := known.view(minConfidence, NameAsc)
		changed := changedLabels(seen, now)
		news := seen == nil || len(changed) > 0
		seen = &now
		return LabelsChange{Changed: changed, At: l.now()}, news, nil
	})
}

// changedLabels gives what differs between two views by name, by name; before may be nil. A label that is gone counts 0.
func changedLabels(before *labelView, now labelView) []Label {
	if before == nil {
		return now.slice(0, now.len())
	}
	var changed []Label
	was, is := 0, 0
	for was < before.len() || is < now.len() {
		switch {
		case is == now.len() || was < before.len() && before.name(was) < now.name(is):
			gone := before.at(was)
			gone.Count = 0
			changed = append(changed, gone)
			was++
		case was == before.len() || now.name(is) < before.name(was):
			changed = append(changed, now.at(is))
			is++
		default:
			if label := now.at(is); label.Count != before.at(was).Count {
				changed = append(changed, label)
			}
			was++
			is++
		}
	}
	return changed
}

// at gives the label as it stands at a threshold.
func (c LabelCount) at(minConfidence int) Label {
	return Label{
		Name: c.Name, Count: c.Buckets.AtLeast(minConfidence), Parents: c.Parents, Categories: c.Categories,
		MinConfidence: minConfidence,
	}
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
