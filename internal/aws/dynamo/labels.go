package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pam/internal/photos"
)

// bucketAttribute is the counter of a bucket: c50 ... c95.
func bucketAttribute(bucket int) string {
	return fmt.Sprintf("c%d", photos.LowestConfidence+bucket*photos.ConfidenceStep)
}

// raiseLabel adds to a transaction that one more photo carries a label, and what that photo says of it.
func raiseLabel(t *transaction, owner photos.Owner, l photos.PhotoLabel) error {
	var e expression
	for attribute, names := range map[string][]string{"parents": l.Parents, "categories": l.Categories} {
		list, err := pack(names)
		if err != nil {
			return err
		}
		e.setTo(attribute, list)
	}
	e.addTo(bucketAttribute(photos.BucketOf(l.Confidence)), 1)
	t.update(labelKey(owner, l.Name), &e, "")
	return nil
}

// lowerLabel adds to a transaction that fewer photos carry a label.
func lowerLabel(t *transaction, owner photos.Owner, name string, by photos.Buckets) {
	var e expression
	for bucket, n := range by {
		e.addTo(bucketAttribute(bucket), -int64(n))
	}
	t.update(labelKey(owner, name), &e, "")
}

// dropEmptyLabels deletes those of the labels that count nothing. A photo that comes with one in between keeps it.
func (c *Catalog) dropEmptyLabels(ctx context.Context, owner photos.Owner, names []string) error {
	keys := make([]key, len(names))
	for n, name := range names {
		keys[n] = labelKey(owner, name)
	}
	items, err := c.getAll(ctx, "look for labels that count nothing", keys)
	if err != nil {
		return err
	}
	for _, i := range items {
		l, err := readLabelItem(i)
		if err != nil {
			return err
		}
		if l.Buckets != (photos.Buckets{}) {
			continue
		}
		var e expression
		var empty []string
		for bucket := range l.Buckets {
			if attribute := bucketAttribute(bucket); i[attribute] != nil {
				empty = append(empty, e.equals(attribute, number(0)))
			} else {
				empty = append(empty, "attribute_not_exists("+e.name(attribute)+")")
			}
		}
		if err := c.remove(ctx, "drop a label", keyOf(i), &e, strings.Join(empty, " AND ")); err != nil && !isStale(err) {
			return err
		}
	}
	return nil
}

func readLabelItem(i item) (photos.LabelCount, error) {
	r := reader{item: i}
	l := photos.LabelCount{Name: idOf(i, labelPrefix), Parents: unpack[string](&r, "parents"), Categories: unpack[string](&r, "categories")}
	for bucket := range l.Buckets {
		l.Buckets[bucket] = r.int(bucketAttribute(bucket))
	}
	return l, r.done()
}

// LabelCounts implements photos.LabelCatalog.
func (c *Catalog) LabelCounts(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, error) {
	var counts []photos.LabelCount
	err := c.below("read labels", ownerPartition(owner), labelPrefix, "", false, 0).all(ctx, func(i item) error {
		l, err := readLabelItem(i)
		if err == nil && l.Buckets != (photos.Buckets{}) {
			counts = append(counts, l)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return counts, nil
}

// LabelCount implements photos.LabelCatalog.
func (c *Catalog) LabelCount(ctx context.Context, owner photos.Owner, name string) (photos.LabelCount, error) {
	i, err := c.get(ctx, "read a label", labelKey(owner, name))
	if err != nil {
		return photos.LabelCount{}, err
	}
	l, err := readLabelItem(i)
	switch {
	case err != nil:
		return photos.LabelCount{}, err
	case l.Buckets == photos.Buckets{}:
		return photos.LabelCount{}, missing("label")
	}
	return l, nil
}

// RecountLabels implements photos.LabelCatalog. It reads every photo of the owner, and every edge of each label that a
// photo or a counter names. What it gives is of one moment: it begins anew when the owner's summary changes meanwhile.
func (c *Catalog) RecountLabels(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, photos.OwnerStats, error) {
	var counts []photos.LabelCount
	var stats photos.OwnerStats
	err := c.ofOneMoment(ctx, "recount labels", owner, sameSummary, func(ownerTotals) (err error) {
		counts, stats, err = c.recount(ctx, owner)
		return err
	})
	if err != nil {
		return nil, photos.OwnerStats{}, err
	}
	return counts, stats, nil
}

func (c *Catalog) recount(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, photos.OwnerStats, error) {
	const what = "recount labels"
	names := make(map[string]bool)
	var o ownerChange
	err := c.below(what, ownerPartition(owner), photoPrefix, "", false, 0).all(ctx, func(i item) error {
		p, err := readPhotoItem(owner, i)
		if err != nil {
			return err
		}
		o.add(p.Status, 1, p.Size)
		if p.Status == photos.Labelled {
			for _, l := range p.Inspection.Labels {
				names[l.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, photos.OwnerStats{}, err
	}
	err = c.below(what, ownerPartition(owner), labelPrefix, "", false, 0).all(ctx, func(i item) error {
		names[idOf(i, labelPrefix)] = true
		return nil
	})
	if err != nil {
		return nil, photos.OwnerStats{}, err
	}
	var counts []photos.LabelCount
	for _, name := range slices.Sorted(maps.Keys(names)) {
		counted := photos.LabelCount{Name: name}
		err := c.below(what, edgePartition(owner, name), photoPrefix, "", false, 0).all(ctx, func(i item) error {
			r := reader{item: i}
			counted.Buckets[photos.BucketOf(r.fraction("confidence"))]++
			return r.done()
		})
		if err != nil {
			return nil, photos.OwnerStats{}, err
		}
		if counted.Buckets != (photos.Buckets{}) {
			counts = append(counts, counted)
		}
	}
	return counts, ownerTotals{totals: o.totals}.stats(), nil
}
