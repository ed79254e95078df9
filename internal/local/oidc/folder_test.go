package oidc_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"

	"pam/internal/local/oidc"
)

// TestRestart stops and starts the provider between all steps of a sign-in.
func TestRestart(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b, cfg, verifier := newBrowser(t), d.oauth(web), oauth2.GenerateVerifier()
	page := b.get(t, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
	d.restart(t)
	back := b.login(t, d, page, "anna", "anna@example.com")
	d.restart(t)
	token, err := cfg.Exchange(t.Context(), code(t, back), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	d.restart(t)
	d.verified(t, token.AccessToken)
	refreshed, err := d.refresh(t.Context(), web, token.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	d.verified(t, refreshed.AccessToken)
	silent := b.get(t, authURL(d, oauth2.SetAuthURLParam("prompt", "none")))
	if silent.location.Query().Get("code") == "" {
		t.Errorf("the browser is no longer signed in: %v", silent.location)
	}
	d.restart(t)
	d.clock.advance(time.Minute)
	_, err = d.refresh(t.Context(), web, token.RefreshToken)
	wantOAuthError(t, err, "invalid_grant") // the rotation was not forgotten either
}

// issueAsProcess is the environment variable by which this test binary runs as a
// `pam token` on the folder that it names.
const issueAsProcess = "PAM_OIDC_TEST_ISSUE"

func TestMain(m *testing.M) {
	if folder := os.Getenv(issueAsProcess); folder != "" {
		token, err := oidc.IssueAccessToken(context.Background(), folder, tokenRequest())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Print(token)
		return
	}
	os.Exit(m.Run())
}

// TestFirstStartAtOnce lets processes and goroutines find an empty folder at the same
// moment. There must be one key, and all tokens must be good.
func TestFirstStartAtOnce(t *testing.T) {
	t.Parallel()
	d := &deployment{folder: filepath.Join(t.TempDir(), "new"), issuer: oidc.DefaultIssuer}
	const processes, goroutines = 3, 4
	tokens := make([]string, processes+goroutines)
	providers := make([]*oidc.Provider, goroutines)
	var all errgroup.Group
	for i := range processes {
		all.Go(func() error {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), issueAsProcess+"="+d.folder)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			tokens[i] = string(out)
			if err != nil {
				return fmt.Errorf("process %d: %w: %s", i, err, stderr.String())
			}
			return nil
		})
	}
	for i := range goroutines {
		all.Go(func() error {
			p, err := oidc.Open(t.Context(), oidc.Config{
				Folder: d.folder, Issuer: d.issuer, Clients: clients(), Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				return fmt.Errorf("open %d: %w", i, err)
			}
			providers[i] = p
			tokens[processes+i], err = oidc.IssueAccessToken(t.Context(), d.folder, tokenRequest())
			return err
		})
	}
	err := all.Wait()
	t.Cleanup(func() {
		for _, p := range providers {
			if p != nil {
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}

	files, err := filepath.Glob(filepath.Join(d.folder, "signing-key.pem*"))
	if err != nil || len(files) != 1 {
		t.Errorf("key files: %v, %v; want one", files, err)
	}
	for i, token := range tokens {
		header, _ := verifiedBy(t, providers[0], token)
		if first, _ := verifiedBy(t, providers[0], tokens[0]); header.KeyID != first.KeyID {
			t.Errorf("token %d has key %s, token 0 has %s", i, header.KeyID, first.KeyID)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a b%3F?#", "login") // SQLite's file names are URIs
	open(t, oidc.Config{Folder: folder, Issuer: "https://pam.example/oidc", Clients: clients()})
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, entry.Name())
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %s, want 0600: it holds secrets", entry.Name(), info.Mode().Perm())
		}
	}
	if want := []string{"login.db", "login.db-shm", "login.db-wal", "signing-key.pem"}; !slices.Equal(names, want) {
		t.Errorf("got files %v, want %v", names, want)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v; want mode 0700", info.Mode(), err)
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	good := makeTestKey()
	block, _ := pem.Decode(good)
	tests := []struct {
		name, reason string
		content      []byte
		mode         os.FileMode
		wantError    string
	}{
		{"good", "the ordinary case", good, 0o600, ""},
		{"open to others", "it is closed: a copied folder often has loose modes", good, 0o644, ""},
		{"empty", "a new key would make every token in use worthless without a word", nil, 0o600, "PEM"},
		{"cut off", "as above", good[:len(good)/2], 0o600, "PEM"},
		{"other kind", "only what we write is read", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: block.Bytes}), 0o600, "PEM"},
		{"damaged", "the bytes are no key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes[1:]}), 0o600, "signing key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "signing-key.pem")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			cfg := oidc.Config{Folder: folder, Issuer: oidc.DefaultIssuer}
			if tt.wantError != "" {
				_, err := oidc.Open(t.Context(), cfg)
				if err == nil || !strings.Contains(err.Error(), tt.wantError) {
					t.Errorf("got %v, want an error with %q: %s", err, tt.wantError, tt.reason)
				}
				return
			}
			open(t, cfg)
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v; want 0600: %s", info.Mode(), err, tt.reason)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	with := func(change func(*oidc.Client)) []oidc.Client {
		c := clients()[0]
		change(&c)
		return []oidc.Client{c}
	}
	tests := []struct {
		name, reason, folder, issuer string
		clients                      []oidc.Client
	}{
		{"relative folder", "it would move with the working directory", "data", oidc.DefaultIssuer, nil},
		{"no issuer", "tokens would come from nobody", folder, "", nil},
		{"plain http beyond loopback", "codes and tokens could be read on the way", folder, "http://pam.example/oidc", nil},
		{"http with a loopback look-alike", "that name may resolve to anything", folder, "http://127.0.0.1.example/oidc", nil},
		{"trailing slash", "clients would build doubled slashes", folder, oidc.DefaultIssuer + "/", nil},
		{"query", "discovery forbids it", folder, oidc.DefaultIssuer + "?x", nil},
		{"fragment", "discovery forbids it", folder, oidc.DefaultIssuer + "#", nil},
		{"user", "a password in an issuer would be in every token", folder, "http://a:b@127.0.0.1/oidc", nil},
		{"client without id", "nobody could name it", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.ID = "" })},
		{"client without redirect", "it could not sign anyone in", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.RedirectURIs = nil })},
		{"unknown scope", "a slip of the pen", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.Scopes = []string{"pam/photo.read"} })},
		{"redirect over plain http", "codes could be read on the way", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.RedirectURIs = []string{"http://pam.example/"} })},
		{"redirect to a script", "the code would run", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.RedirectURIs = []string{"javascript:alert(1)"} })},
		{"redirect with fragment", "RFC 6749 forbids it", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.RedirectURIs = []string{callback + "#x"} })},
		{"log-out target without host", "it leads nowhere", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.PostLogoutRedirectURIs = []string{"/bye"} })},
		{"any origin", "origins are listed one by one", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.AllowedOrigins = []string{"*"} })},
		{"origin with a path", "browsers never send one, so it could not match", folder, oidc.DefaultIssuer, with(func(c *oidc.Client) { c.AllowedOrigins = []string{origin + "/"} })},
		{"same client twice", "which one would count?", folder, oidc.DefaultIssuer, append(clients(), clients()...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := oidc.Open(t.Context(), oidc.Config{Folder: tt.folder, Issuer: tt.issuer, Clients: tt.clients})
			if err == nil {
				t.Errorf("opened: %s", tt.reason)
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestExpiredRowsGo looks into the file: what is over must not pile up.
func TestExpiredRowsGo(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	token := newBrowser(t).signIn(t, d, d.oauth(web), "anna")
	if _, err := d.refresh(t.Context(), web, token.RefreshToken); err != nil {
		t.Fatal(err)
	}
	newBrowser(t).get(t, authURL(d)) // a login page that is left alone
	db, err := sql.Open("sqlite", filepath.Join(d.folder, "login.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	rows := func(table string) (n int) {
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	tables := []string{"auth_requests", "sessions", "codes", "grants", "refresh_tokens"}
	for _, table := range tables {
		if rows(table) == 0 {
			t.Errorf("%s is empty already, so its end proves nothing", table)
		}
	}
	d.clock.advance(31 * 24 * time.Hour)
	d.restart(t)
	for _, table := range tables {
		if n := rows(table); n != 0 {
			t.Errorf("%s: %d rows left", table, n)
		}
	}
	if rows("users") != 1 {
		t.Error("the user is gone, and with it the address for notices")
	}
}

// TestSecretsAreHashed: a copy of the database signs nobody in.
func TestSecretsAreHashed(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	b, cfg, verifier := newBrowser(t), d.oauth(web), oauth2.GenerateVerifier()
	back := b.login(t, d, b.get(t, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))), "anna", "")
	token, err := cfg.Exchange(t.Context(), code(t, back), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{code(t, back), token.RefreshToken}
	for _, c := range (&http.Response{Header: back.header}).Cookies() {
		secrets = append(secrets, c.Value)
	}
	for _, file := range []string{"login.db", "login.db-wal"} {
		content, err := os.ReadFile(filepath.Join(d.folder, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds a secret in the clear", file)
			}
		}
	}
}

func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	d := deploy(t)
	db, err := sql.Open("sqlite", filepath.Join(d.folder, "login.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `PRAGMA user_version = 1000`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = oidc.Open(t.Context(), oidc.Config{Folder: d.folder, Issuer: d.issuer})
	if err == nil || !strings.Contains(err.Error(), "newer PAM") {
		t.Errorf("got %v, want a refusal: an older program would damage what it does not know", err)
	}
}
