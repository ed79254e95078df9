package sqlite

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"pam/internal/photos"
)

// TestQueryPlans holds the queries of requests to what makes them cost the same in a library of any size.
func TestQueryPlans(t *testing.T) {
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "pam.db"), syncNormal)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one := matchPlan{drivers: []string{"a"}, least: 50}
	rich := matchPlan{drivers: []string{"a"}, all: []string{"b"}, any: []string{"c", "d"}, none: []string{"e", "f"}, least: 50}
	three := matchPlan{drivers: []string{"a", "b", "c"}, none: []string{"e"}, least: 50}
	labels := newQuery("o")
	labels.add(selectLabel, "WHERE owner = ?1")
	for _, tc := range []struct {
		name, reason string
		query        *query
		forbidden    []string
	}{
		{"Labels", "labels are read in one walk over their rows", labels, []string{"SCAN", "TEMP"}},
		{"AnyStatus", "a page is read in order", listByStatus("o", "", photos.UploadedDesc, "x", 10), []string{"SCAN", "TEMP"}},
		{"OneStatus", "a page is read in order", listByStatus("o", photos.Pending, photos.UploadedAsc, "x", 10), []string{"SCAN", "TEMP"}},
		{"OneLabel", "a page is cut from edges that are sorted already", listByMatch(selectPhoto, "o", one, photos.UploadedDesc, "x", 10), []string{"SCAN p", "SCAN label_edges", "TEMP"}},
		{"Conditions", "other labels are looked up by key", listByMatch(selectPhoto, "o", rich, photos.UploadedAsc, "x", 10), []string{"SCAN p", "SCAN label_edges", "SCAN x", "TEMP", "AUTOMATIC"}},
		{"ThreeLabels", "sorted edges are merged, and the walk ends with the page", listByMatch(selectPhoto, "o", three, photos.UploadedDesc, "x", 10), []string{"SCAN p", "SCAN label_edges", "SCAN x", "TEMP", "AUTOMATIC"}},
		{"CountOne", "a sum reads edges alone", countByMatch("o", one), []string{"photos", "SCAN e", "SCAN label_edges", "TEMP"}},
		{"SetOfOne", "the photos of an archive are hashed in the order in which they lie", setOfMatch("o", one), []string{"photos", "SCAN e", "SCAN label_edges", "TEMP"}},
		{"SetOfThree", "sorted edges are merged", setOfMatch("o", three), []string{"photos", "SCAN label_edges", "SCAN x", "TEMP", "AUTOMATIC"}},
		{"CountConditions", "a sum reads edges alone", countByMatch("o", rich), []string{"photos", "SCAN label_edges", "SCAN x", "TEMP", "AUTOMATIC"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var steps []string
			err := db.read(t.Context(), "explain", func(tr tx) error {
				return tr.rows(t.Context(), "EXPLAIN QUERY PLAN "+tc.query.String(), tc.query.args, func(row *sql.Rows) error {
					var id, parent, unused int
					var detail string
					err := row.Scan(&id, &parent, &unused, &detail)
					steps = append(steps, detail)
					return err
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(steps, "\n")
			for _, f := range tc.forbidden {
				if strings.Contains(plan, f) {
					t.Errorf("%s: the plan has %q:\n%s\n%s", tc.reason, f, plan, tc.query.String())
				}
			}
		})
	}
}
