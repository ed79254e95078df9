package oidc

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// DefaultIssuer is the issuer that IssueAccessToken assumes in a data folder in
// which no provider has run yet.
const DefaultIssuer = "http://127.0.0.1:8080/oidc"

// issuer is the provider's own address: the `iss` of its tokens and the prefix of
// every URL that it serves.
type issuer struct {
	url *url.URL
}

// parseIssuer accepts what OpenID Connect Discovery 1.0, section 3, asks of an
// issuer, https without query or fragment, and plain http for loopback hosts alone,
// where no one else can listen in.
func parseIssuer(text string) (issuer, error) {
	u, err := url.Parse(text)
	if err != nil {
		return issuer{}, fmt.Errorf("issuer: %w", err)
	}
	switch {
	case u.Host == "" || u.Opaque != "":
		return issuer{}, fmt.Errorf("issuer %q: not an absolute URL", text)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(text, "#"):
		return issuer{}, fmt.Errorf("issuer %q: must have no user, query or fragment", text)
	case strings.HasSuffix(u.Path, "/") || u.RawPath != "":
		return issuer{}, fmt.Errorf("issuer %q: must not end in a slash or hold escapes", text)
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return issuer{}, fmt.Errorf("issuer %q: must be https, or http on a loopback host", text)
	}
	return issuer{url: u}, nil
}

func (i issuer) String() string { return i.url.String() }

// path is the prefix of all routes, without a slash at its end; "" at the root.
func (i issuer) path() string { return i.url.Path }

// cookiePath limits the cookies to the provider's own routes.
func (i issuer) cookiePath() string {
	if i.url.Path == "" {
		return "/"
	}
	return i.url.Path
}

// secure says whether cookies can be limited to https.
func (i issuer) secure() bool { return i.url.Scheme == "https" }

// cookieName tells apart the cookies of providers on one host: a cookie knows no
// port, so that two PAMs on one laptop would sign each other out.
func (i issuer) cookieName(kind string) string {
	sum := sha256.Sum256([]byte(i.String()))
	return "pam_" + kind + "_" + hex.EncodeToString(sum[:4])
}

// requireHost refuses requests that were sent to another name than the issuer's. A
// web page elsewhere can let its own name resolve to 127.0.0.1 (DNS rebinding) and
// so become "same origin" with this login, which asks no password; the Host header
// still gives it away. The names of the loopback interface count as one.
func (i issuer) requireHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !i.servesHost(r.Host) {
			http.Error(w, "This server does not answer under that name.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (i issuer) servesHost(host string) bool {
	if strings.EqualFold(host, i.url.Host) {
		return true
	}
	other := url.URL{Host: host}
	return isLoopback(i.url.Hostname()) && isLoopback(other.Hostname()) && other.Port() == i.url.Port()
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// checkRedirectURI accepts what a client may register to be sent back to.
func checkRedirectURI(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.Opaque != "" || u.User != nil:
		return errors.New("not an absolute URL")
	case strings.Contains(text, "#"):
		return errors.New("must have no fragment (RFC 6749, section 3.1.2)")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return errors.New("must be https, or http on a loopback host")
	}
	return nil
}

// checkOrigin accepts an origin as browsers send it (RFC 6454, section 6.1).
func checkOrigin(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return err
	}
	if u.Host == "" || text != u.Scheme+"://"+u.Host {
		return errors.New("not an origin like http://127.0.0.1:8080")
	}
	return nil
}
