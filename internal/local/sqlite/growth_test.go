package sqlite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/local/sqlite"
	"pam/internal/photos"
	"pam/internal/server"
	"pam/resolvers"
	"pam/web"
)

const (
	growthLabels = 300 // the same in a library of any size
	// growthRounds is how often each library is asked in one run of the benchmark: one after the other, so that whatever
	// disturbs the machine disturbs all alike.
	growthRounds = 300
	// growthLimit is how many times as long as in the smallest library labels may take in the largest, by the median.
	growthLimit = 1.3
)

// BenchmarkGrowth asks for a page of labels, through the whole handler, in libraries of 1,000, 10,000 and 100,000 photos
// with the same labels. It fails when the largest takes much longer than the smallest.
func BenchmarkGrowth(b *testing.B) {
	issuer := authtest.NewIssuer(b)
	token := issuer.Token(b, authtest.Claims(time.Now()))
	sizes := []int{1_000, 10_000, 100_000}
	handlers := make([]http.Handler, len(sizes))
	for i, n := range sizes {
		handlers[i] = grownHandler(b, n, issuer)
	}
	body, err := json.Marshal(map[string]string{
		"query": `{ labels(first: 100) { nodes { id name count parents categories } pageInfo { hasNextPage endCursor } totalCount } }`,
	})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(h http.Handler) (*httptest.ResponseRecorder, time.Duration) {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, r)
		return w, time.Since(began)
	}
	for i, h := range handlers {
		checkGrown(b, sizes[i], ask, h)
	}
	took := make([][]time.Duration, len(sizes))
	for b.Loop() {
		for range growthRounds {
			for i, h := range handlers {
				w, d := ask(h)
				if w.Code != http.StatusOK {
					b.Fatalf("%d: %s", w.Code, w.Body)
				}
				took[i] = append(took[i], d)
			}
		}
	}
	medians := make([]float64, len(sizes))
	for i, durations := range took {
		slices.Sort(durations)
		medians[i] = float64(durations[len(durations)/2]) / float64(time.Microsecond)
		b.ReportMetric(medians[i], fmt.Sprintf("µs/%dphotos", sizes[i]))
	}
	ratio := medians[len(sizes)-1] / medians[0]
	b.ReportMetric(ratio, "ratio")
	b.ReportMetric(0, "ns/op") // of all three together: it says nothing
	if ratio > growthLimit {
		b.Errorf("with %d photos labels take %.2f times as long as with %d; at most %.1f is allowed", sizes[len(sizes)-1], ratio, sizes[0], growthLimit)
	}
}

