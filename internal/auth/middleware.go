package auth

import (
	"net/http"
	"strings"

	"pam/internal/photos"
)

// Middleware puts the caller into the request's context (CallerFrom) where the request carries a good token as
// `Authorization: Bearer TOKEN` (RFC 6750, section 2.1; never in the query or a form, where it would end up in logs). A
// request without the header goes on without a caller. Anything else ends at refuse, with the error of Verify.
func Middleware(v *Verifier, refuse func(w http.ResponseWriter, r *http.Request, err error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			values := r.Header.Values("Authorization")
			if len(values) == 0 {
				next.ServeHTTP(w, r)
				return
			}
			token, err := bearer(values)
			if err != nil {
				refuse(w, r, err)
				return
			}
			caller, err := v.Verify(r.Context(), token)
			if err != nil {
				refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(WithCaller(r.Context(), caller)))
		})
	}
}

// bearer takes the token out of the header. Two headers are refused: whichever we took, a proxy may have checked the
// other.
func bearer(values []string) (string, error) {
	if len(values) > 1 {
		return "", photos.Errorf(photos.Unauthenticated, "the request carries more than one Authorization header")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimLeft(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", photos.Errorf(photos.Unauthenticated, "the Authorization header is not of the form: Bearer TOKEN")
	}
	return token, nil
}
