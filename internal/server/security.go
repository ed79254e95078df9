package server

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"
)

// secured sets the headers that every answer has. Handlers below may set stricter or, for pages, wider ones.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		// What is no page must not become one.
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		// A request has to arrive in reasonable time; handlers that stay on after it lift this.
		ignoreUnsupported(http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyReadTime)))
		next.ServeHTTP(w, r)
	})
}

// loopbackOnly answers 421 to requests for another host than this computer. The local login asks for no password, so
// its only protection is that nobody else can reach it; without this check a web page could, by giving its own name
// this computer's address (DNS rebinding). The name in the Host header gives such a page away.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		if ip := net.ParseIP(host); !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this server answers to localhost, 127.0.0.1 and [::1] only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// crossOrigin lets scripts of the given origins call next. There are no cookies to be sent along: the API knows bearer
// tokens alone, so it needs no other protection against forged requests.
func crossOrigin(origins []string) func(http.Handler) http.Handler {
	if len(origins) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	return cors.New(cors.Options{
		AllowOriginFunc: func(origin string) bool { return slices.Contains(origins, origin) },
		AllowedMethods:  []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:  []string{"Accept", "Authorization", "Content-Type"},
		ExposedHeaders:  []string{"X-Request-Id", "WWW-Authenticate"},
		MaxAge:          int((2 * time.Hour) / time.Second), // the longest that browsers keep
	}).Handler
}

// originOf gives scheme://host[:port] of an absolute http or https URL.
func originOf(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(u.Host, " ;,'\"") {
		return "", fmt.Errorf("server: %q is not an absolute http or https URL", text)
	}
	return u.Scheme + "://" + u.Host, nil
}
