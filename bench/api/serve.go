package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"testing/fstest"
	"time"

	"pam/bench/api/stock"
	"pam/bench/process"
	"pam/graph"
	"pam/internal/auth"
	"pam/internal/photos"
	"pam/internal/requestid"
	"pam/internal/server"
	"pam/resolvers"
)

// settings are what every server is told: a file of JSON that is named on its command line. Peers in Node read the same.
type settings struct {
	Issuer   string        `json:"issuer"`
	JWKSURL  string        `json:"jwksUrl"`
	ClientID string        `json:"clientId"`
	Labels   string        `json:"labels"`   // a file with the counts of all labels
	Contract string        `json:"contract"` // the schema of what peers in Node serve
	Catalog  catalogConfig `json:"catalog"`
}

// What a server can be asked between requests. Peers in Node answer whatever they are asked with where they are.
const (
	whereabouts    = "where"
	startProfile   = "startProfile"
	stopProfile    = "stopProfile"
	preparePhotos  = "prepare"
	commitPrepared = "commit"
)

// order is one line to a server.
type order struct {
	Do       string `json:"do"`
	File     string `json:"file,omitempty"`     // for the profile
	Count    int    `json:"count,omitempty"`    // of photos to prepare
	Interval int64  `json:"interval,omitempty"` // between commits, in microseconds
}

// state is the line that it answers with.
type state struct {
	Address string  `json:"address"`
	Commits []int64 `json:"commits,omitempty"` // when they were, in microseconds since 1970
}

// apiServer is one of the two servers in Go, while it runs.
type apiServer struct {
	address string
	script  labelling
	profile *os.File
}

// serveAPI is a server in Go: PAM's own, or stock gqlgen.
func serveAPI(ctx context.Context, kind, settingsFile string, in io.Reader, out io.Writer) (err error) {
	var s settings
	if err := readJSON(settingsFile, &s); err != nil {
		return err
	}
	counts, err := readCounts(s.Labels)
	if err != nil {
		return err
	}
	c := newCollection(photoTotal)
	opened, err := openCatalog(ctx, s.Catalog, c, counts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.close()) }()
	library, err := newLibrary(opened.catalog)
	if err != nil {
		return err
	}
	makers := map[string]func(context.Context, settings, *photos.Library) (*http.Server, error){pamProgram: newPAM, stockProgram: newStock}
	httpServer, err := makers[kind](ctx, s, library)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- httpServer.Serve(listener) }()
	defer func() {
		err = errors.Join(err, httpServer.Close())
		if served := <-served; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	}()
	a := apiServer{address: listener.Addr().String(), script: labelling{catalog: opened.catalog, collection: c}}
	return process.Serve(ctx, in, out, a.obey)
}

// newPAM is the server of pam serve, with its access log, which goes nowhere but for errors: those fail the run, and answers
// do not say their cause.
func newPAM(_ context.Context, s settings, library *photos.Library) (*http.Server, error) {
	verifier, err := auth.NewVerifier(auth.Config{Issuer: s.Issuer, JWKSURL: s.JWKSURL, ClientIDs: []string{s.ClientID}})
	if err != nil {
		return nil, err
	}
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	log := slog.NewMultiHandler(slog.NewJSONHandler(nowhere, nil), slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	handler, err := server.New(server.Config{
		Schema: graph.NewExecutableSchema(resolvers.Config(library)), Verifier: verifier,
		Logger: slog.New(requestid.LogHandler(log)), Pages: fstest.MapFS{},
		Settings:    server.Settings{Issuer: s.Issuer, ClientID: s.ClientID, Scopes: []string{"openid"}, Live: server.LiveStream},
		StoreOrigin: storeEndpoint,
	})
	if err != nil {
		return nil, err
	}
	return handler.HTTPServer(""), nil
}

func newStock(ctx context.Context, s settings, library *photos.Library) (*http.Server, error) {
	handler, err := stock.New(ctx, stock.Config{Library: library, Issuer: s.Issuer, JWKSURL: s.JWKSURL, ClientID: s.ClientID})
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}, err
}

// obey does what the driver orders.
func (a *apiServer) obey(ctx context.Context, o order) (state, error) {
	answer := state{Address: a.address}
	var err error
	switch o.Do {
	case whereabouts:
	case startProfile:
		if a.profile, err = os.Create(o.File); err == nil {
			err = pprof.StartCPUProfile(a.profile)
		}
	case stopProfile:
		pprof.StopCPUProfile()
		err = a.profile.Close()
	case preparePhotos:
		err = a.script.prepare(ctx, o.Count)
	case commitPrepared:
		answer.Commits, err = a.script.commit(ctx, time.Duration(o.Interval)*time.Microsecond)
	default:
		err = fmt.Errorf("a server cannot %q", o.Do)
	}
	return answer, err
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func writeJSON(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
