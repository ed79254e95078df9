package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"pam/internal/auth/authtest"
	"pam/internal/server"
)

// requestLines gives the lines of the access log.
func (h *harness) requestLines() []map[string]any {
	h.Helper()
	var lines []map[string]any
	for text := range strings.Lines(h.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			h.Fatalf("%v: %s", err, text)
		}
		if line["msg"] == "request" {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAccessLog(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	a := h.post(token, "query Mine($name: String!) { label(name: $name) { count } me { name } }", map[string]any{"name": "private variable"})
	if a.StatusCode != http.StatusOK {
		t.Fatal(string(a.text))
	}
	h.do(h.request(http.MethodGet, "/nothing?access_token=private+parameter", nil))
	h.do(h.request(http.MethodGet, "/"+strings.Repeat("x", 5000), nil))

	lines := h.requestLines()
	if len(lines) != 3 {
		t.Fatalf("%d lines for 3 requests", len(lines))
	}
	for name, want := range map[string]any{
		"requestId": a.Header.Get("X-Request-Id"), "method": "POST", "path": "/graphql", "status": 200.0,
		"bytes": float64(len(a.text)), "operationType": "query", "operationName": "Mine", "owner": authtest.Subject,
	} {
		if lines[0][name] != want {
			t.Errorf("%s is %v, want %v", name, lines[0][name], want)
		}
	}
	if _, ok := lines[0]["ms"].(float64); !ok {
		t.Errorf("no time in %v", lines[0])
	}
	if lines[1]["status"] != 404.0 || lines[1]["path"] != "/nothing" || lines[1]["owner"] != nil {
		t.Errorf("line %v", lines[1])
	}
	if path, _ := lines[2]["path"].(string); len(path) > 300 {
		t.Errorf("%d bytes of a path that a client chose", len(path))
	}
	for _, secret := range []string{"private", token[:40], authtest.UserName + `"`} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// TestPanics wants a panic outside GraphQL to end one request, not the program, and to be found by its id.
func TestPanics(t *testing.T) {
	h := newHarness(t, func(c *server.Config) {
		c.Mounts = map[string]http.Handler{
			"/early": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }),
			"/late": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte("half an "))
				_ = http.NewResponseController(w).Flush()
				panic("secret")
			}),
		}
	})
	a := h.do(h.request(http.MethodGet, "/early", nil))
	if a.StatusCode != http.StatusInternalServerError || strings.Contains(string(a.text), "secret") || !strings.Contains(string(a.text), a.Header.Get("X-Request-Id")) {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	resp, err := http.DefaultTransport.RoundTrip(h.request(http.MethodGet, "/late", nil))
	if err == nil {
		_, err = resp.Body.Read(make([]byte, 100))
		for err == nil {
			_, err = resp.Body.Read(make([]byte, 100))
		}
		if err.Error() == "EOF" {
			t.Error("an answer that breaks off looks whole")
		}
		_ = resp.Body.Close() // it has ended
	}
	if n := strings.Count(h.log.String(), "panic: secret"); n != 2 {
		t.Errorf("%d panics in the log, want 2", n)
	}
	if n := len(h.requestLines()); n != 2 {
		t.Errorf("%d lines for 2 requests", n)
	}
}
