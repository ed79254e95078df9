package auth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"pam/internal/photos"
)

// TokenCacheSize is how many verified tokens are remembered, about 0.5 KiB each.
const TokenCacheSize = 4096

// Config says whose tokens are good.
type Config struct {
	// Issuer is the exact value of the iss claim, such as https://cognito-idp.eu-central-1.amazonaws.com/POOL.
	Issuer string
	// JWKSURL is where the issuer publishes its keys: https, or http on a loopback host. Redirects are not followed.
	// Nothing is fetched before the first token comes.
	JWKSURL string
	// ClientIDs are the clients whose tokens are accepted; at least one.
	ClientIDs []string
	// HTTPClient fetches the keys; http.DefaultClient when nil.
	HTTPClient *http.Client
	// Now gives the time; time.Now when nil.
	Now func() time.Time
}

// Verifier checks access tokens. It is safe for concurrent use.
type Verifier struct {
	issuer    string
	clientIDs []string
	subject   *regexp.Regexp
	now       func() time.Time
	keys      *keySet
	verified  *lru.Cache[[sha256.Size]byte, verification]
}

// verification is what is remembered of a good token, by its SHA-256: the token itself is not kept.
type verification struct {
	caller     photos.Caller
	expires    time.Time
	generation uint64 // of the keys that it was checked with
}

// NewVerifier checks the configuration.
func NewVerifier(c Config) (*Verifier, error) {
	if c.Issuer == "" || len(c.ClientIDs) == 0 || slices.Contains(c.ClientIDs, "") {
		return nil, errors.New("auth: an issuer and at least one client id are needed")
	}
	if err := checkKeysURL(c.JWKSURL); err != nil {
		return nil, err
	}
	now := c.Now
	if now == nil {
		now = time.Now
	}
	client := http.DefaultClient
	if c.HTTPClient != nil {
		client = c.HTTPClient
	}
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	cache, err := lru.New[[sha256.Size]byte, verification](TokenCacheSize)
	if err != nil {
		return nil, fmt.Errorf("auth: token cache: %w", err)
	}
	return &Verifier{
		issuer:    c.Issuer,
		clientIDs: slices.Clone(c.ClientIDs),
		subject:   subjectPattern(),
		now:       now,
		keys:      &keySet{url: c.JWKSURL, client: &direct, now: now},
		verified:  cache,
	}, nil
}

// checkKeysURL refuses addresses on which somebody else could put keys of their own.
func checkKeysURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return fmt.Errorf("auth: the keys' address %q is not an absolute URL", text)
	}
	ip := net.ParseIP(u.Hostname())
	loopback := strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return fmt.Errorf("auth: the keys' address %q must be https, or http on a loopback host", text)
	}
	return nil
}

// Verify says whose token it is. The error is a *photos.Error whose message says in general terms what is wrong, and
// never holds a part of the token: Unauthenticated when the token is not good, Internal when the issuer's keys cannot
// be had.
func (v *Verifier) Verify(ctx context.Context, token string) (photos.Caller, error) {
	if len(token) > MaxTokenSize {
		return photos.Caller{}, unauthenticated(fmt.Sprintf("the access token is longer than %d bytes", MaxTokenSize), nil)
	}
	keys, err := v.keys.get(ctx)
	if err != nil {
		return photos.Caller{}, keysUnavailable(err)
	}
	hash := sha256.Sum256([]byte(token))
	if known, ok := v.verified.Get(hash); ok && known.generation == keys.generation {
		if v.now().Before(known.expires) {
			caller := known.caller
			caller.Scopes = slices.Clone(caller.Scopes) // the cache's own must not change in a caller's hands
			return caller, nil
		}
		v.verified.Remove(hash)
	}

	id, err := keyID(token)
	switch {
	case errors.Is(err, errAlgorithm):
		return photos.Caller{}, unauthenticated("the access token is not signed with RS256", err)
	case err != nil:
		return photos.Caller{}, unauthenticated("the access token is malformed", err)
	}
	key, ok := keys.keys[id]
	if !ok {
		// The issuer may have begun to sign with a key that it did not have when we asked last.
		if keys, err = v.keys.refresh(ctx); err != nil {
			return photos.Caller{}, keysUnavailable(err)
		}
		if key, ok = keys.keys[id]; !ok {
			return photos.Caller{}, unauthenticated("the access token is signed with a key that its issuer does not publish", nil)
		}
	}
	payload, err := jws.Verify([]byte(token), jws.WithCompact(), jws.WithKey(jwa.RS256, key))
	if err != nil {
		return photos.Caller{}, unauthenticated("the access token's signature is wrong", err)
	}
	if err := uniqueMembers(payload); err != nil {
		return photos.Caller{}, unauthenticated("the access token is malformed", err)
	}
	claims := jwt.New()
	if err := json.Unmarshal(payload, claims); err != nil {
		return photos.Caller{}, unauthenticated("the access token is malformed", err)
	}
	if err := checkTimes(claims, v.now); err != nil {
		return photos.Caller{}, err
	}
	caller, err := v.caller(claims)
	if err != nil {
		return photos.Caller{}, err
	}
	kept := caller
	kept.Scopes = slices.Clone(caller.Scopes)
	v.verified.Add(hash, verification{caller: kept, expires: claims.Expiration(), generation: keys.generation})
	return caller, nil
}

// unauthenticated makes the error for a token that is not good. The cause is for the log; it must not quote the token.
func unauthenticated(message string, cause error) *photos.Error {
	return &photos.Error{Code: photos.Unauthenticated, Message: message, Err: cause}
}

// keysUnavailable makes the error for a token that may be good but cannot be checked.
func keysUnavailable(cause error) *photos.Error {
	return &photos.Error{
		Code:    photos.Internal,
		Message: "sign-in cannot be checked at the moment; try again shortly",
		Err:     cause,
	}
}
