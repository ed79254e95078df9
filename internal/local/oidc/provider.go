package oidc

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"pam/internal/photos"
)

// Config says where a provider keeps its state, under which address it is reached
// and for which clients it works.
type Config struct {
	// Folder is the absolute path of the data folder. It is made (mode 0700) when
	// missing; the provider's files in it are login.db and signing-key.pem.
	Folder string
	// Issuer is the address under which clients reach the provider, such as
	// http://127.0.0.1:8080/oidc, without a slash at its end. Plain http is accepted
	// for loopback hosts only.
	Issuer string
	// Clients are those that may sign people in.
	Clients []Client
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Logger receives what goes wrong inside; nil is slog.Default(). The protocol
	// library logs refused requests to slog.Default() and offers no choice.
	Logger *slog.Logger
}

// Provider is the OpenID Connect provider. It is safe for concurrent use.
type Provider struct {
	issuer  issuer
	clients map[string]Client
	store   *store
	key     *signingKey
	pages   *template.Template
	now     func() time.Time
	log     *slog.Logger
}

var _ photos.Directory = (*Provider)(nil)

// Open starts a provider on its data folder: it makes what is missing there, records
// the issuer for IssueAccessToken and drops what has expired. Several processes may
// have the folder open at once; the issuer of the one that opened last is recorded.
//
// The caller has to serve Handler on a loopback address only, for the login asks no
// password, and to call Close in the end.
func Open(ctx context.Context, cfg Config) (_ *Provider, err error) {
	p := &Provider{clients: make(map[string]Client), now: cfg.Now, log: cfg.Logger}
	if p.now == nil {
		p.now = time.Now
	}
	if p.log == nil {
		p.log = slog.Default()
	}
	if p.issuer, err = parseIssuer(cfg.Issuer); err != nil {
		return nil, err
	}
	for _, c := range cfg.Clients {
		if err := c.validate(); err != nil {
			return nil, err
		}
		if _, ok := p.clients[c.ID]; ok {
			return nil, fmt.Errorf("client %s: configured twice", c.ID)
		}
		p.clients[c.ID] = c
	}
	if p.pages, err = parsePages(); err != nil {
		return nil, err
	}
	if p.store, err = openStore(ctx, cfg.Folder); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.store.close())
		}
	}()
	if p.key, err = openSigningKey(ctx, p.store, cfg.Folder, p.log); err != nil {
		return nil, err
	}
	if err = p.store.saveIssuer(ctx, p.issuer.String()); err != nil {
		return nil, fmt.Errorf("record the issuer: %w", err)
	}
	if err = p.store.deleteExpired(ctx, p.now()); err != nil {
		return nil, fmt.Errorf("drop what has expired: %w", err)
	}
	return p, nil
}

// Close releases the data folder. Requests that are still served fail after it.
func (p *Provider) Close() error { return p.store.close() }

// Handler serves everything below the issuer's path and expects the whole path in
// the request: mount it without stripping. Other paths answer 404.
func (p *Provider) Handler() http.Handler { return newHandler(p) }

// VerifiedEmail returns the address that a user gave at the login, or the default
// <user name>@localhost. "Verified" here means that the user said so. An owner who
// never signed in and never got a token is photos.NotFound.
func (p *Provider) VerifiedEmail(ctx context.Context, owner photos.Owner) (string, error) {
	u, err := userBySubject(ctx, p.store.db, string(owner))
	if errors.Is(err, errNoRow) {
		return "", photos.Errorf(photos.NotFound, "no e-mail address is known for this owner")
	}
	if err != nil {
		return "", fmt.Errorf("look up a user: %w", err)
	}
	return u.email, nil
}
