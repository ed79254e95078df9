package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"pam/graph"
	"pam/internal/auth"
	"pam/internal/imaging"
	"pam/internal/jobs"
	"pam/internal/local/inbox"
	"pam/internal/local/neural"
	"pam/internal/local/oidc"
	"pam/internal/local/s3server"
	"pam/internal/local/sqlite"
	"pam/internal/local/worker"
	"pam/internal/photos"
	"pam/internal/s3"
	"pam/internal/server"
	"pam/resolvers"
	"pam/web"
)

// What lies in the data folder.
const (
	databaseFile = "pam.db"
	lockFile     = "lock"
	objectFolder = "objects"
)

// pagesClient is the client of the local login that PAM's own pages use.
const pagesClient = "pam-web"

// Times of the program.
const (
	sweepInterval = time.Minute
	// drainTime is how long requests and jobs may go on after the program was told to stop.
	drainTime = 15 * time.Second
	// maxAttempts is how often a message is handed out before it is given up. The waits double up to five minutes, each
	// with full jitter, so that takes about ten minutes, and twenty at the most.
	maxAttempts = 12
	// maxLabelling is how many photos are labelled at once. The labeller uses all processors for one; a second is decoded
	// meanwhile. More would cost memory alone: up to 140 MB each, the file included.
	maxLabelling = 2
)

// program is everything that serve runs: the same object for people and for the end-to-end test.
type program struct {
	settings settings
	logger   *slog.Logger
	url      string // where the API and the pages are

	library  *photos.Library
	queue    *sqlite.Queue
	store    *s3server.Server
	http     *http.Server
	listener net.Listener

	closers []func() error // in the order in which things were opened
}

// openProgram opens the data folder, starts the object store and the login, and binds the address. Nothing is answered
// before run.
func openProgram(ctx context.Context, s settings, logger *slog.Logger) (_ *program, err error) {
	p := &program{settings: s, logger: logger}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := p.lock(); err != nil {
		return nil, err
	}
	var listen net.ListenConfig
	if p.listener, err = listen.Listen(ctx, "tcp", s.addr); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	p.closers = append(p.closers, func() error { return ignoreClosed(p.listener.Close()) })
	p.url = "http://" + p.listener.Addr().String()

	db, err := sqlite.Open(ctx, filepath.Join(s.data, databaseFile))
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, db.Close)
	p.queue = db.Queue()
	if p.store, err = s3server.Open(ctx, s3server.Config{
		Folder: filepath.Join(s.data, objectFolder), Addr: s.s3Addr, AllowOrigins: append([]string{p.url}, s.origins...), HTTPClient: s3.NewHTTPClient(), Logger: logger,
		Emit: func(ctx context.Context, event []byte) error { return p.queue.SendBody(ctx, sqlite.Detector, event) },
	}); err != nil {
		return nil, fmt.Errorf("start the object store: %w", err)
	}
	p.closers = append(p.closers, p.closeStore)
	objects := s3.New(p.store.AWSConfig(), s3.Buckets{Storage: s3server.StorageBucket, Working: s3server.WorkingBucket})
	login, err := p.openLogin(ctx)
	if err != nil {
		return nil, err
	}
	mailbox, err := inbox.New(inbox.Config{Subscriptions: db.Subscriptions(), SMTP: s.smtp, From: s.mailFrom, Site: p.url + "/"})
	if err != nil {
		return nil, err
	}
	p.library, err = photos.NewLibrary(photos.Config{
		Catalog: db.Catalog(), Objects: objects, Inspector: imaging.Inspector{}, Labeler: neural.New(neural.Config{}),
		ArchiveMemory: s.archiveWorkers * int(s.archiveMemory),
		Queue:         p.queue, Notifier: mailbox, Directory: login.directory, Now: time.Now, NewID: photos.ULIDs(), Logger: logger,
	})
	if err != nil {
		return nil, err
	}
	if err := p.openServer(login); err != nil {
		return nil, err
	}
	return p, nil
}

// openServer makes the HTTP server of everything but the object store.
func (p *program) openServer(l login) error {
	verifier, err := auth.NewVerifier(auth.Config{Issuer: l.issuer, JWKSURL: l.jwksURL, ClientIDs: l.clientIDs})
	if err != nil {
		return err
	}
	pages, err := web.Dist()
	if err != nil {
		return err
	}
	scopes := []string{"openid", "email", "profile"}
	for _, s := range photos.AllScopes() {
		scopes = append(scopes, string(s))
	}
	config := server.Config{
		Schema:   graph.NewExecutableSchema(resolvers.Config(p.library)),
		Verifier: verifier, Logger: p.logger, Pages: pages,
		Settings:    server.Settings{Issuer: l.issuer, ClientID: l.clientIDs[0], Scopes: scopes, Live: server.LiveStream},
		StoreOrigin: p.store.Endpoint(), AllowOrigins: p.settings.origins, LoopbackOnly: l.handler != nil,
		Stock: p.settings.stock,
		Health: []server.Check{
			{Name: "catalog", Probe: p.probeCatalog},
			{Name: "queue", Probe: p.probeQueue},
			{Name: "objects", Probe: p.probeObjects},
		},
	}
	if l.handler != nil {
		config.Mounts = map[string]http.Handler{"/oidc/": l.handler}
		config.Site = p.url // the local login knows this origin alone
	}
	handler, err := server.New(config)
	if err != nil {
		return err
	}
	p.http = handler.HTTPServer(p.settings.addr)
	return nil
}

