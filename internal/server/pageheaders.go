package server

import (
	"net/http"
	"slices"
	"strings"
)

// PageHeaders gives headers that fit every page, whoever serves it: this package, or a site before it whose
// configuration is made from them. The pages load code from their own origin alone, talk to the API, the login and the
// object store, and show the store's pictures. The editor of GraphiQL sets inline styles and makes workers of blobs; what
// serves the web application apart from it gives that AppHeaders.
//
// login are the origins that signing in takes, the issuer's among them; store is that of signed links, or empty.
func PageHeaders(login []string, store string) http.Header {
	return pageHeaders(login, store, "style-src 'self' 'unsafe-inline'", "worker-src 'self' blob:", "font-src 'self' data:")
}

// AppHeaders gives the headers of the web application's page, which are as PageHeaders' but allow no inline styles and no
// fonts either: the application has none.
func AppHeaders(login []string, store string) http.Header {
	return pageHeaders(login, store, "style-src 'self'", "worker-src 'self'")
}

func pageHeaders(login []string, store string, directives ...string) http.Header {
	connect := strings.Join(slices.Compact(slices.Sorted(slices.Values(login))), " ")
	policy := slices.Concat([]string{"default-src 'none'", "script-src 'self'"}, directives, []string{
		"img-src 'self' data: blob: " + store,
		"connect-src 'self' " + connect + " " + store,
		"form-action 'self' " + connect,
		"base-uri 'none'",
		"frame-ancestors 'none'",
	})
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
