package oidc

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	keyFile = "signing-key.pem"
	// keyBits is the size of Cognito's keys and the least that RS256 allows (RFC 7518,
	// section 3.3).
	keyBits = 2048
	pemType = "PRIVATE KEY" // PKCS #8
)

// signingKey signs all tokens with RS256, as Cognito does.
type signingKey struct {
	private *rsa.PrivateKey
	id      string // `kid`
	signer  jose.Signer
}

// openSigningKey loads the folder's key and makes it where there is none. The
// database's write lock serialises processes that start at once, so all of them get
// the same key.
//
// A key file that others may read is repaired (mode 0600) with a warning rather than
// refused: copying a data folder often loosens modes, and the key guards a login
// that asks for no password.
func openSigningKey(ctx context.Context, s *store, folder string, log *slog.Logger) (*signingKey, error) {
	path := filepath.Join(folder, keyFile)
	private, err := loadKey(path, log)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.update(ctx, func(*sql.Tx) error {
			private, err = loadKey(path, log) // another process may have been first
			if errors.Is(err, fs.ErrNotExist) {
				private, err = makeKey(path)
			}
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return newSigningKey(private)
}

func newSigningKey(private *rsa.PrivateKey) (*signingKey, error) {
	thumbprint, err := (&jose.JSONWebKey{Key: &private.PublicKey}).Thumbprint(crypto.SHA256) // RFC 7638
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	id := base64.RawURLEncoding.EncodeToString(thumbprint)
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.RS256,
		Key:       jose.JSONWebKey{Key: private, KeyID: id},
	}, nil)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return &signingKey{private: private, id: id, signer: signer}, nil
}

func loadKey(path string, log *slog.Logger) (*rsa.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		log.Warn("signing key was open to other users; closing it", "path", path, "mode", mode.String())
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("%s holds no %q in PEM form", path, pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok || private.N.BitLen() < keyBits {
		return nil, fmt.Errorf("%s holds no RSA key of %d bits or more", path, keyBits)
	}
	return private, nil
}

// makeKey writes a new key so that the file is there whole or not at all, also after
// a crash: to a temporary file first, which is synced and then renamed.
func makeKey(path string) (_ *rsa.PrivateKey, err error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, keyFile+".*") // made with mode 0600
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := pem.Encode(file, &pem.Block{Type: pemType, Bytes: der}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := file.Sync(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return nil, err
	}
	return private, syncFolder(folder)
}

// syncFolder makes a rename in the folder last through a power cut.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// jwks is what verifiers fetch: the public key alone.
func (k *signingKey) jwks() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: &k.private.PublicKey, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig",
	}}}
}

// sign makes a JWT of the claims, with `alg` and `kid` in its header.
func (k *signingKey) sign(claims any) (string, error) {
	token, err := jwt.Signed(k.signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// verify checks that this key signed the token and decodes its claims. Whether they
// hold (issuer, use, time) is the caller's question.
func (k *signingKey) verify(token string, claims any) error {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return err
	}
	return parsed.Claims(&k.private.PublicKey, claims)
}
