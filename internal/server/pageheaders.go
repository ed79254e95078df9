package server

import (
	"net/http"
	"slices"
	"strings"
)

// PageHeaders gives the headers that every page has, whoever serves it: this package, or a site before it whose
// configuration is made from them. The pages load code from their own origin alone, talk to the API, the login and the
// object store, and show the store's pictures. The editor of GraphiQL sets inline styles.
//
// login are the origins that signing in takes, the issuer's among them; store is that of signed links, or empty.
func PageHeaders(login []string, store string) http.Header {
	connect := strings.Join(slices.Compact(slices.Sorted(slices.Values(login))), " ")
	policy := []string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"worker-src 'self' blob:",
		"font-src 'self' data:",
		"img-src 'self' data: blob: " + store,
		"connect-src 'self' " + connect + " " + store,
		"form-action 'self' " + connect,
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}
	for i := range policy {
		policy[i] = strings.Join(strings.Fields(policy[i]), " ")
	}
	return http.Header{
		"Content-Security-Policy": {strings.Join(policy, "; ")},
		// The login compares where people come from; nobody else needs to know.
		"Referrer-Policy":        {"same-origin"},
		"X-Content-Type-Options": {"nosniff"},
		"X-Frame-Options":        {"DENY"},
	}
}
