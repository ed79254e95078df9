package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"pam/internal/imaging"
	"pam/internal/local/neural"
	"pam/internal/local/neural/calibrate/photoset"
	"pam/internal/photos"
)

// photograph is a photo with what a person and the networks say of it.
type photograph struct {
	photoset.Photo
	evidence *neural.Evidence
	truth    map[string]bool // all that is right to say of it
}

// readPhotographs runs the networks over all photographs that are there. It gives an error when too many are missing for
// the halves to be what the tables say.
func readPhotographs(ctx context.Context, s settings, vocabulary *neural.Judge) ([]photograph, error) {
	rows, err := photoset.ReadTables(s.tables)
	if err != nil {
		return nil, err
	}
	labeler := neural.New(neural.Config{Parallel: 1})
	var all []photograph
	for _, row := range rows {
		found, err := filepath.Glob(filepath.Join(s.photographs, row.SHA256[:12]+".*"))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			continue
		}
		evidence, err := look(ctx, labeler, found[0])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", found[0], err)
		}
		all = append(all, photograph{Photo: row, evidence: evidence, truth: truth(row, vocabulary)})
	}
	if missing := len(rows) - len(all); missing*20 > len(rows) {
		return nil, fmt.Errorf("%d of %d photographs are not in %s: make photos fetches them", missing, len(rows), s.photographs)
	}
	return all, nil
}

func look(ctx context.Context, labeler *neural.Labeler, path string) (*neural.Evidence, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	found, err := imaging.Inspector{}.Inspect(ctx, data, http.DetectContentType(data))
	if err != nil {
		return nil, err
	}
	return labeler.Evidence(ctx, photos.Picture{Bytes: data, Image: found.Image})
}

// truth is what a person said, and what follows from it: who sees a fox sees an animal.
func truth(p photoset.Photo, vocabulary *neural.Judge) map[string]bool {
	all := make(map[string]bool)
	for _, label := range slices.Concat(p.Must, p.May) {
		all[label] = true
		for _, ancestor := range vocabulary.Ancestors(label) {
			all[ancestor] = true
		}
	}
	return all
}
