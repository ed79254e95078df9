package photos

import (
	"context"
	"fmt"
	"slices"
)

// Discrepancy is a place where the records contradict each other.
type Discrepancy struct {
	Owner Owner
	What  string // the counter, such as "label Dog, 55 to 60" or "photos PENDING"
	Kept  int64  // what the counter says
	Found int64  // what counting says
}

// CheckInvariants recounts everything and gives what differs from the kept counters: for every owner, label and bucket
// the counter must equal the number of photos. While photos are being labelled, a difference may be a commit that came
// between the two readings; so one that is found is read again before it is reported.
//
// It needs the catalog alone, so a program can check one without being able to do anything else.
func CheckInvariants(ctx context.Context, catalog Catalog) ([]Discrepancy, error) {
	var found []Discrepancy
	var after Owner
	for {
		owners, err := catalog.Owners(ctx, after, sweepPage)
		if err != nil {
			return nil, fmt.Errorf("list owners: %w", err)
		}
		for _, owner := range owners {
			after = owner
			d, err := checkOwner(ctx, catalog, owner)
			if err == nil && len(d) > 0 {
				d, err = checkOwner(ctx, catalog, owner)
			}
			if err != nil {
				return nil, err
			}
			found = append(found, d...)
		}
		if len(owners) < sweepPage {
			return found, nil
		}
	}
}

func checkOwner(ctx context.Context, catalog Catalog, owner Owner) ([]Discrepancy, error) {
	kept, err := catalog.LabelCounts(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	stats, err := catalog.Stats(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("read the owner's summary: %w", err)
	}
	counted, recount, err := catalog.RecountLabels(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("recount labels: %w", err)
	}
	var found []Discrepancy
	compare := func(what string, kept, counted int64) {
		if kept != counted {
			found = append(found, Discrepancy{owner, what, kept, counted})
		}
	}
	compare("photos LABELLED", int64(stats.Labelled), int64(recount.Labelled))
	compare("photos PENDING", int64(stats.Pending), int64(recount.Pending))
	compare("photos REJECTED", int64(stats.Rejected), int64(recount.Rejected))
	compare("bytes stored", stats.StoredBytes, recount.StoredBytes)
	type pair struct{ kept, counted Buckets }
	labels := make(map[string]pair)
	for _, c := range kept {
		labels[c.Name] = pair{kept: c.Buckets}
	}
	for _, c := range counted {
		labels[c.Name] = pair{labels[c.Name].kept, c.Buckets}
	}
	names := make([]string, 0, len(labels))
	for name := range labels {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for b := range BucketCount {
			from := LowestConfidence + b*ConfidenceStep
			compare(fmt.Sprintf("label %s, %d to %d", name, from, from+ConfidenceStep), int64(labels[name].kept[b]), int64(labels[name].counted[b]))
		}
	}
	return found, nil
}
