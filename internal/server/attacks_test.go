package server_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pam/internal/auth"
	"pam/internal/auth/authtest"
	"pam/internal/photos"
	"pam/internal/server"
)

// header is that of a good token, with members added.
func header(members ...any) map[string]any {
	h := map[string]any{"alg": "RS256", "kid": authtest.KeyID, "typ": "JWT"}
	for i := 0; i < len(members); i += 2 {
		h[members[i].(string)] = members[i+1]
	}
	return h
}

// TestForgedTokens sends tokens that must not be accepted, and next to them those that only look like it. Each is sent
// for data and for __typename, which needs no token: a bad one is refused there as well.
func TestForgedTokens(t *testing.T) {
	h := newHarness(t)
	attacker := authtest.Key(t, authtest.OtherKey)
	attackerKey := authtest.JWK(authtest.KeyID, &attacker.PublicKey)
	var lured atomic.Int64
	lure := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		lured.Add(1)
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{attackerKey}})
	}))
	t.Cleanup(lure.Close)

	now := h.clock.Now()
	claims := func(members ...any) map[string]any {
		c := authtest.Claims(now)
		for i := 0; i < len(members); i += 2 {
			if members[i+1] == nil {
				delete(c, members[i].(string))
				continue
			}
			c[members[i].(string)] = members[i+1]
		}
		return c
	}
	good := claims()
	// signed is by the issuer itself: what is wrong is in the claims.
	signed := func(members ...any) string { return h.issuer.Token(t, claims(members...)) }
	publicDER, err := x509.MarshalPKIXPublicKey(&h.issuer.Key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER})
	hs256 := func(secret []byte) string {
		return authtest.Sign(t, header("alg", "HS256"), good, func(input []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(input)
			return mac.Sum(nil)
		})
	}
	byIssuer := func(alg string, sign func(input []byte) ([]byte, error)) string {
		return authtest.Sign(t, header("alg", alg), good, func(input []byte) []byte {
			signature, err := sign(input)
			if err != nil {
				t.Fatal(err)
			}
			return signature
		})
	}
	sum512 := func(input []byte) []byte { s := sha512.Sum512(input); return s[:] }
	sum256 := func(input []byte) []byte { s := sha256.Sum256(input); return s[:] }
	unsigned := func([]byte) []byte { return nil }
	goodToken := h.token()
	parts := strings.Split(goodToken, ".")
	duplicate := func(name, value string) json.RawMessage {
		text, err := json.Marshal(good)
		if err != nil {
			t.Fatal(err)
		}
		return json.RawMessage(strings.TrimSuffix(string(text), "}") + fmt.Sprintf(",%q:%s}", name, value))
	}
	const leeway = auth.Leeway

	const accepted, refused = true, false
	cases := []struct {
		name, reason string
		token        string
		want         bool
	}{
		{"good", "the base of all others", goodToken, accepted},

		{"alg none", "an unsigned token is anybody's", authtest.Sign(t, header("alg", "none"), good, unsigned), refused},
		{"alg none, no signature part", "as above, as RFC 7519 writes it with an empty part", authtest.Sign(t, header("alg", "None"), good, unsigned) + ".", refused},
		{"alg none with a signature", "the algorithm is not the token's to choose", authtest.Sign(t, header("alg", "none"), good, sum256), refused},
		{"signature cut off", "a good token without its signature", parts[0] + "." + parts[1] + ".", refused},
		{"HS256 with the public key as PEM", "the public key is known to everybody and must not work as a shared secret", hs256(publicPEM), refused},
		{"HS256 with the public key as DER", "as above, in its other encoding", hs256(publicDER), refused},
		{"HS256 with the modulus", "as above, as the JWKS has it", hs256(h.issuer.Key.N.Bytes()), refused},
		{"RS512 by the issuer's key", "one algorithm is accepted, even where the key fits others", byIssuer("RS512", func(in []byte) ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, h.issuer.Key, crypto.SHA512, sum512(in))
		}), refused},
		{"PS256 by the issuer's key", "as above", byIssuer("PS256", func(in []byte) ([]byte, error) {
			return rsa.SignPSS(rand.Reader, h.issuer.Key, crypto.SHA256, sum256(in), nil)
		}), refused},
		{"ES256", "a key of another kind under a known id", byIssuer("ES256", func(in []byte) ([]byte, error) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				return nil, err
			}
			return ecdsa.SignASN1(rand.Reader, key, sum256(in))
		}), refused},
		{"RS256 said, RS512 done", "the signature is checked with the algorithm that is accepted", byIssuer("RS256", func(in []byte) ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, h.issuer.Key, crypto.SHA512, sum512(in))
		}), refused},
		{"lower-case alg", "names of algorithms are compared exactly", authtest.RS256(t, h.issuer.Key, header("alg", "rs256"), good), refused},

		{"another key under a known kid", "whoever signs must hold the published key", authtest.RS256(t, attacker, header(), good), refused},
		{"unknown kid", "only published keys count", authtest.RS256(t, attacker, header("kid", "key-9"), good), refused},
		{"no kid", "a key is named, never tried", authtest.RS256(t, h.issuer.Key, map[string]any{"alg": "RS256"}, good), refused},
		{"kid as a path", "an id is looked up in a list, never in a file system", authtest.RS256(t, attacker, header("kid", "../../../dev/null"), good), refused},
		{"kid as a list", "an id is a string", authtest.RS256(t, h.issuer.Key, header("kid", []string{authtest.KeyID}), good), refused},
		{"jku", "the token must not say where keys are to be had", authtest.RS256(t, attacker, header("jku", lure.URL), good), refused},
		{"jku and unknown kid", "as above, with a key id that makes us look", authtest.RS256(t, attacker, header("jku", lure.URL, "kid", "key-8"), good), refused},
		{"x5u", "as above, for certificates", authtest.RS256(t, attacker, header("x5u", lure.URL), good), refused},
		{"jwk", "the token must not bring its own key", authtest.RS256(t, attacker, header("jwk", attackerKey), good), refused},
		{"x5c", "the token must not bring its own certificate", authtest.RS256(t, attacker, header("x5c", []string{base64.StdEncoding.EncodeToString(publicDER)}), good), refused},
		{"crit", "what is critical and not understood makes a token invalid (RFC 7515, section 4.1.11)", authtest.RS256(t, h.issuer.Key, header("crit", []string{"exp"}, "exp", 1), good), refused},
		{"b64", "as above, for payloads that are not encoded (RFC 7797)", authtest.RS256(t, h.issuer.Key, header("b64", false), good), refused},
		{"alg twice", "parsers differ in which one they take", authtest.RS256(t, h.issuer.Key, json.RawMessage(`{"alg":"none","kid":"key-1","alg":"RS256"}`), good), refused},
		{"claims exchanged", "a signature belongs to its claims", parts[0] + "." + strings.Split(signed("sub", "another"), ".")[1] + "." + parts[2], refused},

		{"expired", "a token ends", signed("exp", now.Add(-leeway-time.Second).Unix()), refused},
		{"expired within the leeway", "clocks differ a little", signed("exp", now.Add(-leeway+2*time.Second).Unix()), accepted},
		{"no exp", "a token without an end would be good for ever", signed("exp", nil), refused},
		{"exp as text", "a date is a number", signed("exp", "tomorrow"), refused},
		{"not yet valid", "a token begins", signed("nbf", now.Add(leeway+2*time.Second).Unix()), refused},
		{"not yet valid within the leeway", "clocks differ a little", signed("nbf", now.Add(leeway-2*time.Second).Unix()), accepted},
		{"issued in the future", "nobody issues a token tomorrow", signed("iat", now.Add(leeway+2*time.Second).Unix()), refused},
		{"wrong issuer", "another pool's persons are not ours, whoever holds its keys", signed("iss", "https://issuer.example/other"), refused},
		{"issuer with a slash", "issuers are compared exactly", signed("iss", authtest.URL+"/"), refused},
		{"no issuer", "a token says whose it is", signed("iss", nil), refused},
		{"wrong client", "another application's tokens are not for us", signed("client_id", "another"), refused},
		{"no client", "as above", signed("client_id", nil), refused},
		{"client as a list", "a client is one", signed("client_id", []string{authtest.ClientID}), refused},
		{"client in aud alone", "access tokens name the client in client_id", signed("client_id", nil, "aud", authtest.ClientID), refused},
		{"id token", "an id token says who signed in, not what a client may do", signed("token_use", "id", "aud", authtest.ClientID), refused},
		{"no token_use", "as above", signed("token_use", nil), refused},
		{"client credentials", "no person, no photos", signed("sub", authtest.ClientID, "username", nil), refused},
		{"client credentials with a username", "the subject is the client all the same", signed("sub", authtest.ClientID), refused},
		{"no username", "Cognito names the person in each token of a person", signed("username", nil), refused},
		{"empty sub", "photos need an owner", signed("sub", ""), refused},
		{"no sub", "as above", signed("sub", nil), refused},
		{"sub as a number", "as above", signed("sub", 7), refused},
		{"sub with slashes", "the owner is part of object keys", signed("sub", "a/../b"), refused},
		{"sub of dots", "the owner is part of object keys", signed("sub", ".."), refused},
		{"sub with a control character", "the owner is part of object keys", signed("sub", "a\x00b"), refused},
		{"sub with a line break at its end", "a pattern must match to the very end", signed("sub", authtest.Subject+"\n"), refused},
		{"sub not ASCII", "two spellings must not look like one owner", signed("sub", "dän"), refused},
		{"sub of 129 characters", "the owner is part of object keys, which are limited", signed("sub", strings.Repeat("a", 129)), refused},
		{"sub of 128 characters", "the longest that is allowed", signed("sub", strings.Repeat("a", 128)), accepted},
		{"sub twice", "parsers differ in which one they take", authtest.RS256(t, h.issuer.Key, header(), duplicate("sub", `"another"`)), refused},
		{"sub twice, case apart", "as above, for parsers that do not mind case", authtest.RS256(t, h.issuer.Key, header(), duplicate("SUB", `"another"`)), refused},
		{"claims not an object", "claims are an object", authtest.RS256(t, h.issuer.Key, header(), json.RawMessage(`["sub"]`)), refused},
		{"text after the claims", "claims are one object", authtest.RS256(t, h.issuer.Key, header(), json.RawMessage(`{"sub":"a"}{}`)), refused},
		{"claims not JSON", "claims are an object", authtest.RS256(t, h.issuer.Key, header(), json.RawMessage(`sub=dan`)), refused},

		{"oversized", "work for a token is bounded", signed("padding", strings.Repeat("a", auth.MaxTokenSize)), refused},
		{"garbage", "what is no token is refused as one that is bad", "garbage", refused},
		{"two parts", "as above", parts[0] + "." + parts[1], refused},
		{"four parts", "as above", goodToken + ".x", refused},
		{"five parts", "encrypted tokens are not accepted", goodToken + ".x.y", refused},
		{"header not base64", "as above", "%%%." + parts[1] + "." + parts[2], refused},
		{"token and more", "a list is not a token", goodToken + ", " + goodToken, refused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := *h
			h.T = t
			for _, query := range []string{"{ me { id } }", "{ __typename }"} {
				a := h.post(c.token, query)
				h.checkErrors(a)
				if c.want == accepted {
					if a.StatusCode != http.StatusOK || len(a.body.Errors) > 0 {
						t.Errorf("%s: status %d, want it accepted: %s\n%s", query, a.StatusCode, c.reason, a.text)
					}
					continue
				}
				if a.StatusCode != http.StatusUnauthorized || a.code() != string(photos.Unauthenticated) || a.body.Data != nil {
					t.Errorf("%s: status %d, want 401 UNAUTHENTICATED without data: %s\n%s", query, a.StatusCode, c.reason, a.text)
				}
				if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") {
					t.Error("a 401 must say how to authenticate")
				}
				if strings.Contains(string(a.text), parts[1][:20]) {
					t.Errorf("the answer quotes the token: %s", a.text)
				}
			}
		})
	}
	if n := lured.Load(); n != 0 {
		t.Errorf("keys were fetched %d times from where a token said", n)
	}
	if n := h.issuer.Fetches(); n > 2 {
		t.Errorf("the issuer was asked %d times within a minute", n)
	}
	if strings.Contains(h.log.String(), parts[2][:20]) || strings.Contains(h.log.String(), "Bearer") {
		t.Error("a token is in the log")
	}
}