func (p *program) probeCatalog(ctx context.Context) error {
	_, err := p.library.Catalog.Owners(ctx, "", 1)
	return err
}

func (p *program) probeQueue(ctx context.Context) error {
	_, err := p.queue.NextVisible(ctx, sqlite.Archiver)
	return err
}

func (p *program) probeObjects(ctx context.Context) error {
	_, err := p.library.Objects.List(ctx, photos.StorageBucket, photos.PhotoPrefix, "", 1)
	return err
}

// lock keeps a second serve off the data folder.
func (p *program) lock() error {
	lock := flock.New(filepath.Join(p.settings.data, lockFile))
	held, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if !held {
		return fmt.Errorf("another pam serves %s", p.settings.data)
	}
	p.closers = append(p.closers, lock.Unlock)
	return nil
}

// login is where people sign in.
type login struct {
	issuer    string
	jwksURL   string
	clientIDs []string // of tokens that are accepted; the first is the pages' own
	directory photos.Directory
	handler   http.Handler // nil when the login is outside
}

// openLogin opens the local login, or points to the outside one.
func (p *program) openLogin(ctx context.Context) (login, error) {
	if s := p.settings; s.issuer != "" {
		return login{
			issuer: s.issuer, jwksURL: s.issuer + "/.well-known/jwks.json", clientIDs: s.clientIDs, directory: strangers{},
		}, nil
	}
	issuer := p.url + "/oidc"
	pages := []string{p.url + "/", p.url + "/graphiql"}
	provider, err := oidc.Open(ctx, oidc.Config{
		Folder: p.settings.data, Issuer: issuer, Logger: p.logger,
		Clients: []oidc.Client{{
			ID: pagesClient, Scopes: oidc.Scopes(), RedirectURIs: pages, PostLogoutRedirectURIs: pages, AllowedOrigins: []string{p.url},
		}},
	})
	if err != nil {
		return login{}, fmt.Errorf("open the login: %w", err)
	}
	p.closers = append(p.closers, provider.Close)
	return login{
		issuer: issuer, jwksURL: issuer + "/.well-known/jwks.json", clientIDs: []string{pagesClient, commandClient},
		directory: provider, handler: provider.Handler(),
	}, nil
}

// strangers is the directory of an outside login, which tells nobody's address.
type strangers struct{}

// VerifiedEmail implements photos.Directory.
func (strangers) VerifiedEmail(context.Context, photos.Owner) (string, error) {
	return "", photos.Errorf(photos.NotFound, "an outside login does not tell addresses")
}

// run serves until ctx ends, then lets what is under way come to its end.
func (p *program) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.queue.ReleaseAll(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	running := make(chan error)
	tasks := []func(context.Context) error{
		p.serveHTTP,
		p.worker(sqlite.Detector, maxLabelling),
		p.worker(sqlite.Archiver, p.library.ArchiveJobs()),
		p.sweep,
		p.watchStore,
	}
	for _, task := range tasks {
		go func() { running <- task(ctx) }()
	}
	for range tasks {
		if taskErr := <-running; taskErr != nil {
			err = errors.Join(err, taskErr)
			stop(taskErr)
		}
	}
	return err
}

// serveHTTP answers requests until ctx ends, then drains them.
func (p *program) serveHTTP(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- p.http.Serve(p.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := p.http.Shutdown(ctx); err != nil {
		// Whoever has not come to an end by now does not keep the program from its own.
		p.logger.WarnContext(ctx, "requests were cut off", "error", err)
		return p.http.Close()
	}
	return nil
}

// watchStore ends the program when the object store has failed.
func (p *program) watchStore(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- p.store.Wait() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// worker hands the messages of a topic to the library.
func (p *program) worker(topic sqlite.Topic, workers int) func(context.Context) error {
	handler := jobs.Handler{Library: p.library}
	return func(ctx context.Context) error {
		return worker.Run(ctx, worker.Config{
			Queue: p.queue, Topic: topic, Workers: workers, MaxAttempts: maxAttempts,
			Backoff: worker.Backoff{Base: time.Second, Cap: 5 * time.Minute}, Drain: drainTime,
			Handle: handler.Handle, GiveUp: handler.GiveUp, Logger: p.logger,
		})
	}
}

// sweep takes up what stands still, at the start and then at intervals.
func (p *program) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepInterval)
	defer tick.Stop()
	for {
		swept, err := p.library.Sweep(ctx)
		if err != nil && ctx.Err() == nil {
			p.logger.ErrorContext(ctx, "a sweep failed in part", "error", err)
		}
		if swept != (photos.Swept{}) {
			p.logger.InfoContext(ctx, "swept", "what", swept)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// closeStore lets the object store finish the requests under way, also when the program was told to stop.
func (p *program) closeStore() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	return p.store.Close(ctx)
}

// close closes what was opened, last first.
func (p *program) close() error {
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	p.closers = nil
	return errors.Join(errs...)
}

// ignoreClosed drops the error of closing what the HTTP server has closed already.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
