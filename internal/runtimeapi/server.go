// Package runtimeapi stands in for Lambda around a function: it starts a bootstrap, serves it the Runtime API, and hands it
// events one at a time. Tests drive the real programs with it, and a benchmark measures how they start.
//
// Source of the protocol: "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide
// (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), version 2018-06-01.
package runtimeapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const prefix = "/2018-06-01/runtime/"

// invocation is one event on its way through the function.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answers  chan *Response // one answer
	ended    chan struct{}  // closed when nobody reads the answer any more
	endOnce  sync.Once
}

func (i *invocation) end() { i.endOnce.Do(func() { close(i.ended) }) }

// server is the Runtime API of one function.
type server struct {
	http  *http.Server
	addr  string
	first chan struct{} // closed at the first request for an event

	events    chan *invocation
	initError chan *FunctionError
	once      sync.Once
	gone      <-chan struct{} // the function's process has ended

	mu      sync.Mutex
	running map[string]*invocation
	firstAt time.Time
}

// newServer listens on a free port of this computer.
func newServer(ctx context.Context, gone <-chan struct{}) (*server, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("runtimeapi: listen: %w", err)
	}
	s := &server{
		addr: listener.Addr().String(), first: make(chan struct{}), events: make(chan *invocation),
		initError: make(chan *FunctionError, 1), gone: gone, running: make(map[string]*invocation),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"invocation/next", s.next)
	mux.HandleFunc("POST "+prefix+"invocation/{id}/response", s.response)
	mux.HandleFunc("POST "+prefix+"invocation/{id}/error", s.failure)
	mux.HandleFunc("POST "+prefix+"init/error", s.initFailure)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }() // it ends when the function is stopped
	return s, nil
}

// next waits for an event, as long as it takes.
func (s *server) next(w http.ResponseWriter, r *http.Request) {
	s.once.Do(func() {
		s.mu.Lock()
		s.firstAt = time.Now()
		s.mu.Unlock()
		close(s.first)
	})
	select {
	case i := <-s.events:
		s.mu.Lock()
		s.running[i.id] = i
		s.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:test")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0")
		_, _ = w.Write(i.payload)
	case <-r.Context().Done():
	case <-s.gone:
	}
}

// take gives the invocation of that id, once.
func (s *server) take(id string) *invocation {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.running[id]
	delete(s.running, id)
	return i
}

// response hands on an answer as it comes, and holds the function until it is complete, as Lambda does.
func (s *server) response(w http.ResponseWriter, r *http.Request) {
	i := s.take(r.PathValue("id"))
	if i == nil {
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	}
	reader, writer := io.Pipe()
	i.answers <- &Response{ContentType: r.Header.Get("Content-Type"), Body: &answerBody{reader, i}, trailer: func() *FunctionError {
		return trailerError(r.Trailer)
	}}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, err := io.Copy(writer, r.Body)
		_ = writer.CloseWithError(err) // always nil: the reader learns of err
	}()
	select {
	case <-copied:
	case <-i.ended:
		_ = reader.Close()
		<-copied
	}
	accepted(w)
}

func (s *server) failure(w http.ResponseWriter, r *http.Request) {
	i := s.take(r.PathValue("id"))
	if i == nil {
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	}
	i.answers <- &Response{failure: readError(r)}
	accepted(w)
}

func (s *server) initFailure(w http.ResponseWriter, r *http.Request) {
	select {
	case s.initError <- readError(r):
	default: // one is enough
	}
	accepted(w)
}

func accepted(w http.ResponseWriter) {
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

// readError reads what a function says of its failure.
func readError(r *http.Request) *FunctionError {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	failure := new(FunctionError)
	if err != nil || json.Unmarshal(body, failure) != nil {
		return &FunctionError{Type: r.Header.Get("Lambda-Runtime-Function-Error-Type"), Message: string(body)}
	}
	return failure
}
