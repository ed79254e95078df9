package main

import (
	"context"
	"time"

	"pam/internal/photos"
)

// freshLabel is on every photo that labelling commits, and on no other: its count tells subscribers which commit they see.
const freshLabel = "Fresh"

// labelling commits photos as the detector does, in a server that is subscribed to.
type labelling struct {
	catalog    photos.Catalog
	collection collection
	made       int      // photos so far
	ready      []string // ids that wait to be committed
}

// prepare records n inspected photos.
func (l *labelling) prepare(ctx context.Context, n int) error {
	for range n {
		p := l.collection.photo(l.collection.photos + l.made)
		l.made++
		in := *p.Inspection
		in.Labels = append([]photos.PhotoLabel{{Name: freshLabel, Confidence: 100}}, in.Labels...)
		p.Status, p.Inspection = photos.Pending, nil
		p.ExpiresAt = p.UploadedAt.Add(photos.PendingLife)
		if err := l.catalog.AddPhotos(ctx, []photos.Photo{p}); err != nil {
			return err
		}
		if err := l.catalog.SaveInspection(ctx, p.Owner, p.ID, in); err != nil {
			return err
		}
		l.ready = append(l.ready, p.ID)
	}
	return nil
}

// commit makes the prepared photos LABELLED, one in each interval, and says when each was: microseconds since 1970.
func (l *labelling) commit(ctx context.Context, interval time.Duration) ([]int64, error) {
	commits := make([]int64, 0, len(l.ready))
	for _, id := range l.ready {
		if err := l.catalog.CommitLabelled(ctx, owner, id); err != nil {
			return nil, err
		}
		commits = append(commits, time.Now().UnixMicro())
		select {
		case <-time.After(interval):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	l.ready = nil
	return commits, nil
}
