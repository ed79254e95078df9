package oidc

import (
	"net/http"
	"time"

	"github.com/rs/cors"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// maxBody bounds a request's body, in bytes. The largest legitimate one, a sign-out
// with an id token, has some 2 KiB.
const maxBody = 64 << 10

// newHandler puts the routes together: those of the protocol library, each limited to
// its methods, and the pages that this package adds.
func newHandler(p *Provider) http.Handler {
	// The library's own CORS would cover the pages, too.
	library := op.RegisterServer(server{Provider: p}, endpoints(), op.WithServerCORSOptions(nil))
	scripts := p.crossOrigin()
	// Both pages' forms change who is signed in; beside the form token, the browser's
	// own word (Sec-Fetch-Site, Origin) keeps other sites from sending them.
	sameOrigin := http.NewCrossOriginProtection()

	mux := http.NewServeMux()
	for _, path := range []string{authorizePath, endPath} {
		mux.Handle("GET "+path, p.humanErrors(library))
		mux.Handle("POST "+path, p.humanErrors(library))
	}
	for _, path := range []string{tokenPath, revokePath} {
		mux.Handle("POST "+path, scripts(bodyOnly(library)))
		mux.Handle("OPTIONS "+path, scripts(library))
	}
	for _, path := range []string{"/.well-known/openid-configuration", jwksPath, userInfoPath} {
		mux.Handle("GET "+path, scripts(library))
		mux.Handle("OPTIONS "+path, scripts(library))
	}
	mux.Handle("POST "+userInfoPath, scripts(bodyOnly(library)))

	mux.HandleFunc("GET "+loginPath, p.showLogin)
	mux.Handle("POST "+loginPath, sameOrigin.Handler(http.HandlerFunc(p.finishLogin)))
	mux.HandleFunc("GET "+signOutPath, p.showSignOut)
	mux.Handle("POST "+signOutPath, sameOrigin.Handler(http.HandlerFunc(p.finishSignOut)))
	mux.HandleFunc("GET "+signedOutPath, p.showSignedOut)
	mux.HandleFunc("GET "+stylePath, showStyle)

	return p.issuer.requireHost(guard(http.StripPrefix(p.issuer.path(), mux)))
}

// crossOrigin lets the scripts of the clients' origins call an endpoint. Cookies play
// no part there, so credentials stay off.
func (p *Provider) crossOrigin() func(http.Handler) http.Handler {
	allowed := make(map[string]bool)
	for _, c := range p.clients {
		for _, origin := range c.AllowedOrigins {
			allowed[origin] = true
		}
	}
	return cors.New(cors.Options{
		AllowOriginFunc: func(origin string) bool { return allowed[origin] },
		AllowedMethods:  []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:  []string{"Authorization", "Content-Type"},
		MaxAge:          int(time.Hour / time.Second),
	}).Handler
}

// bodyOnly drops a query, so that codes and tokens come in the body alone, where no
// log keeps them (RFC 6749, section 3.2).
func bodyOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := *r.URL
		u.RawQuery = ""
		bare := *r
		bare.URL = &u
		next.ServeHTTP(w, &bare)
	})
}

// guard bounds the body and sets the headers that all answers share.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", contentPolicy())
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer, which would turn the forms' Origin into "null".
		h.Set("Referrer-Policy", "same-origin")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}
