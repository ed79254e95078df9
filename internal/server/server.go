package server

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"pam/internal/auth"
	"pam/internal/queryplan"
)

// Config is what a Server is made of. Fields without "optional" must be set.
type Config struct {
	// Schema is the generated executable schema with its resolvers: graph.NewExecutableSchema(resolvers.Config(library)).
	Schema graphql.ExecutableSchema
	// Verifier checks access tokens.
	Verifier *auth.Verifier
	// Logger takes the access log and what callers are not told. Wrap its handler by requestid.LogHandler: the id that an
	// error carries leads to its lines only then.
	Logger *slog.Logger
	// Pages is the bundle of web.Dist. It may be empty: GraphiQL then says how to build it.
	Pages fs.FS
	// Settings are what the pages are told.
	Settings Settings

	// LoginOrigins, optional, are further origins that signing in takes, such as Cognito's domain for its pages and
	// tokens, which is not that of the issuer.
	LoginOrigins []string
	// StoreOrigin, optional, is the origin of signed links: the pages send photos there and show pictures from there.
	StoreOrigin string
	// AllowOrigins, optional, are other sites whose scripts may call the API: origins as browsers send them, such as
	// https://example.org.
	AllowOrigins []string
	// Site, optional, is the origin under which the pages work: sign-in and the object store know no other. Whoever asks for
	// a page under another name of this computer is sent there.
	Site string
	// LoopbackOnly, optional, answers 421 to requests that name another host than this computer. Set it wherever the local
	// login is served.
	LoopbackOnly bool
	// MaxStream, optional, ends streams after this time, as the platform would do less politely. Clients ask again.
	MaxStream time.Duration
	// Health, optional, are the checks of /healthz.
	Health []Check
	// Mounts, optional, are handlers of other packages by the path prefix that they serve, such as "/oidc/". They see the
	// whole path.
	Mounts map[string]http.Handler

	// Stock, optional, leaves execution to the schema as it is, which gives the same answers more slowly. It is there to
	// prove just that.
	Stock bool

	// OperationTime is the constant of the same name when zero, and Heartbeat is HeartbeatInterval; tests are less patient.
	OperationTime, Heartbeat time.Duration
}

// Server answers everything that PAM serves over HTTP but the object store.
type Server struct {
	handler http.Handler
	api     *endpoint
	logger  *slog.Logger
	drain   func()
}

var _ http.Handler = (*Server)(nil)

// New checks the configuration and builds the server.
func New(c Config) (*Server, error) {
	if c.Schema == nil || c.Verifier == nil || c.Logger == nil || c.Pages == nil {
		return nil, errors.New("server: schema, verifier, logger and pages are needed")
	}
	sdl, err := schemaText(c.Schema.Schema())
	if err != nil {
		return nil, err
	}
	login := []string{}
	for _, address := range append([]string{c.Settings.Issuer}, c.LoginOrigins...) {
		origin, err := originOf(address)
		if err != nil {
			return nil, err
		}
		login = append(login, origin)
	}
	store := c.StoreOrigin
	if store != "" {
		if store, err = originOf(store); err != nil {
			return nil, err
		}
	}
	for _, origin := range c.AllowOrigins {
		if own, err := originOf(origin); err != nil || own != origin {
			return nil, fmt.Errorf("server: %q is not an origin, such as https://example.org", origin)
		}
	}
	if c.OperationTime <= 0 {
		c.OperationTime = OperationTime
	}
	if c.Heartbeat <= 0 {
		c.Heartbeat = HeartbeatInterval
	}

	schema := c.Schema
	if !c.Stock {
		schema = queryplan.New(schema)
	}
	draining := make(chan struct{})
	api := &endpoint{
		exec:          newExecutor(schema, c.Logger, c.OperationTime),
		operationTime: c.OperationTime,
		heartbeat:     c.Heartbeat,
		maxStream:     c.MaxStream,
		draining:      draining,
	}
	var handler http.Handler = c.routes(api, newPages(c.Pages, login, store), sdl)
	if c.LoopbackOnly {
		handler = loopbackOnly(handler)
	}
	return &Server{
		handler: logged(c.Logger, secured(handler)),
		api:     api,
		logger:  c.Logger,
		drain:   sync.OnceFunc(func() { close(draining) }),
	}, nil
}

// routes maps paths to handlers.
func (c Config) routes(api *endpoint, pages pages, sdl string) *http.ServeMux {
	shared := crossOrigin(c.AllowOrigins)
	authenticated := auth.Middleware(c.Verifier, api.refuseCaller)

	mux := http.NewServeMux()
	mux.Handle("/graphql", shared(authenticated(noteCaller(api))))
	mux.Handle("/schema.graphql", shared(getOnly(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/graphql; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(sdl))
	})))
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, c.Settings)
	})
	mux.HandleFunc("GET /healthz", health(c.Health, c.Logger))
	mux.HandleFunc("GET /graphiql", c.atSite(pages.graphiql))
	mux.HandleFunc("GET /assets/{name...}", pages.assets)
	for _, path := range AppPaths() {
		mux.HandleFunc("GET "+path, c.atSite(pages.app))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "there is nothing here: the application is at /, the API at /graphql, its explorer at /graphiql, its schema at /schema.graphql",
			http.StatusNotFound)
	})
	for _, prefix := range slices.Sorted(maps.Keys(c.Mounts)) {
		mux.Handle(prefix, c.Mounts[prefix])
	}
	return mux
}

// atSite sends whoever asks under another host name to the site's own.
func (c Config) atSite(page http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c.Site != "" && "http://"+r.Host != c.Site && "https://"+r.Host != c.Site {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, c.Site+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		page(w, r)
	}
}

// getOnly answers GET and HEAD. The pattern of a mux cannot say so where CORS has to see OPTIONS first.
func getOnly(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "use GET", http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain ends all streams, now and from now on, so that a shutdown need not wait for their clients. It may be called more
// than once.
func (s *Server) Drain() { s.drain() }

// HTTPServer gives an http.Server for the address with times that keep slow or idle clients from holding connections
// for ever; the caller serves and shuts it down. Shutdown drains.
func (s *Server) HTTPServer(addr string) *http.Server {
	server := &http.Server{
		Addr:              addr,
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		// No ReadTimeout: it would end streams. Bodies have a time of their own (bodyReadTime).
		WriteTimeout:   time.Minute, // streams move theirs with each event
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 32 << 10, // a token has 8 KiB at most
		ErrorLog:       slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(s.Drain)
	return server
}

// schemaText gives the contract as it was written. The generated code carries it, and every definition points to it.
func schemaText(schema *ast.Schema) (string, error) {
	if schema == nil || schema.Query == nil || schema.Query.Position == nil || schema.Query.Position.Src == nil {
		return "", errors.New("server: the executable schema does not carry its text")
	}
	return schema.Query.Position.Src.Input, nil
}
