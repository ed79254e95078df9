package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"

	"pam/internal/local/sqlite"
	"pam/internal/photos"
)

// seedDatabase makes a database with the whole collection. The rows are written directly, in one transaction, as 20,000
// commits would take minutes; then the catalog itself checks its invariants and must count what the collection counts.
func seedDatabase(ctx context.Context, file string, c collection, counts []photos.LabelCount) error {
	db, err := sqlite.Open(ctx, file) // makes the tables
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	if err := writeRows(ctx, file, c, counts); err != nil {
		return fmt.Errorf("write the rows: %w", err)
	}
	if db, err = sqlite.Open(ctx, file); err != nil {
		return err
	}
	return errors.Join(checkSeeded(ctx, db.Catalog(), counts), db.Close())
}

func checkSeeded(ctx context.Context, catalog photos.Catalog, want []photos.LabelCount) error {
	wrong, err := photos.CheckInvariants(ctx, catalog)
	if err != nil {
		return err
	}
	got, err := catalog.LabelCounts(ctx, owner)
	if err != nil {
		return err
	}
	slices.SortFunc(got, func(a, b photos.LabelCount) int { return cmp.Compare(a.Name, b.Name) })
	if len(wrong) > 0 || !reflect.DeepEqual(got, want) {
		return fmt.Errorf("the database was not made as PAM makes it: %v", wrong)
	}
	return nil
}

// edge is a label of a photo.
type edge struct {
	label, photo string
	confidence   float64
	size         int64
}

func writeRows(ctx context.Context, file string, c collection, counts []photos.LabelCount) (err error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: "_pragma=synchronous(0)"}).String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO owners (owner, version) VALUES (?, ?)", string(owner), c.photos); err != nil {
		return err
	}
	edges, err := writePhotos(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := writeLabels(ctx, tx, counts); err != nil {
		return err
	}
	if err := writeEdges(ctx, tx, edges); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE owners SET (labelled, labelled_bytes) = (SELECT count(*), sum(size) FROM photos)"); err != nil {
		return err
	}
	return tx.Commit()
}

// storedLabel is a label in the column photos.labels.
type storedLabel struct {
	Name       string   `json:"n"`
	Confidence float64  `json:"c"`
	Parents    []string `json:"p,omitempty"`
	Categories []string `json:"k,omitempty"`
}

func writePhotos(ctx context.Context, tx *sql.Tx, c collection) (edges []edge, err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO photos (owner, id, file_name, content_type, size, crc32, status, uploaded_at, sha256, etag, width, height, taken_at, labels)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	edges = make([]edge, 0, c.photos*leavesEach*3)
	for n := range c.photos {
		p := c.photo(n)
		in := p.Inspection
		stored := make([]storedLabel, len(in.Labels))
		for i, label := range in.Labels {
			stored[i] = storedLabel(label)
			edges = append(edges, edge{label.Name, p.ID, label.Confidence, p.Size})
		}
		labels, err := json.Marshal(stored)
		if err != nil {
			return nil, err
		}
		if _, err := insert.ExecContext(ctx, string(p.Owner), p.ID, p.FileName, p.ContentType, p.Size, p.CRC32, string(p.Status), p.UploadedAt.UnixMilli(),
			in.SHA256, in.ETag, in.Width, in.Height, in.TakenAt, string(labels)); err != nil {
			return nil, err
		}
	}
	return edges, nil
}

func writeLabels(ctx context.Context, tx *sql.Tx, counts []photos.LabelCount) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO labels (owner, name, parents, categories, c50, c55, c60, c65, c70, c75, c80, c85, c90, c95)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	list := func(texts []string) (string, error) {
		if len(texts) == 0 {
			return "[]", nil
		}
		text, err := json.Marshal(texts)
		return string(text), err
	}
	for _, count := range counts {
		parents, err := list(count.Parents)
		if err != nil {
			return err
		}
		categories, err := list(count.Categories)
		if err != nil {
			return err
		}
		args := []any{string(owner), count.Name, parents, categories}
		for _, n := range count.Buckets {
			args = append(args, n)
		}
		if _, err := insert.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// writeEdges writes them in the order of their key, which is the fastest.
func writeEdges(ctx context.Context, tx *sql.Tx, edges []edge) (err error) {
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.photo, b.photo)) })
	insert, err := tx.PrepareContext(ctx, "INSERT INTO label_edges (owner, label, photo_id, confidence, size) VALUES (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, e := range edges {
		if _, err := insert.ExecContext(ctx, string(owner), e.label, e.photo, e.confidence, e.size); err != nil {
			return err
		}
	}
	return nil
}
