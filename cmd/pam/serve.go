package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"

	"github.com/spf13/cobra"

	"pam/internal/photos"
	"pam/internal/requestid"
)

// settings are what serve can be told.
type settings struct {
	addr           string // of the API and the pages
	s3Addr         string // of the S3 server
	data           string // absolute path of the data folder
	smtp, mailFrom string
	issuer         string // of an outside login; empty for the local one
	clientIDs      []string
	origins        []string // other sites that may call the API
	archiveWorkers int
	archiveMemory  byteSize // of each
	stock          bool     // answers GraphQL without plans; for tests alone
}

func serveCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Start everything: API, pages, login, object store, labeller and archiver",
		Long: `Start everything: API, pages, login, object store, labeller and archiver.

When it can serve it prints one line on standard output: "pam ready " and the URL. Logs go to standard error.
Interrupt it to stop; a restart on the same data folder loses nothing and goes on.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if s.data, err = filepath.Abs(s.data); err != nil {
				return err
			}
			if err := s.check(); err != nil {
				return err
			}
			ctx := cmd.Context()
			logger := slog.New(requestid.LogHandler(slog.NewJSONHandler(cmd.ErrOrStderr(), nil)))
			// Libraries that log without being given a logger are chatty: only their warnings matter.
			slog.SetDefault(slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})))
			p, err := openProgram(ctx, s, logger)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), "pam ready", p.url); err != nil {
				return errors.Join(err, p.close())
			}
			return p.run(ctx)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.addr, "addr", "127.0.0.1:8080", "where the API and the pages listen")
	f.StringVar(&s.s3Addr, "s3-addr", "127.0.0.1:8081", "where the object store listens")
	f.StringVar(&s.data, "data", "./data", "the folder that keeps everything")
	f.StringVar(&s.smtp, "smtp", "", "mail server for notices: smtp://[user:password@]host[:port], or smtps://")
	f.StringVar(&s.mailFrom, "mail-from", "pam@localhost", "sender of notices")
	f.StringVar(&s.issuer, "issuer", "", "issuer of an outside login, such as a Cognito user pool; without it, the local login")
	f.StringSliceVar(&s.clientIDs, "client-id", nil, "client of the outside login whose tokens are accepted; the first is the pages' own")
	f.StringSliceVar(&s.origins, "allow-origin", nil, "another site whose pages may call the API, such as https://example.org")
	f.IntVar(&s.archiveWorkers, "archive-workers", 2, "how many archive workers there are; each builds as many parts at once as its memory holds")
	s.archiveMemory = photos.DefaultArchiveMemory
	f.Var(&s.archiveMemory, "archive-memory", "memory of each archive worker for the parts that it builds, at least 48MiB")
	return cmd
}

// check refuses settings that cannot work or would be dangerous.
func (s settings) check() error {
	if s.archiveWorkers < 1 {
		return fmt.Errorf("--archive-workers %d: without one no archive is ever built", s.archiveWorkers)
	}
	if s.archiveMemory < photos.MinArchiveMemory {
		return fmt.Errorf("--archive-memory %s is too little: the largest parts of an archive need 48MiB", s.archiveMemory.String())
	}
	if s.issuer == "" {
		// The local login asks for no password: whoever reaches it can be anybody.
		for _, addr := range []string{s.addr, s.s3Addr} {
			if err := loopbackOnly(addr); err != nil {
				return err
			}
		}
		if len(s.clientIDs) > 0 {
			return fmt.Errorf("--client-id goes with --issuer")
		}
		return nil
	}
	if len(s.clientIDs) == 0 {
		return fmt.Errorf("--issuer needs at least one --client-id")
	}
	// Links and CORS rules name these addresses, so they have to be what clients use.
	for _, addr := range []string{s.addr, s.s3Addr} {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return fmt.Errorf("the address %q is not host:port: %w", addr, err)
		}
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			return fmt.Errorf("the address %q names no host: give the one by which clients reach this computer", addr)
		}
	}
	return nil
}

func loopbackOnly(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("the address %q is not host:port: %w", addr, err)
	}
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return fmt.Errorf("refusing to listen on %q: the local login asks for no password, so PAM stays on loopback; give --issuer for a real login", addr)
}
