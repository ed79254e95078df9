package auth

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"golang.org/x/sync/singleflight"
)

const (
	// KeysMaxAge is how old the issuer's keys may become before they are fetched again: a key that the issuer withdrew
	// is refused after that time at the latest, as long as the issuer can be reached.
	KeysMaxAge = time.Hour
	// KeysMinInterval is the least time between two fetches once keys are there, so that tokens with made-up key ids
	// cannot make this server flood the issuer.
	KeysMinInterval = time.Minute
	// firstKeysMinInterval holds instead until the first fetch has succeeded: nobody can sign in meanwhile, so it is
	// shorter.
	firstKeysMinInterval = time.Second
	// keysFetchTimeout bounds one fetch, body included.
	keysFetchTimeout = 3 * time.Second
	// maxKeysSize bounds the answer in bytes. Cognito's has about 1 KiB.
	maxKeysSize = 256 << 10
	// minModulusBits is the shortest RSA key that is accepted. Source: RFC 7518, section 3.3.
	minModulusBits = 2048
)

// errNoKeys says that no fetch has succeeded yet.
var errNoKeys = errors.New("the issuer's keys could not be fetched")

// keySet holds the issuer's current signing keys and fetches them when they are missing, old, or lack a key id.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time
	fetch  singleflight.Group

	mu       sync.Mutex
	current  snapshot
	fetched  time.Time // the last success
	tried    time.Time // the last attempt
	lastFail error
}

// snapshot is one state of the keys. Its generation grows whenever the keys change.
type snapshot struct {
	keys       map[string]*rsa.PublicKey // by key id; never changed once it is here
	generation uint64
}

// get gives the keys, fetched at most KeysMaxAge ago if the issuer answers. A fetch that fails keeps the keys of
// before; without any, the error wraps errNoKeys.
func (k *keySet) get(ctx context.Context) (snapshot, error) {
	k.mu.Lock()
	current, age := k.current, k.now().Sub(k.fetched)
	k.mu.Unlock()
	if current.keys != nil && age < KeysMaxAge {
		return current, nil
	}
	return k.refresh(ctx)
}

// refresh fetches the keys unless the last attempt is too recent, and gives what is known then. Concurrent calls share
// one fetch, which goes on when a caller leaves.
func (k *keySet) refresh(ctx context.Context) (snapshot, error) {
	done := k.fetch.DoChan("", func() (any, error) {
		if k.mayTry() {
			fetchCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysFetchTimeout)
			defer cancel()
			keys, err := k.download(fetchCtx)
			k.store(keys, err)
		}
		return struct{}{}, nil // what came of it is in the key set
	})
	select {
	case <-done:
	case <-ctx.Done():
		return snapshot{}, fmt.Errorf("wait for the issuer's keys: %w", ctx.Err())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current.keys == nil {
		return snapshot{}, fmt.Errorf("%w: %w", errNoKeys, k.lastFail)
	}
	return k.current, nil
}

// mayTry says whether enough time has passed since the last attempt, and if so counts one.
func (k *keySet) mayTry() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	interval := KeysMinInterval
	if k.current.keys == nil {
		interval = firstKeysMinInterval
	}
	now := k.now()
	if !k.tried.IsZero() && now.Sub(k.tried) < interval {
		return false
	}
	k.tried = now
	return true
}

// store takes the outcome of a fetch.
func (k *keySet) store(keys map[string]*rsa.PublicKey, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lastFail = err
	if err != nil {
		return
	}
	k.fetched = k.now()
	if !sameKeys(k.current.keys, keys) {
		k.current = snapshot{keys: keys, generation: k.current.generation + 1}
	}
}

func sameKeys(a, b map[string]*rsa.PublicKey) bool {
	if a == nil || len(a) != len(b) {
		return false
	}
	for id, key := range a {
		if other, ok := b[id]; !ok || !key.Equal(other) {
			return false
		}
	}
	return true
}

// download asks the issuer.
func (k *keySet) download(ctx context.Context) (_ map[string]*rsa.PublicKey, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch keys: the issuer answered %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeysSize+1))
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	if len(body) > maxKeysSize {
		return nil, fmt.Errorf("fetch keys: the answer is larger than %d bytes", maxKeysSize)
	}
	return parseKeys(body)
}

// parseKeys takes from a JWKS the keys that may sign access tokens: RSA, for signatures, not for another algorithm,
// long enough, and with an id. Others may be there for other purposes and are left out. An answer without a single good
// key is an error, so that a broken answer does not lock everybody out.
func parseKeys(body []byte) (map[string]*rsa.PublicKey, error) {
	// A key of a kind that the library does not know must not make the others unusable.
	set, err := jwk.Parse(body, jwk.WithIgnoreParseError(true))
	if err != nil {
		return nil, fmt.Errorf("parse keys: %w", err)
	}
	keys := make(map[string]*rsa.PublicKey)
	for i := range set.Len() {
		key, _ := set.Key(i)
		public, ok := key.(jwk.RSAPublicKey)
		if !ok || key.KeyID() == "" {
			continue
		}
		if use := key.KeyUsage(); use != "" && use != string(jwk.ForSignature) {
			continue
		}
		if alg := key.Algorithm().String(); alg != "" && alg != jwa.RS256.String() {
			continue
		}
		var raw rsa.PublicKey
		if err := public.Raw(&raw); err != nil || raw.N.BitLen() < minModulusBits {
			continue
		}
		keys[key.KeyID()] = &raw
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("parse keys: no RSA key of %d bits or more that signs", minModulusBits)
	}
	return keys, nil
}
