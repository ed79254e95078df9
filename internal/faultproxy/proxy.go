// Package faultproxy stands between clients and an HTTP server, such as the object store, and treats requests as a far or
// troubled network would. Benchmarks measure with it what latency does to work, and tests what faults do; it counts what goes
// by.
//
// Requests reach the server as they were sent: with the Host header that the client used, which AWS signatures cover, with
// path and query as they were written, and with their bodies streamed, never kept.
package faultproxy

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// idleConnections is how many connections to the server are kept, more than clients use at once: opening one costs
	// more than a small request.
	idleConnections = 512
	bufferSize      = 64 << 10
)

// Proxy is an http.Handler that passes requests on to one server.
type Proxy struct {
	reverse   httputil.ReverseProxy // what all requests have in common
	transport *http.Transport
	policy    atomic.Pointer[Policy]
	counters
}

// New makes a proxy to the server at a base URL such as http://127.0.0.1:43521. A request that the server does not answer
// is answered 502 and logged.
func New(target string, policy Policy, logger *slog.Logger) (*Proxy, error) {
	server, err := url.Parse(target)
	if err != nil || server.Host == "" {
		return nil, fmt.Errorf("faultproxy: %q is not the URL of a server", target)
	}
	buffers := &sync.Pool{New: func() any { return new([bufferSize]byte) }}
	p := &Proxy{
		reverse: httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.Out.URL.Scheme, r.Out.URL.Host = server.Scheme, server.Host
				r.Out.Host = r.In.Host
				r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops parameters that it cannot read
			},
			FlushInterval: -1, // pass on at once whatever comes
			BufferPool:    bufferPool{buffers},
			ErrorLog:      slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		},
		transport: &http.Transport{
			MaxIdleConns:          idleConnections,
			MaxIdleConnsPerHost:   idleConnections,
			IdleConnTimeout:       time.Minute,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true, // bodies go by as they are
			ReadBufferSize:        bufferSize,
			WriteBufferSize:       bufferSize,
		},
	}
	p.SetPolicy(policy)
	return p, nil
}

// SetPolicy replaces the policy for requests that come from now on.
func (p *Proxy) SetPolicy(policy Policy) { p.policy.Store(&policy) }

// Close closes idle connections to the server.
func (p *Proxy) Close() { p.transport.CloseIdleConnections() }

// ServeHTTP passes a request on and its response back.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	treatment := (*p.policy.Load())(r)
	switch treatment.Fault {
	case LoseRequest:
		panic(http.ErrAbortHandler) // it cuts the connection
	case SlowDown:
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>")
		return
	case NoFault, LoseResponse, CutBody:
	}
	reverse := p.reverse
	reverse.Transport = exchange{p.transport, treatment, &p.counters}
	reverse.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		if errors.Is(err, errLost) {
			panic(http.ErrAbortHandler)
		}
		p.reverse.ErrorLog.Printf("faultproxy: %s %s: %v", r.Method, r.URL.Path, err)
		w.WriteHeader(http.StatusBadGateway)
	}
	reverse.ServeHTTP(w, r)
}

// errLost says that a response, or the rest of it, does not reach the client.
var errLost = errors.New("the connection was cut")

// exchange sends one request to the server, with the treatment that it was given.
type exchange struct {
	transport *http.Transport
	treatment Treatment
	counters  *counters
}

// RoundTrip implements http.RoundTripper.
func (e exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	e.counters.requests.Add(1)
	if r.Body != nil {
		r.Body = &countedBody{r.Body, &e.counters.up}
	}
	res, err := e.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := wait(r.Context(), e.treatment.Delay); err != nil {
		res.Body.Close()
		return nil, err
	}
	res.Body = &countedBody{res.Body, &e.counters.down}
	switch fault := e.treatment.Fault; {
	case fault == LoseResponse, fault == CutBody && res.ContentLength == 0:
		res.Body.Close()
		return nil, errLost
	case fault == CutBody:
		res.Body = &cutBody{res.Body, max(res.ContentLength, 0) / 2}
	}
	return res, nil
}

// cutBody is a body that breaks off.
type cutBody struct {
	io.ReadCloser
	left int64 // bytes until then
}

// Read implements io.Reader.
func (b *cutBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errLost
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// bufferPool implements httputil.BufferPool.
type bufferPool struct{ buffers *sync.Pool }

// Get gives a buffer for copying a body.
func (p bufferPool) Get() []byte { return p.buffers.Get().(*[bufferSize]byte)[:] }

// Put takes it back.
func (p bufferPool) Put(buffer []byte) { p.buffers.Put((*[bufferSize]byte)(buffer)) }