// TestTokenPlaces sends a good token where it does not belong.
func TestTokenPlaces(t *testing.T) {
	h := newHarness(t)
	token := h.token()
	body := []byte(`{"query":"{ me { id } }"}`)
	cases := []struct {
		name, reason string
		path         string
		headers      []string
		want         int
	}{
		{"header", "the one place for it", "/graphql", []string{"Authorization", "Bearer " + token}, http.StatusOK},
		{"none", "data needs a caller", "/graphql", nil, http.StatusUnauthorized},
		{"query string", "addresses end up in logs and histories", "/graphql?access_token=" + token, nil, http.StatusUnauthorized},
		{"cookie", "a cookie would be sent by other sites' pages, too", "/graphql", []string{"Cookie", "access_token=" + token}, http.StatusUnauthorized},
		{"two headers", "a proxy may have checked the other one", "/graphql", []string{"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}, http.StatusUnauthorized},
		{"without scheme", "the scheme says what it is", "/graphql", []string{"Authorization", token}, http.StatusUnauthorized},
		{"basic", "only bearer tokens count", "/graphql", []string{"Authorization", "Basic " + token}, http.StatusUnauthorized},
		{"other header", "only Authorization counts", "/graphql", []string{"X-Authorization", "Bearer " + token}, http.StatusUnauthorized},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			headers := append([]string{"Content-Type", "application/json", "Accept", "application/graphql-response+json"}, c.headers...)
			a := h.do(h.request(http.MethodPost, c.path, body, headers...))
			h.checkErrors(a)
			if a.StatusCode != c.want {
				t.Errorf("status %d, want %d: %s\n%s", a.StatusCode, c.want, c.reason, a.text)
			}
		})
	}
}

