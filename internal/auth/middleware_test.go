package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
)

func TestMiddleware(t *testing.T) {
	issuer, clock, v := setUp(t)
	token := issuer.Token(t, authtest.Claims(clock.Now()))
	const passes, anonymous, refused = "passes", "anonymous", "refused"
	cases := []struct {
		name, reason string
		headers      []string
		want         string
	}{
		{"none", "some operations need no caller; who does is not decided here", nil, anonymous},
		{"bearer", "the usual form", []string{"Bearer " + token}, passes},
		{"lower case", "schemes are compared without regard to case (RFC 9110, section 11.1)", []string{"bearer " + token}, passes},
		{"two spaces", "RFC 9110 allows one or more", []string{"Bearer  " + token}, passes},
		{"empty", "a header that says nothing is a mistake of the client", []string{""}, refused},
		{"bare token", "the scheme says what the token is", []string{token}, refused},
		{"scheme alone", "a client that lost its token must not pass as anonymous", []string{"Bearer "}, refused},
		{"basic", "only bearer tokens are accepted", []string{"Basic ZGFuOmRhbg=="}, refused},
		{"two headers", "a proxy may have checked the other one", []string{"Bearer " + token, "Bearer " + token}, refused},
		{"two tokens", "a list is not a token", []string{"Bearer " + token + ", Bearer " + token}, refused},
		{"bad token", "a bad token is never the same as none", []string{"Bearer x.y.z"}, refused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := "nothing"
			next := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				caller, err := auth.CallerFrom(r.Context())
				switch {
				case err == nil && caller.Owner == authtest.Subject:
					got = passes
				case photos.CodeOf(err) == photos.Unauthenticated:
					got = anonymous
				}
			})
			refuse := func(_ http.ResponseWriter, _ *http.Request, err error) {
				if photos.CodeOf(err) == photos.Unauthenticated {
					got = refused
				}
			}
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			for _, h := range c.headers {
				r.Header.Add("Authorization", h)
			}
			auth.Middleware(v, refuse)(next).ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("%s, want %s: %s", got, c.want, c.reason)
			}
		})
	}
}
