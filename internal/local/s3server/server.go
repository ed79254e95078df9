package s3server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"

	"pam/internal/photos"
)

// Region is the region for which requests to the server are signed.
const Region = "us-east-1"

// The names of the two buckets.
const (
	StorageBucket = "pam-storage"
	WorkingBucket = "pam-working"
)

// Limits on what the server does at once; beyond them it answers 503 SlowDown, on which clients retry.
const (
	maxConnections = 4096
	maxRequests    = 2048
)

// maxCopySize is the largest object that S3 copies in one request: 5 GiB. Source: CopyObject in the S3 API reference.
// versitygw takes the zero value of its option as "nothing can be copied".
const maxCopySize = 5 << 30

// Config is what a server needs.
type Config struct {
	// Folder keeps everything: objects, their metadata, uploads under way, and the server's keys. It is an absolute
	// path, and made when it is not there. On most filesystems metadata are extended attributes of the objects' files,
	// so copy the folder with a tool that keeps those.
	Folder string

	// Addr is where to listen, such as "127.0.0.1:0"; port 0 takes any free port.
	Addr string

	// AllowOrigins are the origins of sites, such as "http://localhost:8080", from which browsers may upload and download.
	AllowOrigins []string

	// Emit takes the event, in the JSON of S3, that a photo was stored: under photos.PhotoPrefix in the storage bucket.
	// It is called before the upload is answered, and has to have the event on disk when it returns. When it fails the
	// upload still succeeds, as the object is there: the sweeper finds it. Nil for none.
	Emit func(ctx context.Context, event []byte) error

	// HTTPClient is the client that AWSConfig hands on; Close closes its idle connections, for which the server would
	// wait. A client of the server's own when nil.
	HTTPClient *http.Client

	Logger *slog.Logger
}

// Server is a running S3 server.
type Server struct {
	api      *s3api.S3ApiServer
	backend  *backend
	endpoint string
	keys     keys
	gate     *gate
	http     *http.Client // of AWSConfig
	formerWD string
	done     chan struct{} // closed when serving has ended
	err      error         // why, once done is closed
	closing  atomic.Bool
}

// running guards the working directory of the process, which is one by nature: versitygw changes to its folder and names
// all files from there.
var running atomic.Bool

// ErrRunning says that the process has a server already.
var ErrRunning = errors.New("s3server: one server at a time can run in a process")

// Open starts a server; it answers requests when Open returns. While it runs the working directory of the process is a
// folder of the server: nothing else in the process may use relative paths.
func Open(ctx context.Context, cfg Config) (_ *Server, err error) {
	if !filepath.IsAbs(cfg.Folder) {
		return nil, fmt.Errorf("s3server: folder %q is not an absolute path", cfg.Folder)
	}
	if !running.CompareAndSwap(false, true) {
		return nil, ErrRunning
	}
	s := &Server{gate: newGate(), http: cfg.HTTPClient, done: make(chan struct{})}
	if s.http == nil {
		s.http = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	if s.formerWD, err = os.Getwd(); err != nil {
		return nil, fmt.Errorf("s3server: working directory: %w", err)
	}
	if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("s3server: %w", err)
	}
	if s.keys, err = loadKeys(filepath.Join(cfg.Folder, keysFile)); err != nil {
		return nil, err
	}
	if s.backend, err = openBackend(cfg); err != nil {
		return nil, err
	}
	if err := s.backend.prepare(ctx, s.keys.AccessKeyID, cfg.AllowOrigins); err != nil {
		return nil, err
	}
	if err := s.listen(ctx, cfg.Addr); err != nil {
		return nil, err
	}
	return s, nil
}

// openBackend opens the folder of objects.
func openBackend(cfg Config) (*backend, error) {
	root := filepath.Join(cfg.Folder, "objects")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("s3server: %w", err)
	}
	metadata, err := openMetadata(root, filepath.Join(cfg.Folder, "metadata"))
	if err != nil {
		return nil, err
	}
	options := posix.PosixOpts{CopyObjectThreshold: maxCopySize}
	options.SetNewDirPerm(0o700)
	options.SetNewFilePerm(0o600)
	files, err := posix.New(root, metadata, options)
	if err != nil {
		return nil, fmt.Errorf("s3server: open %s: %w", root, err)
	}
	options.DataIntegrityEtag = true
	working, err := posix.New(root, metadata, options)
	if err != nil {
		files.Shutdown()
		return nil, fmt.Errorf("s3server: open %s: %w", root, err)
	}
	return &backend{Posix: files, working: working, root: root, metadata: metadata, emit: cfg.Emit, log: cfg.Logger}, nil
}

