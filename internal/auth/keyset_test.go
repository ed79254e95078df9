package auth_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// setUp gives an issuer, a clock and a verifier of the issuer's tokens.
func setUp(t testing.TB) (*authtest.Issuer, *clock, *auth.Verifier) {
	t.Helper()
	issuer, clock := authtest.NewIssuer(t), newClock()
	v, err := auth.NewVerifier(auth.Config{
		Issuer: authtest.URL, JWKSURL: issuer.Server.URL, ClientIDs: []string{authtest.ClientID}, Now: clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return issuer, clock, v
}

// wantCode fails the test unless err has the code; "" stands for no error.
func wantCode(t *testing.T, err error, want photos.Code) {
	t.Helper()
	if got := photos.CodeOf(err); got != want {
		t.Fatalf("code %q, want %q (error: %v)", got, want, err)
	}
}

func TestKeysAreFetchedLate(t *testing.T) {
	issuer, clock, v := setUp(t)
	if n := issuer.Fetches(); n != 0 {
		t.Fatalf("%d fetches before the first token: a server must start when its issuer is down", n)
	}
	token := issuer.Token(t, authtest.Claims(clock.Now()))
	for range 3 {
		_, err := v.Verify(t.Context(), token)
		wantCode(t, err, "")
	}
	if n := issuer.Fetches(); n != 1 {
		t.Errorf("%d fetches for three tokens, want 1", n)
	}
}

func TestConcurrentCallersShareOneFetch(t *testing.T) {
	issuer, clock, v := setUp(t)
	token := issuer.Token(t, authtest.Claims(clock.Now()))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
	wg.Wait()
	if n := issuer.Fetches(); n != 1 {
		t.Errorf("%d fetches for 50 callers at once, want 1", n)
	}
}

func TestUnknownKeyIDFlood(t *testing.T) {
	issuer, clock, v := setUp(t)
	claims := authtest.Claims(clock.Now())
	_, err := v.Verify(t.Context(), issuer.Token(t, claims))
	wantCode(t, err, "")
	const minutes = 5
	for second := range minutes * 60 {
		header := map[string]any{"alg": "RS256", "kid": fmt.Sprint("made up ", second)}
		token := authtest.Sign(t, header, claims, func([]byte) []byte { return []byte("never looked at") })
		_, err := v.Verify(t.Context(), token)
		wantCode(t, err, photos.Unauthenticated)
		clock.Advance(time.Second)
	}
	if n := issuer.Fetches(); n > minutes+1 {
		t.Errorf("%d fetches in %d minutes, want at most one a minute", n, minutes)
	}
}

func TestKeyRotation(t *testing.T) {
	issuer, clock, v := setUp(t)
	old := issuer.Token(t, authtest.Claims(clock.Now()))
	_, err := v.Verify(t.Context(), old)
	wantCode(t, err, "")

	next := authtest.Key(t, authtest.OtherKey)
	issuer.Publish(authtest.JWK(authtest.KeyID, &issuer.Key.PublicKey), authtest.JWK("key-2", &next.PublicKey))
	clock.Advance(auth.KeysMinInterval)
	_, err = v.Verify(t.Context(), authtest.RS256(t, next, map[string]any{"alg": "RS256", "kid": "key-2"}, authtest.Claims(clock.Now())))
	wantCode(t, err, "")
	_, err = v.Verify(t.Context(), old)
	wantCode(t, err, "")

	// The token is remembered as good, and still so for an hour; its key is not.
	issuer.Publish(authtest.JWK("key-2", &next.PublicKey))
	old = issuer.Token(t, authtest.Claims(clock.Now().Add(auth.KeysMaxAge-time.Minute)))
	clock.Advance(auth.KeysMaxAge - time.Minute)
	_, err = v.Verify(t.Context(), old)
	wantCode(t, err, "")
	clock.Advance(time.Minute)
	_, err = v.Verify(t.Context(), old)
	wantCode(t, err, photos.Unauthenticated)
}

func TestOutage(t *testing.T) {
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	t.Run("with keys", func(t *testing.T) {
		issuer, clock, v := setUp(t)
		_, err := v.Verify(t.Context(), issuer.Token(t, authtest.Claims(clock.Now())))
		wantCode(t, err, "")
		issuer.Respond(down)
		for range 120 { // one a minute, far beyond the keys' age
			clock.Advance(time.Minute)
			_, err = v.Verify(t.Context(), issuer.Token(t, authtest.Claims(clock.Now())))
			wantCode(t, err, "")
		}
	})
	t.Run("without keys", func(t *testing.T) {
		issuer, clock, v := setUp(t)
		issuer.Respond(down)
		token := issuer.Token(t, authtest.Claims(clock.Now()))
		for range 10 {
			_, err := v.Verify(t.Context(), token)
			wantCode(t, err, photos.Internal) // not Unauthenticated: signing in again would not help
		}
		if n := issuer.Fetches(); n != 1 {
			t.Errorf("%d fetches within a second, want 1", n)
		}
		issuer.Publish(authtest.JWK(authtest.KeyID, &issuer.Key.PublicKey))
		clock.Advance(time.Second)
		_, err := v.Verify(t.Context(), token)
		wantCode(t, err, "")
	})
}

func TestBadKeySets(t *testing.T) {
	good := authtest.Key(t, authtest.OtherKey)
	weak := authtest.Key(t, authtest.WeakKey)
	forEncryption := authtest.JWK(authtest.KeyID, &good.PublicKey)
	forEncryption["use"] = "enc"
	otherAlgorithm := authtest.JWK(authtest.KeyID, &good.PublicKey)
	otherAlgorithm["alg"] = "RS512"
	nameless := authtest.JWK("", &good.PublicKey)
	publish := func(keys ...map[string]any) func(*authtest.Issuer) {
		return func(i *authtest.Issuer) { i.Publish(keys...) }
	}
	answer := func(h http.HandlerFunc) func(*authtest.Issuer) {
		return func(i *authtest.Issuer) { i.Respond(h) }
	}
	other := authtest.NewIssuer(t)
	cases := []struct {
		name, reason string
		prepare      func(*authtest.Issuer)
		want         photos.Code
	}{
		{"good", "the base of the other cases is accepted", publish(authtest.JWK(authtest.KeyID, &good.PublicKey)), ""},
		{"beside foreign keys", "keys that we cannot read must not make the others unusable",
			publish(map[string]any{"kty": "FUTURE", "kid": "x"}, authtest.JWK(authtest.KeyID, &good.PublicKey)), ""},
		{"weak key beside a good one", "a key of 1,024 bits can be broken", publish(authtest.JWK(authtest.KeyID, &weak.PublicKey), authtest.JWK("other", &good.PublicKey)), photos.Unauthenticated},
		{"weak key alone", "a set without a usable key is an outage, not the caller's fault", publish(authtest.JWK(authtest.KeyID, &weak.PublicKey)), photos.Internal},
		{"symmetric key", "a JWKS is public, so a shared secret in it is none", publish(map[string]any{"kty": "oct", "kid": authtest.KeyID, "k": "AAAA"}), photos.Internal},
		{"key for encryption", "a key serves the purpose that it was published for", publish(forEncryption), photos.Internal},
		{"key for another algorithm", "a key serves the algorithm that it was published for", publish(otherAlgorithm), photos.Internal},
		{"key without an id", "it could not be named by a token", publish(nameless), photos.Internal},
		{"empty", "an empty set would lock everybody out", publish(), photos.Internal},
		{"not JSON", "a login page in place of the keys is an outage", answer(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }), photos.Internal},
		{"endless", "an answer is read up to a bound", answer(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 256<<10))
			_, _ = w.Write([]byte(`{"keys":[]}`))
		}), photos.Internal},
		{"redirect", "whoever can redirect must not choose the keys", answer(http.RedirectHandler(other.Server.URL, http.StatusFound).ServeHTTP), photos.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			issuer, clock, v := setUp(t)
			c.prepare(issuer)
			key := good
			if c.name == "weak key beside a good one" || c.name == "weak key alone" {
				key = weak
			}
			header := map[string]any{"alg": "RS256", "kid": authtest.KeyID}
			_, err := v.Verify(t.Context(), authtest.RS256(t, key, header, authtest.Claims(clock.Now())))
			if got := photos.CodeOf(err); got != c.want {
				t.Errorf("code %q, want %q: %s (error: %v)", got, c.want, c.reason, err)
			}
		})
	}
	if n := other.Fetches(); n != 0 {
		t.Errorf("a redirect was followed %d times", n)
	}
}

func TestWaitingEndsWithTheCaller(t *testing.T) {
	issuer, clock, v := setUp(t)
	release := make(chan struct{})
	entered := make(chan struct{}, 1)
	issuer.Respond(func(http.ResponseWriter, *http.Request) {
		entered <- struct{}{}
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	_, err := v.Verify(ctx, issuer.Token(t, authtest.Claims(clock.Now())))
	wantCode(t, err, photos.Internal)
	if ctx.Err() == nil {
		t.Error("Verify came back before its caller left")
	}
}
