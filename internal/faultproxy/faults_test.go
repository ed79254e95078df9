package faultproxy_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"pam/internal/faultproxy"
)

func TestFaults(t *testing.T) {
	whole := bytes.Repeat([]byte("answer"), 50_000)
	for _, c := range []struct {
		name, reason string
		fault        faultproxy.Fault
		arrives      int64  // requests at the server
		status       int    // 0 for no response
		body         string // what of it comes: "whole", "half" or an S3 error
	}{
		{"none", "what nothing is wrong with is passed on", faultproxy.NoFault, 1, http.StatusOK, "whole"},
		{"lost request", "the client cannot tell it from a lost response", faultproxy.LoseRequest, 0, 0, ""},
		{"lost response", "the request had its effect", faultproxy.LoseResponse, 1, 0, ""},
		{"cut body", "a client that does not look takes it for whole", faultproxy.CutBody, 1, http.StatusOK, "half"},
		{"slow down", "the client is to wait and try again", faultproxy.SlowDown, 0, http.StatusServiceUnavailable, "SlowDown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var arrived atomic.Int64
			policy := func(*http.Request) faultproxy.Treatment { return faultproxy.Treatment{Fault: c.fault} }
			_, url := through(t, policy, func(w http.ResponseWriter, _ *http.Request) {
				arrived.Add(1)
				w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
				w.Write(whole)
			})
			// A POST: Go's client sends a GET again by itself when a connection is cut before the response.
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader([]byte("x")))
			if err != nil {
				t.Fatal(err)
			}
			status, body := 0, ""
			if res, err := http.DefaultClient.Do(req); err == nil {
				defer res.Body.Close()
				got, err := io.ReadAll(res.Body)
				status = res.StatusCode
				switch {
				case err == nil && bytes.Equal(got, whole):
					body = "whole"
				case err != nil && bytes.HasPrefix(whole, got) && len(got) < len(whole):
					body = "half"
				case bytes.Contains(got, []byte("<Code>SlowDown</Code>")):
					body = "SlowDown"
				}
			}
			if arrived.Load() != c.arrives || status != c.status || body != c.body {
				t.Errorf("%d requests arrived, status %d, body %q; want %d, %d, %q: %s", arrived.Load(), status, body, c.arrives, c.status, c.body, c.reason)
			}
		})
	}
}
