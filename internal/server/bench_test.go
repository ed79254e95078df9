package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
	"pam/internal/requestid"
	"pam/internal/server"
	"pam/resolvers"
)

// manyLabels is a catalog in memory in which every owner has the same labels.
type manyLabels struct {
	photos.Catalog // panics at what no benchmark asks
	counts         []photos.LabelCount
}

func newManyLabels(n int) manyLabels {
	counts := make([]photos.LabelCount, n)
	for i := range counts {
		counts[i] = photos.LabelCount{
			Name: fmt.Sprintf("Label %d", i), Parents: []string{"Animal", "Mammal"}[:i%3], Categories: []string{"Animals and Pets"},
			Buckets: photos.Buckets{i, 0, 1, 2, 3},
		}
	}
	return manyLabels{counts: counts}
}

func (c manyLabels) LabelCounts(context.Context, photos.Owner) ([]photos.LabelCount, error) {
	return c.counts, nil
}

func (c manyLabels) Stats(context.Context, photos.Owner) (photos.OwnerStats, error) {
	return photos.OwnerStats{Labelled: 1, Version: 1}, nil
}

func (c manyLabels) ListPhotos(_ context.Context, owner photos.Owner, _ photos.PhotoFilter, _ photos.PhotoOrder, _ string, limit int) ([]photos.Photo, error) {
	list := make([]photos.Photo, limit)
	for i := range list {
		list[i] = photos.Photo{
			Owner: owner, ID: fmt.Sprintf("01JTESTTESTTESTTESTTEST%03d", i), FileName: "holiday " + strconv.Itoa(i) + ".jpg", ContentType: "image/jpeg",
			Size: 3_000_000, Status: photos.Labelled, UploadedAt: time.UnixMilli(1_750_000_000_000),
			Inspection: &photos.Inspection{Width: 4000, Height: 3000, TakenAt: "2026-05-01T10:00:00", Labels: make([]photos.PhotoLabel, 10)},
		}
		for j := range list[i].Inspection.Labels {
			list[i].Inspection.Labels[j] = photos.PhotoLabel{Name: c.counts[j].Name, Confidence: 99.5 - float64(j)*1.37, Parents: c.counts[j].Parents}
		}
	}
	return list, nil
}

func (c manyLabels) AddPhotos(context.Context, []photos.Photo) error { return nil }

// nothing is a queue that nothing is sent to.
type nothing struct{ photos.JobQueue }

// BenchmarkRequest is the time of a request over a connection that stays open, for the client's part too, which is small:
// it sends the same bytes and looks at nothing of the answer.
func BenchmarkRequest(b *testing.B) {
	inputs := make([]map[string]any, 100)
	for i := range inputs {
		inputs[i] = map[string]any{"fileName": fmt.Sprintf("holiday %d.jpg", i), "contentType": "image/jpeg", "size": 3_000_000, "crc32": "AAAAAA=="}
	}
	for _, c := range []struct {
		name, query string
		variables   any
	}{
		{"labels", `{ labels(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { name count parents } } }`, nil},
		{"photos", `{ photos(first: 100) { nodes { id fileName size uploadedAt status labels { name confidence parents } } } }`, nil},
		{"links", `{ photos(first: 100) { nodes { id url thumbnailUrl labels { name confidence } } } }`, nil},
		{"uploadUrls", `mutation($i: [UploadUrlInput!]!) { uploadUrls(inputs: $i) { uploadUrl { photo { id } url headers { name value } expiresAt } error { code } } }`,
			map[string]any{"i": inputs}},
	} {
		for _, stock := range []bool{false, true} {
			b.Run(c.name+map[bool]string{true: "/stock", false: "/plans"}[stock], func(b *testing.B) { benchmarkRequest(b, c.query, c.variables, stock) })
		}
	}
}

func benchmarkRequest(b *testing.B, query string, variables any, stock bool) {
	issuer := authtest.NewIssuer(b)
	library, err := photos.NewLibrary(photos.Config{
		Catalog: newManyLabels(3000), Objects: signer(), Queue: nothing{}, Inspector: detector{}, Labeler: detector{}, Notifier: nobody{}, Directory: nobody{},
		Now: time.Now, NewID: photos.ULIDs(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.Config{Issuer: authtest.URL, JWKSURL: issuer.Server.URL, ClientIDs: []string{authtest.ClientID}})
	if err != nil {
		b.Fatal(err)
	}
	s, err := server.New(server.Config{
		Schema: graph.NewExecutableSchema(resolvers.Config(library)), Verifier: verifier, Stock: stock,
		Logger: slog.New(requestid.LogHandler(slog.NewJSONHandler(io.Discard, nil))), Pages: fstest.MapFS{},
		Settings: server.Settings{Issuer: authtest.URL, ClientID: authtest.ClientID},
	})
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	serving := s.HTTPServer("")
	go func() { _ = serving.Serve(listener) }()
	b.Cleanup(func() { _ = serving.Close() })
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	requests := make([][]byte, 64)
	for i := range requests {
		claims := authtest.Claims(time.Now())
		claims["jti"] = strconv.Itoa(i)
		requests[i] = fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n%s",
			issuer.Token(b, claims), len(body), body)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	in := bufio.NewReaderSize(conn, 256<<10)
	ask := func(i int) {
		if _, err := conn.Write(requests[i%len(requests)]); err != nil {
			b.Fatal(err)
		}
		response, err := http.ReadResponse(in, nil)
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors"`)) {
			b.Fatalf("%s %v %.300s", response.Status, err, text)
		}
	}
	for i := range requests {
		ask(i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		ask(i)
	}
}
