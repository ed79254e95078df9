package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// recorder stands before an S3, hands every request on as it is, and keeps what was asked for.
type recorder struct {
	mu   sync.Mutex
	seen []s3Request
}

// s3Request is a request to S3 in as far as tests look at it.
type s3Request struct {
	method, path string
	query        url.Values
	copied       bool // from an object that the header x-amz-copy-source names
	status       int
}

// record starts a recorder and gives its address. Signatures cover the host's name, so it is handed on, too.
func record(t *testing.T, target string) (*recorder, string) {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(to)
			p.Out.Host = p.In.Host
		},
		Transport:      &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
		ModifyResponse: r.keep,
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return r, server.URL
}

func (r *recorder) keep(response *http.Response) error {
	request := response.Request
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, s3Request{
		request.Method, request.URL.Path, request.URL.Query(), request.Header.Get("X-Amz-Copy-Source") != "", response.StatusCode,
	})
	return nil
}

// count counts requests that were granted.
func (r *recorder) count(matches func(s3Request) bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, request := range r.seen {
		if request.status < http.StatusBadRequest && matches(request) {
			n++
		}
	}
	return n
}

// uploads are PUTs through signed links below a prefix of keys.
func (r *recorder) uploads(prefix string) int {
	return r.count(func(q s3Request) bool {
		return q.method == http.MethodPut && strings.HasPrefix(q.path, prefix) && q.query.Has("X-Amz-Signature")
	})
}

// copies are parts of uploads that the store copied.
func (r *recorder) copies() int {
	return r.count(func(q s3Request) bool { return q.method == http.MethodPut && q.query.Has("partNumber") && q.copied })
}
