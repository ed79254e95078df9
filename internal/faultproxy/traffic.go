package faultproxy

import (
	"io"
	"sync/atomic"
)

// Traffic is what has gone by. Bytes are those of bodies, without headers and framing.
type Traffic struct {
	Requests int64
	Up       int64 // bytes to the server
	Down     int64 // bytes from the server
}

// Since gives what has gone by after an earlier count.
func (t Traffic) Since(earlier Traffic) Traffic {
	return Traffic{t.Requests - earlier.Requests, t.Up - earlier.Up, t.Down - earlier.Down}
}

// Traffic counts everything since the proxy was made: requests as they are passed on, bytes as they are read.
func (p *Proxy) Traffic() Traffic {
	return Traffic{p.requests.Load(), p.up.Load(), p.down.Load()}
}

type counters struct{ requests, up, down atomic.Int64 }

// countedBody adds the bytes that are read from a body to a counter.
type countedBody struct {
	io.ReadCloser
	read *atomic.Int64
}

// Read implements io.Reader.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	return n, err
}
