package stock

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"pam/internal/photos"
)

// verifier checks tokens as jwx's documentation shows it: a cache of the issuer's keys, and everything else at each
// request.
type verifier struct {
	keys     jwk.Set
	issuer   string
	clientID string
}

func newVerifier(ctx context.Context, c Config) (*verifier, error) {
	cache := jwk.NewCache(ctx)
	if err := cache.Register(c.JWKSURL); err != nil {
		return nil, err
	}
	if _, err := cache.Refresh(ctx, c.JWKSURL); err != nil {
		return nil, err
	}
	return &verifier{keys: jwk.NewCachedSet(cache, c.JWKSURL), issuer: c.Issuer, clientID: c.ClientID}, nil
}

// callerKey is the context key of whoever asks.
type callerKey struct{}

func callerFrom(ctx context.Context) (photos.Caller, error) {
	if caller, ok := ctx.Value(callerKey{}).(photos.Caller); ok {
		return caller, nil
	}
	return photos.Caller{}, errors.New("sign in first")
}

// middleware puts the caller into the context, or answers 401.
func (v *verifier) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := v.verify(r)
		if err != nil {
			http.Error(w, "the access token is not good", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
	})
}

func (v *verifier) verify(r *http.Request) (photos.Caller, error) {
	token, err := jwt.ParseHeader(r.Header, "Authorization", jwt.WithKeySet(v.keys), jwt.WithIssuer(v.issuer),
		jwt.WithClaimValue("token_use", "access"), jwt.WithClaimValue("client_id", v.clientID),
		jwt.WithRequiredClaim(jwt.ExpirationKey), jwt.WithRequiredClaim(jwt.SubjectKey))
	if err != nil {
		return photos.Caller{}, err
	}
	claim, _ := token.Get("scope")
	text, _ := claim.(string)
	caller := photos.Caller{Owner: photos.Owner(token.Subject()), ClientID: v.clientID, Until: token.Expiration()}
	for name := range strings.FieldsSeq(text) {
		caller.Scopes = append(caller.Scopes, photos.Scope(name))
	}
	return caller, nil
}
