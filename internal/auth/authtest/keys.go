package authtest

import (
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"testing"
)

// The keys are made once and for all, because making them takes seconds under the race detector. As in Go's own tests
// they say TESTING where others say PRIVATE, so that nobody takes them for leaked ones.
//
//go:embed keys/*.pem
var keys embed.FS

// Names of the keys that Key knows.
const (
	IssuerKey = "issuer" // 2,048 bits; the one that Issuer signs with
	OtherKey  = "other"  // 2,048 bits; an attacker's, or the issuer's next
	WeakKey   = "weak"   // 1,024 bits
)

// Key gives one of the keys.
func Key(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	text, err := keys.ReadFile("keys/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatalf("key %s is not PEM", name)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