// listen starts the gateway, and returns when it accepts connections.
func (s *Server) listen(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("s3server: address %q: %w", addr, err)
	}
	// The gateway does not tell which port it was given for 0, so a free one is asked for first. Somebody else may take
	// it in between; then another is tried.
	for attempt := 1; ; attempt++ {
		target := addr
		if port == "0" {
			if target, err = freeAddr(ctx, addr); err != nil {
				return err
			}
		}
		err := s.start(target)
		if err == nil {
			_, bound, err := net.SplitHostPort(target)
			if err != nil {
				return fmt.Errorf("s3server: address %q: %w", target, err)
			}
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				host = "127.0.0.1"
			}
			s.endpoint = "http://" + net.JoinHostPort(host, bound)
			return s.answers(ctx)
		}
		if port != "0" || attempt == 5 {
			return fmt.Errorf("s3server: listen on %s: %w", target, err)
		}
	}
}

func freeAddr(ctx context.Context, addr string) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("s3server: listen on %s: %w", addr, err)
	}
	free := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", fmt.Errorf("s3server: listen on %s: %w", addr, err)
	}
	return free, nil
}

func (s *Server) start(addr string) error {
	ready := make(chan struct{})
	account := auth.Account{Access: s.keys.AccessKeyID, Secret: s.keys.SecretAccessKey, Role: auth.RoleAdmin}
	api, err := s3api.New(s.backend,
		middlewares.RootUserConfig{Access: account.Access, Secret: account.Secret}, Region,
		auth.NewIAMServiceSingle(account), nil, nil, nil, nil,
		s3api.WithQuiet(), // else each request is a line on standard output
		s3api.WithKeepAlive(),
		s3api.WithConcurrencyLimiter(maxConnections, maxRequests),
		s3api.WithMpMaxParts(photos.MaxParts),
		s3api.WithDisableACL(),
		s3api.WithMiddleware("/", s.gate.pass),
		s3api.WithOnListen(func() { close(ready) }),
	)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- api.ServeMultiPort([]string{addr}) }()
	select {
	case err := <-failed:
		return err
	case <-ready:
	}
	s.api = api
	go func() {
		err := <-failed
		if !s.closing.Load() { // the gateway gives an error when its listener is closed, too
			s.err = fmt.Errorf("s3server: serve: %w", cmp.Or(err, errors.New("stopped")))
		}
		close(s.done)
	}()
	return nil
}

// answers waits until the server answers. It says that it listens a moment before it begins to serve, and a shutdown in
// between would be lost on it.
func (s *Server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.endpoint, nil)
	if err != nil {
		return fmt.Errorf("s3server: %w", err)
	}
	req.Close = true
	res, err := s.http.Do(req) // whatever the answer is
	if err != nil {
		return fmt.Errorf("s3server: no answer after the start: %w", err)
	}
	return res.Body.Close()
}

// startTime is how long the server may take for its first answer, which comes after a millisecond.
const startTime = 10 * time.Second

// Endpoint is the base URL of the server, such as http://127.0.0.1:43521.
func (s *Server) Endpoint() string { return s.endpoint }

// Credentials gives the only keys that the server knows.
func (s *Server) Credentials() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(s.keys.AccessKeyID, s.keys.SecretAccessKey, "")
}

// AWSConfig is what a client of the AWS SDK needs to use the server, with addressing by path.
func (s *Server) AWSConfig() aws.Config {
	return aws.Config{
		Region:       Region,
		Credentials:  s.Credentials(),
		BaseEndpoint: aws.String(s.endpoint),
		HTTPClient:   s.http,
	}
}

// Wait blocks until the server has stopped: it gives nil after Close, an error when the server failed.
func (s *Server) Wait() error {
	<-s.done
	return s.err
}

// Close stops taking connections and requests, waits until those under way are answered or ctx is done, and gives the
// working directory back. When ctx is done first, requests may still be at work in the folder, and the directory stays.
func (s *Server) Close(ctx context.Context) error {
	if !s.closing.CompareAndSwap(false, true) {
		return nil
	}
	drained := make(chan error, 1)
	go func() { drained <- s.api.ShutDown() }()
	answered := s.gate.close()
	// The gateway waits for connections that never carried a request; our own client may have some.
	s.http.CloseIdleConnections()
	select {
	case <-answered:
	case <-ctx.Done():
		return fmt.Errorf("s3server: close: requests are still under way: %w", ctx.Err())
	}
	var err error
	select {
	case err = <-drained: // the last bytes of the answers are sent
	case <-time.After(drainPatience): // what is open still carries no request: a browser's spare connection, or nobody's
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		err = fmt.Errorf("s3server: close: connections are still open: %w", err)
	}
	return errors.Join(err, s.release())
}

// drainPatience is how long the last answers may take to get out once the last request is over.
const drainPatience = time.Second

// release undoes what Open did to the process.
func (s *Server) release() error {
	defer running.Store(false)
	if s.backend != nil {
		s.backend.Shutdown()
		s.backend.working.Shutdown()
	}
	if s.formerWD == "" {
		return nil
	}
	if err := os.Chdir(s.formerWD); err != nil {
		return fmt.Errorf("s3server: go back to the former working directory: %w", err)
	}
	return nil
}