// checkGrown checks that the answer to be measured is the right one.
func checkGrown(b *testing.B, n int, ask func(http.Handler) (*httptest.ResponseRecorder, time.Duration), h http.Handler) {
	b.Helper()
	w, _ := ask(h)
	var answer struct {
		Data struct {
			Labels struct {
				Nodes      []struct{ Count int }
				TotalCount int
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		b.Fatalf("%d: %s", w.Code, w.Body)
	}
	sum := 0
	for _, label := range answer.Data.Labels.Nodes {
		sum += label.Count
	}
	// Of eight edges a photo nine in ten are at 55 or more, and a third of the labels are on the page.
	if len(answer.Data.Labels.Nodes) != 100 || answer.Data.Labels.TotalCount != growthLabels || sum < 2*n || sum > 3*n {
		b.Fatalf("%d photos: %d labels of %d with %d photos: %.300s", n, len(answer.Data.Labels.Nodes), answer.Data.Labels.TotalCount, sum, w.Body)
	}
}

// grownHandler gives the server over a library of n photos.
func grownHandler(b *testing.B, n int, issuer *authtest.Issuer) http.Handler {
	b.Helper()
	path := filepath.Join(b.TempDir(), "pam.db")
	db, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	grow(b, path, authtest.Subject, n)
	if wrong, err := photos.CheckInvariants(b.Context(), db.Catalog()); err != nil || len(wrong) > 0 {
		b.Fatalf("the library was not made as PAM makes it: %v, %v", wrong, err)
	}
	// What labels do not need is there and can do nothing.
	library, err := photos.NewLibrary(photos.Config{
		Catalog: db.Catalog(), Queue: db.Queue(), Objects: struct{ photos.Objects }{}, Inspector: struct{ photos.Inspector }{},
		Labeler: struct{ photos.Labeler }{}, Notifier: struct{ photos.Notifier }{}, Directory: struct{ photos.Directory }{},
		Now: time.Now, NewID: photos.ULIDs(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.Config{Issuer: authtest.URL, JWKSURL: issuer.Server.URL, ClientIDs: []string{authtest.ClientID}})
	if err != nil {
		b.Fatal(err)
	}
	handler, err := server.New(server.Config{
		Schema: graph.NewExecutableSchema(resolvers.Config(library)), Verifier: verifier, Logger: slog.New(slog.DiscardHandler),
		Pages:       fstest.MapFS{web.GraphiQLPage: {Data: []byte("<!doctype html>")}},
		Settings:    server.Settings{Issuer: authtest.URL, ClientID: authtest.ClientID, Scopes: []string{"openid"}, Live: server.LiveStream},
		StoreOrigin: "http://127.0.0.1:1",
	})
	if err != nil {
		b.Fatal(err)
	}
	return handler.HTTPServer("").Handler
}

// grow fills a new database with n LABELLED photos of one owner, each with eight of the labels: in a few statements, as
// one by one would take minutes. CheckInvariants tells whether it was done right.
func grow(b *testing.B, path string, owner photos.Owner, n int) {
	b.Helper()
	db := plainDB(b, path)
	db.SetMaxOpenConns(1)
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{"PRAGMA synchronous = OFF", nil},
		{"BEGIN", nil},
		{"INSERT INTO owners (owner, version) VALUES (?, ?)", []any{string(owner), n}},
		{`CREATE TEMP TABLE edges AS WITH RECURSIVE
			photo(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM photo WHERE i + 1 < ?),
			nth(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM nth WHERE k + 1 < 8)
			SELECT i, printf('01HZ%022d', i) AS id, printf('Label %03d', (i * 31 + k * 61) % ?) AS label,
				50 + (i * 7919 + k * 977) % 5000 / 100.0 AS confidence, 4000000 + i AS size FROM photo, nth`, []any{n, growthLabels}},
		{`INSERT INTO photos (owner, id, file_name, content_type, size, crc32, status, uploaded_at, sha256, etag, width, height, taken_at, labels)
			SELECT ?, id, printf('IMG_%06d.JPG', i), 'image/jpeg', size, i, 'LABELLED', 1750000000000 + i, printf('%064x', i), '"e"', 4000, 3000, '',
				json_group_array(json_object('n', label, 'c', confidence, 'p', json_array('Nature'))) FROM edges GROUP BY id ORDER BY id`, []any{string(owner)}},
		{`INSERT INTO labels (owner, name, parents, categories, c50, c55, c60, c65, c70, c75, c80, c85, c90, c95)
			SELECT ?, label, '["Nature"]', '["Plants and Flowers"]', sum(b = 0), sum(b = 1), sum(b = 2), sum(b = 3), sum(b = 4), sum(b = 5),
				sum(b = 6), sum(b = 7), sum(b = 8), sum(b = 9) FROM (SELECT label, CAST((confidence - 50) / 5 AS INTEGER) AS b FROM edges) GROUP BY label`, []any{string(owner)}},
		{"INSERT INTO label_edges (owner, label, photo_id, confidence, size) SELECT ?, label, id, confidence, size FROM edges ORDER BY label, id", []any{string(owner)}},
		{"UPDATE owners SET (labelled, labelled_bytes) = (SELECT count(*), sum(size) FROM photos)", nil},
		{"COMMIT", nil},
	} {
		if _, err := db.ExecContext(b.Context(), step.statement, step.args...); err != nil {
			b.Fatalf("%s: %v", step.statement, err)
		}
	}
}
