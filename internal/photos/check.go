package photos

import (
	"context"
	"fmt"
	"slices"
)

// Discrepancy is a place where the records contradict each other.
type Discrepancy struct {
	Owner Owner
	What  string // the counter, such as "label Dog, 55 to 60", "photos PENDING" or "archive 01J..., parts done"
	Kept  int64  // what the counter says
	Found int64  // what counting says
}

// CheckInvariants recounts everything and gives what differs from the kept counters: for every owner, label and bucket
// the counter must equal the number of photos, so must the owner's summary, and the progress of every archive must be that
// of its parts. While photos are being labelled and archives built, a difference may be a commit that came between the two
// readings; so one that is found is read again before it is reported.
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
			for _, check := range []func(context.Context, Catalog, Owner) ([]Discrepancy, error){checkOwner, checkArchives} {
				d, err := check(ctx, catalog, owner)
				if err == nil && len(d) > 0 {
					d, err = check(ctx, catalog, owner)
				}
				if err != nil {
					return nil, err
				}
				found = append(found, d...)
			}
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

// checkArchives compares the progress of an owner's archives with their parts: of one that is BUILDING with the sums of
// those that are done, of one that is READY with the plan. Others have none.
func checkArchives(ctx context.Context, catalog Catalog, owner Owner) ([]Discrepancy, error) {
	var found []Discrepancy
	for after := ""; ; {
		archives, err := catalog.ListArchives(ctx, owner, after, sweepPage)
		if err != nil {
			return nil, fmt.Errorf("list archives: %w", err)
		}
		for _, a := range archives {
			after = a.ID
			var due Archive
			switch a.Status {
			case ArchiveBuilding:
				if due, err = progressOfParts(ctx, catalog, &a); err != nil {
					return nil, err
				}
			case ArchiveReady:
				due = a
				due.PartsDone, due.PhotosDone, due.BytesDone = a.PartCount, a.PhotoCount, a.TotalBytes
			case ArchiveQueued:
			default:
				continue
			}
			for _, c := range []struct {
				what        string
				kept, found int64
			}{
				{"parts", int64(a.PartCount), int64(due.PartCount)}, {"parts done", int64(a.PartsDone), int64(due.PartsDone)},
				{"photos", int64(a.PhotoCount), int64(due.PhotoCount)}, {"photos done", int64(a.PhotosDone), int64(due.PhotosDone)},
				{"bytes", a.TotalBytes, due.TotalBytes}, {"bytes done", a.BytesDone, due.BytesDone},
			} {
				if c.kept != c.found {
					found = append(found, Discrepancy{owner, "archive " + a.ID + ", " + c.what, c.kept, c.found})
				}
			}
		}
		if len(archives) < sweepPage {
			return found, nil
		}
	}
}

// progressOfParts sums up the parts of an archive that is BUILDING, and reads the archive again, until both readings are
// of the same moment. One that has moved on meanwhile agrees with itself.
func progressOfParts(ctx context.Context, catalog Catalog, a *Archive) (Archive, error) {
	for try := 0; ; try++ {
		parts, err := catalog.ArchiveParts(ctx, a.Owner, a.ID)
		if err != nil && CodeOf(err) != Conflict {
			return Archive{}, fmt.Errorf("read an archive's parts: %w", err)
		}
		now, err := catalog.Archive(ctx, a.Owner, a.ID)
		if err != nil {
			return Archive{}, fmt.Errorf("read an archive: %w", err)
		}
		same := now.UploadID == a.UploadID && now.PartsDone == a.PartsDone && now.UpdatedAt.Equal(a.UpdatedAt)
		*a = now
		switch {
		case now.Status != ArchiveBuilding:
			return now, nil
		case same || try == 10:
			return sumParts(parts), nil
		}
	}
}

// sumParts gives an archive's plan and progress as its parts tell them.
func sumParts(parts []ArchivePart) Archive {
	sum := Archive{PartCount: len(parts)}
	for _, p := range parts {
		sum.PhotoCount += p.Photos
		sum.TotalBytes += p.Bytes
		if p.State != PartOpen {
			sum.PartsDone++
			sum.PhotosDone += p.Photos
			sum.BytesDone += p.Bytes
		}
	}
	return sum
}
