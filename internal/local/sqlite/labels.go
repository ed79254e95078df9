package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"pam/internal/photos"
)

// The counters of a label are the columns c50 ... c95; "?5 = 3" is 1 for the one that is meant and 0 for the others.
const (
	raiseLabel = `INSERT INTO labels (owner, name, parents, categories, c50, c55, c60, c65, c70, c75, c80, c85, c90, c95)
		VALUES (?1, ?2, ?3, ?4, ?5 = 0, ?5 = 1, ?5 = 2, ?5 = 3, ?5 = 4, ?5 = 5, ?5 = 6, ?5 = 7, ?5 = 8, ?5 = 9)
		ON CONFLICT (owner, name) DO UPDATE SET parents = excluded.parents, categories = excluded.categories,
		c50 = c50 + excluded.c50, c55 = c55 + excluded.c55, c60 = c60 + excluded.c60, c65 = c65 + excluded.c65,
		c70 = c70 + excluded.c70, c75 = c75 + excluded.c75, c80 = c80 + excluded.c80, c85 = c85 + excluded.c85,
		c90 = c90 + excluded.c90, c95 = c95 + excluded.c95`
	lowerLabel = `UPDATE labels SET c50 = c50 - (?3 = 0), c55 = c55 - (?3 = 1), c60 = c60 - (?3 = 2), c65 = c65 - (?3 = 3),
		c70 = c70 - (?3 = 4), c75 = c75 - (?3 = 5), c80 = c80 - (?3 = 6), c85 = c85 - (?3 = 7),
		c90 = c90 - (?3 = 8), c95 = c95 - (?3 = 9) WHERE owner = ?1 AND name = ?2`
	dropEmptyLabel = `DELETE FROM labels WHERE owner = ?1 AND name = ?2
		AND c50 + c55 + c60 + c65 + c70 + c75 + c80 + c85 + c90 + c95 = 0`
	selectLabel = `SELECT name, parents, categories, c50, c55, c60, c65, c70, c75, c80, c85, c90, c95 FROM labels `
)

// countLabels adds a photo to the edges and counters of its labels.
func countLabels(ctx context.Context, t tx, p photos.Photo) error {
	for _, l := range p.Inspection.Labels {
		parents, err := toJSON(l.Parents)
		if err != nil {
			return err
		}
		categories, err := toJSON(l.Categories)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, raiseLabel, string(p.Owner), l.Name, parents, categories, photos.BucketOf(l.Confidence)); err != nil {
			return fmt.Errorf("count label %q: %w", l.Name, err)
		}
		if _, err := t.exec(ctx, "INSERT INTO label_edges (owner, label, photo_id, confidence, size) VALUES (?, ?, ?, ?, ?)",
			string(p.Owner), l.Name, p.ID, l.Confidence, p.Size); err != nil {
			return fmt.Errorf("add the edge to label %q: %w", l.Name, err)
		}
	}
	return nil
}

// uncountLabels takes a photo out of the edges and counters of its labels, and drops labels that nothing carries.
func uncountLabels(ctx context.Context, t tx, p photos.Photo) error {
	for _, l := range p.Inspection.Labels {
		if _, err := t.exec(ctx, "DELETE FROM label_edges WHERE owner = ? AND label = ? AND photo_id = ?", string(p.Owner), l.Name, p.ID); err != nil {
			return fmt.Errorf("drop the edge to label %q: %w", l.Name, err)
		}
		if _, err := t.exec(ctx, lowerLabel, string(p.Owner), l.Name, photos.BucketOf(l.Confidence)); err != nil {
			return fmt.Errorf("uncount label %q: %w", l.Name, err)
		}
		if _, err := t.exec(ctx, dropEmptyLabel, string(p.Owner), l.Name); err != nil {
			return fmt.Errorf("drop label %q: %w", l.Name, err)
		}
	}
	return nil
}

// LabelCounts implements photos.LabelCatalog.
func (c *Catalog) LabelCounts(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, error) {
	var counts []photos.LabelCount
	err := c.db.read(ctx, "read labels", func(t tx) (err error) {
		counts, err = readLabelCounts(ctx, t, selectLabel+"WHERE owner = ?", string(owner))
		return err
	})
	return counts, err
}

// LabelCount implements photos.LabelCatalog.
func (c *Catalog) LabelCount(ctx context.Context, owner photos.Owner, name string) (photos.LabelCount, error) {
	var counts []photos.LabelCount
	err := c.db.read(ctx, "read a label", func(t tx) (err error) {
		counts, err = readLabelCounts(ctx, t, selectLabel+"WHERE owner = ? AND name = ?", string(owner), name)
		return err
	})
	if err != nil {
		return photos.LabelCount{}, err
	}
	if len(counts) == 0 {
		return photos.LabelCount{}, photos.Errorf(photos.NotFound, "there is no such label")
	}
	return counts[0], nil
}

func readLabelCounts(ctx context.Context, t tx, query string, args ...any) ([]photos.LabelCount, error) {
	var counts []photos.LabelCount
	err := t.rows(ctx, query, args, func(row *sql.Rows) error {
		var c photos.LabelCount
		var parents, categories []byte
		b := &c.Buckets
		if err := row.Scan(&c.Name, &parents, &categories, &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8], &b[9]); err != nil {
			return err
		}
		var err error
		if c.Parents, err = fromJSON[string](parents); err != nil {
			return err
		}
		if c.Categories, err = fromJSON[string](categories); err != nil {
			return err
		}
		counts = append(counts, c)
		return nil
	})
	return counts, err
}

// RecountLabels implements photos.LabelCatalog. It reads every edge and every photo of the owner.
func (c *Catalog) RecountLabels(ctx context.Context, owner photos.Owner) ([]photos.LabelCount, photos.OwnerStats, error) {
	var counts []photos.LabelCount
	var stats photos.OwnerStats
	err := c.db.read(ctx, "recount labels", func(t tx) error {
		counts, stats = nil, photos.OwnerStats{}
		// In the order of the primary key, so that a label's edges follow one another.
		err := t.rows(ctx, "SELECT label, confidence FROM label_edges WHERE owner = ? ORDER BY label", []any{string(owner)}, func(row *sql.Rows) error {
			var label string
			var confidence float64
			if err := row.Scan(&label, &confidence); err != nil {
				return err
			}
			if n := len(counts); n == 0 || counts[n-1].Name != label {
				counts = append(counts, photos.LabelCount{Name: label})
			}
			counts[len(counts)-1].Buckets[photos.BucketOf(confidence)]++
			return nil
		})
		if err != nil {
			return err
		}
		return t.rows(ctx, "SELECT status, count(*), sum(size) FROM photos WHERE owner = ? GROUP BY status", []any{string(owner)}, func(row *sql.Rows) error {
			var status photos.PhotoStatus
			var totals photos.PhotoTotals
			if err := row.Scan(&status, &totals.Count, &totals.Bytes); err != nil {
				return err
			}
			switch status {
			case photos.Pending:
				stats.Pending = totals.Count
			case photos.Labelled:
				stats.Labelled, stats.StoredBytes = totals.Count, totals.Bytes
			case photos.Rejected:
				stats.Rejected = totals.Count
			}
			return nil
		})
	})
	return counts, stats, err
}