// TestUnknownKeyFlood lets strangers send tokens with ever new key ids.
func TestUnknownKeyFlood(t *testing.T) {
	h := newHarness(t)
	const minutes = 3
	for second := range minutes * 60 {
		token := authtest.Sign(t, header("kid", fmt.Sprint(second)), authtest.Claims(h.clock.Now()), func([]byte) []byte { return []byte("x") })
		if a := h.post(token, "{ __typename }"); a.StatusCode != http.StatusUnauthorized {
			t.Fatalf("status %d", a.StatusCode)
		}
		h.clock.Advance(time.Second)
	}
	if n := h.issuer.Fetches(); n > minutes+1 {
		t.Errorf("the issuer was asked %d times in %d minutes, want once a minute at most", n, minutes)
	}
	if a := h.post(h.token(), "{ me { id } }"); a.StatusCode != http.StatusOK {
		t.Errorf("a good token is refused after the flood: %s", a.text)
	}
}

// TestIssuerDown wants an outage told as one: signing in again would not help.
func TestIssuerDown(t *testing.T) {
	h := newHarness(t)
	h.issuer.Respond(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	a := h.post(h.token(), "{ me { id } }")
	h.checkErrors(a)
	if a.StatusCode != http.StatusInternalServerError || a.code() != string(photos.Internal) || a.body.Data != nil {
		t.Errorf("status %d, want 500 INTERNAL without data: %s", a.StatusCode, a.text)
	}
	if strings.Contains(string(a.text), h.issuer.Server.URL) || strings.Contains(string(a.text), "502") {
		t.Errorf("the answer tells about the inside: %s", a.text)
	}
	if !strings.Contains(h.log.String(), "502") {
		t.Error("the log does not say what went wrong")
	}
	if a := h.post("", "{ __typename }"); a.StatusCode != http.StatusOK {
		t.Errorf("what needs no token fails, too: %s", a.text)
	}
}

// TestScopes calls each guarded root field with every scope but the one it needs.
func TestScopes(t *testing.T) {
	h := newHarness(t)
	cases := []struct {
		operation string
		needs     photos.Scope
	}{
		{`{ labels { totalCount } }`, photos.ScopeLabelsRead},
		{`{ label(name: "Dog") { count } }`, photos.ScopeLabelsRead},
		{`{ photos { totalCount } }`, photos.ScopePhotosRead},
		{`{ photo(id: "x") { id } }`, photos.ScopePhotosRead},
		{`{ archivePreview(match: {any: ["Dog"]}) { photoCount } }`, photos.ScopeArchives},
		{`{ archive(id: "x") { id } }`, photos.ScopeArchives},
		{`{ archives { totalCount } }`, photos.ScopeArchives},
		{`mutation { uploadUrl(input: {fileName: "a", contentType: "image/png", size: 1, crc32: "AAAAAA=="}) { url } }`, photos.ScopePhotosWrite},
		{`mutation { uploadUrls(inputs: []) { error { code } } }`, photos.ScopePhotosWrite},
		{`mutation { requestArchive(input: {match: {any: ["Dog"]}}) { id } }`, photos.ScopeArchives},
		{`mutation { cancelArchive(id: "x") { id } }`, photos.ScopeArchives},
		{`mutation { deletePhotos(ids: ["x"]) { deletedIds } }`, photos.ScopePhotosWrite},
	}
	for _, c := range cases {
		t.Run(c.operation, func(t *testing.T) {
			a := h.post(h.token(func(claims map[string]any) {
				others := []string{"openid"}
				for _, s := range photos.AllScopes() {
					if s != c.needs {
						others = append(others, string(s))
					}
				}
				claims["scope"] = strings.Join(others, " ")
			}), c.operation)
			h.checkErrors(a)
			if a.code() != string(photos.Forbidden) || !strings.Contains(a.body.Errors[0].Message, string(c.needs)) {
				t.Errorf("want FORBIDDEN that names %s: %s", c.needs, a.text)
			}
			a = h.post(h.token(func(claims map[string]any) { claims["scope"] = string(c.needs) }), c.operation)
			if a.code() == string(photos.Forbidden) {
				t.Errorf("%s alone must do: %s", c.needs, a.text)
			}
		})
	}
}

// TestAnonymous says what can be had without a token.
func TestAnonymous(t *testing.T) {
	h := newHarness(t)
	cases := []struct {
		name, reason, query string
		allowed             bool
	}{
		{"type name", "probes ask for it", `{ __typename }`, true},
		{"schema", "the contract is public", `{ __schema { queryType { name } } }`, true},
		{"type", "the contract is public", `{ __type(name: "Photo") { name } }`, true},
		{"in fragments", "fragments change nothing", `{ ...F ... on Query { __typename } } fragment F on Query { a: __typename }`, true},
		{"mutation's type name", "it changes nothing", `mutation { __typename }`, true},
		{"data", "data needs a caller", `{ me { id } }`, false},
		{"data beside the schema", "one field of data is data", `{ __typename labels { totalCount } }`, false},
		{"data in a fragment", "fragments hide nothing", `{ ...F } fragment F on Query { ... on Query { me { id } } }`, false},
		{"data under an alias", "an alias is no other field", `{ __typename: me { id } }`, false},
		{"data that is skipped", "whoever asks for it needs a caller, whatever comes of it", `{ __typename me @skip(if: true) { id } }`, false},
		{"data in one of two operations", "the other operation is not run", `query A { __typename } query B { me { id } }`, true},
		{"mutation", "changes need a caller", `mutation { deletePhotos(ids: ["x"]) { deletedIds } }`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mediaType := range []string{"application/graphql-response+json", "application/json"} {
				body, err := json.Marshal(map[string]any{"query": c.query, "operationName": map[bool]any{true: "A"}[strings.HasPrefix(c.query, "query A")]})
				if err != nil {
					t.Fatal(err)
				}
				a := h.do(h.request(http.MethodPost, "/graphql", body, "Content-Type", "application/json", "Accept", mediaType))
				h.checkErrors(a)
				if c.allowed {
					if a.StatusCode != http.StatusOK || len(a.body.Errors) > 0 || a.body.Data == nil {
						t.Errorf("%s: want an answer: %s\n%d %s", mediaType, c.reason, a.StatusCode, a.text)
					}
					continue
				}
				want := map[string]int{"application/json": http.StatusOK}[mediaType]
				if want == 0 {
					want = http.StatusUnauthorized
				}
				if a.StatusCode != want || a.code() != string(photos.Unauthenticated) || a.body.Data != nil {
					t.Errorf("%s: want %d UNAUTHENTICATED without data: %s\n%d %s", mediaType, want, c.reason, a.StatusCode, a.text)
				}
			}
		})
	}
}

