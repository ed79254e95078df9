package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
	"pam/internal/server"
)

// stream is an open answer of server-sent events.
type stream struct {
	*http.Response
	t      *testing.T
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

// subscribe sends an operation and gives the answer as soon as its headers are there.
func (h *harness) subscribe(token, query string) *stream {
	h.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		h.Fatal(err)
	}
	r := h.request(http.MethodPost, "/graphql", body, "Content-Type", legacy, "Accept", "text/event-stream")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	resp, err := http.DefaultTransport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		h.Fatal(err)
	}
	s := &stream{Response: resp, t: h.T, lines: bufio.NewScanner(resp.Body), cancel: cancel}
	h.Cleanup(func() {
		cancel()
		_ = resp.Body.Close() // the test may have read it to its end
	})
	return s
}

// event reads the next event, comments included; "end" when there are no more.
func (s *stream) event() (name, data string) {
	s.t.Helper()
	for s.lines.Scan() {
		switch line := s.lines.Text(); {
		case line == "":
			return name, data
		case strings.HasPrefix(line, ":"):
			name = "comment"
		case strings.HasPrefix(line, "event: "):
			name = strings.TrimPrefix(line, "event: ")
		case strings.HasPrefix(line, "data:"):
			data = strings.TrimSpace(strings.TrimPrefix(line, "data:"))
		}
	}
	return "end", ""
}

// want reads events until one that is no comment, and compares it.
func (s *stream) want(name, part string) string {
	s.t.Helper()
	got, data := "comment", ""
	for got == "comment" {
		got, data = s.event()
	}
	if got != name || !strings.Contains(data, part) {
		s.t.Fatalf("event %q %s, want %q with %q", got, data, name, part)
	}
	return data
}

// label makes a photo of the person with one label, as the detector would.
func (h *harness) label(name string) {
	h.Helper()
	now := h.clock.Now()
	id := photos.ULIDs()(now)
	photo := photos.Photo{
		Owner: authtest.Subject, ID: id, FileName: "a.jpg", ContentType: "image/jpeg", Size: 1,
		Status: photos.Pending, UploadedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	if err := h.catalog.AddPhotos(h.Context(), []photos.Photo{photo}); err != nil {
		h.Fatal(err)
	}
	if err := h.catalog.SaveInspection(h.Context(), photo.Owner, id, photos.Inspection{
		SHA256: id, ETag: `"x"`, Width: 100, Height: 100, Labels: []photos.PhotoLabel{{Name: name, Confidence: 90}},
	}); err != nil {
		h.Fatal(err)
	}
	if err := h.catalog.CommitLabelled(h.Context(), photo.Owner, id); err != nil {
		h.Fatal(err)
	}
}

// TestSubscription follows real changes of the catalog.
func TestSubscription(t *testing.T) {
	h := newHarness(t)
	s := h.subscribe(h.token(), "subscription { labels { changed { name count } } }")
	if s.StatusCode != http.StatusOK || s.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Fatalf("status %d, Content-Type %q", s.StatusCode, s.Header.Get("Content-Type"))
	}
	if name, _ := s.event(); name != "comment" {
		t.Errorf("the stream begins with %q: clients must see at once that they are heard", name)
	}
	s.want("next", `{"data":{"labels":{"changed":[]}}}`)
	h.label("Dog")
	s.want("next", `{"data":{"labels":{"changed":[{"name":"Dog","count":1}]}}}`)
	h.label("Dog")
	s.want("next", `{"data":{"labels":{"changed":[{"name":"Dog","count":2}]}}}`)
}

func TestStreamsEnd(t *testing.T) {
	const query = "subscription { labels { at } }"
	t.Run("after MaxStream", func(t *testing.T) {
		h := newHarness(t, func(c *server.Config) { c.MaxStream = 50 * time.Millisecond })
		s := h.subscribe(h.token(), query)
		s.want("next", "data")
		s.want("complete", "")
		s.want("end", "")
	})
	t.Run("with the token", func(t *testing.T) {
		h := newHarness(t)
		// Every request has the leeway, so this one has two to three seconds left: the harness's clock shows whole seconds.
		s := h.subscribe(h.token(func(c map[string]any) { c["exp"] = h.clock.Now().Add(3*time.Second - auth.Leeway).Unix() }), query)
		s.want("next", "data")
		s.want("complete", "")
		s.want("end", "")
	})
	t.Run("by Drain", func(t *testing.T) {
		h := newHarness(t)
		s := h.subscribe(h.token(), query)
		s.want("next", "data")
		h.server.Drain()
		h.server.Drain() // a second signal must do no harm
		s.want("complete", "")
		s.want("end", "")
	})
	t.Run("by Shutdown", func(t *testing.T) {
		h := newHarness(t)
		s := h.subscribe(h.token(), query)
		s.want("next", "data")
		server := h.server.HTTPServer("")
		if err := server.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.want("complete", "")
	})
	t.Run("with the operation", func(t *testing.T) {
		h := newHarness(t)
		s := h.subscribe(h.token(), `subscription { archive(id: "nothing") { id } }`)
		s.want("next", `"NOT_FOUND"`)
		s.want("complete", "")
		s.want("end", "")
	})
	t.Run("with the client", func(t *testing.T) {
		ended := make(chan struct{})
		h := newHarness(t, func(c *server.Config) {
			c.Heartbeat = time.Second // where the end of the connection is not noticed at once, the next heartbeats fail
			c.Schema = stubSchema{c.Schema, func(context.Context) graphql.ResponseHandler {
				first := true
				return func(ctx context.Context) *graphql.Response {
					if first {
						first = false
						// Not in the second call, which the executor leaves out when the client is quick to go.
						context.AfterFunc(ctx, func() { close(ended) })
						return &graphql.Response{Data: []byte(`{"labels":null}`)}
					}
					<-ctx.Done()
					return nil
				}
			}}
		})
		s := h.subscribe(h.token(), query)
		s.want("next", "labels")
		s.cancel()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatal("the operation goes on after its client has left")
		}
	})
}

// TestHeartbeat also shows that subscriptions outlive the time of operations.
func TestHeartbeat(t *testing.T) {
	h := newHarness(t, func(c *server.Config) { c.Heartbeat, c.OperationTime = 10*time.Millisecond, 5*time.Millisecond })
	s := h.subscribe(h.token(), "subscription { labels { changed { name } } }")
	s.want("next", "changed")
	for range 5 {
		if name, data := s.event(); name != "comment" {
			t.Fatalf("%q %s, want a comment", name, data)
		}
	}
	h.label("Dog")
	s.want("next", "Dog")
}

// TestStreamForms asks for streams and documents in all combinations.
func TestStreamForms(t *testing.T) {
	h := newHarness(t)
	cases := []struct {
		name, reason  string
		method        string
		accept, query string
		token         bool
		status        int
		mediaType     string
		part          string
	}{
		{"query as a stream", "one protocol for all operations, where a client wants that", "POST", "text/event-stream", "{ __typename }", true, 200, "text/event-stream", "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n"},
		{"query, stream possible", "a document is the simpler answer", "POST", "application/json, text/event-stream", "{ __typename }", true, 200, legacy, `"Query"`},
		{"query as a stream over GET", "as above", "GET", "text/event-stream", "{ __typename }", true, 200, "text/event-stream", `"Query"`},
		{"subscription, any answer taken", "curl says so by itself", "POST", "*/*", `subscription { archive(id: "x") { id } }`, true, 200, "text/event-stream", "event: complete"},
		{"subscription as a document", "it does not fit into one", "POST", standard, `subscription { labels { at } }`, true, 406, standard, "text/event-stream"},
		{"invalid", "a request error is told within the stream, as the protocol wants it", "POST", "text/event-stream", "subscription { nothing }", true, 200, "text/event-stream", `"BAD_USER_INPUT"`},
		{"too large", "as above", "POST", "text/event-stream", "{ " + strings.Repeat("__typename ", 31) + "}", true, 200, "text/event-stream", `"LIMIT_EXCEEDED"`},
		{"no token", "who is missing is told before the stream begins", "POST", "text/event-stream", "subscription { labels { at } }", false, 401, legacy, `"UNAUTHENTICATED"`},
		{"mutation over GET", "links must not change anything", "GET", "text/event-stream", "mutation { __typename }", true, 405, legacy, "POST"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r *http.Request
			if c.method == http.MethodGet {
				r = h.request(c.method, "/graphql", nil, "Accept", c.accept)
				q := r.URL.Query()
				q.Set("query", c.query)
				r.URL.RawQuery = q.Encode()
			} else {
				body, err := json.Marshal(map[string]any{"query": c.query})
				if err != nil {
					t.Fatal(err)
				}
				r = h.request(c.method, "/graphql", body, "Content-Type", legacy, "Accept", c.accept)
			}
			if c.token {
				r.Header.Set("Authorization", "Bearer "+h.token())
			}
			a := h.do(r)
			h.checkErrors(a)
			if a.StatusCode != c.status || !strings.HasPrefix(a.Header.Get("Content-Type"), c.mediaType) || !strings.Contains(string(a.text), c.part) {
				t.Errorf("want %d %s with %q: %s\n%d %s %s", c.status, c.mediaType, c.part, c.reason, a.StatusCode, a.Header.Get("Content-Type"), a.text)
			}
			if c.status == http.StatusOK && strings.Contains(string(a.text), "errors") && !strings.Contains(string(a.text), a.Header.Get("X-Request-Id")) {
				t.Errorf("an error in a stream without the request's id: %s", a.text)
			}
		})
	}
}

// TestStreamPanic wants a fault in a running stream told and ended like any other.
func TestStreamPanic(t *testing.T) {
	h := newHarness(t, func(c *server.Config) {
		c.Schema = stubSchema{c.Schema, func(context.Context) graphql.ResponseHandler {
			return func(context.Context) *graphql.Response { panic("secret") }
		}}
	})
	s := h.subscribe(h.token(), "subscription { labels { at } }")
	if data := s.want("next", `"INTERNAL"`); strings.Contains(data, "secret") {
		t.Errorf("the answer tells about the inside: %s", data)
	}
	s.want("complete", "")
	if !strings.Contains(h.log.String(), "secret") {
		t.Error("the log does not say what went wrong")
	}
}