// TestHosts guards a server without passwords against pages that give their own name this computer's address.
func TestHosts(t *testing.T) {
	local := newHarness(t, func(c *server.Config) { c.LoopbackOnly = true })
	public := newHarness(t)
	cases := []struct {
		host, reason string
		ok           bool
	}{
		{"localhost", "this computer", true},
		{"localhost:8080", "this computer", true},
		{"LOCALHOST", "names do not mind case", true},
		{"127.0.0.1:8080", "this computer", true},
		{"127.8.9.1", "all of 127/8 is this computer", true},
		{"[::1]:8080", "this computer", true},
		{"[::1]", "this computer", true},
		{"evil.example", "another name with this computer's address", false},
		{"localhost.evil.example", "the name is compared whole", false},
		{"127.0.0.1.evil.example", "an address is not the beginning of a name", false},
		{"192.168.1.5:8080", "not this computer's loopback", false},
		{"0.0.0.0:8080", "browsers once took it for this computer", false},
		{"localhost:8080@evil.example", "a host has no user", false},
	}
	for _, c := range cases {
		t.Run(c.host, func(t *testing.T) {
			for _, path := range []string{"/graphql?query={__typename}", "/graphiql", "/config.json", "/healthz"} {
				r := local.request(http.MethodGet, path, nil)
				r.Host = c.host
				a := local.do(r)
				if ok := a.StatusCode == http.StatusOK; ok != c.ok || !ok && a.StatusCode != http.StatusMisdirectedRequest && a.StatusCode != http.StatusBadRequest {
					t.Errorf("%s: status %d, want ok %v: %s", path, a.StatusCode, c.ok, c.reason)
				}
			}
		})
	}
	r := public.request(http.MethodGet, "/healthz", nil)
	r.Host = "pam.example"
	if a := public.do(r); a.StatusCode != http.StatusOK {
		t.Errorf("status %d: a server with a real login has a name of its own", a.StatusCode)
	}
}
