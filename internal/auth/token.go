package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwa"
)

// MaxTokenSize is the longest token that is looked at, in bytes. Cognito's access tokens have 1 to 2 KiB.
const MaxTokenSize = 8 << 10

// keyID checks what a token says about itself before any signature is computed, and gives the id of the key that is
// said to have signed it. It is the only thing taken from the header: a key or the address of one (jwk, jku, x5c, x5u)
// that stands there is never used.
func keyID(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return "", errors.New("not three parts")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	if err := uniqueMembers(raw); err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	var header struct {
		Algorithm string          `json:"alg"`
		KeyID     string          `json:"kid"`
		Critical  json.RawMessage `json:"crit"`
		Payload   json.RawMessage `json:"b64"`
	}
	if err := json.Unmarshal(raw, &header); err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	switch {
	case header.Algorithm != jwa.RS256.String():
		return "", errAlgorithm
	case header.Critical != nil || header.Payload != nil:
		// RFC 7515, section 4.1.11: what is critical and not understood makes the token invalid, and we understand none.
		return "", errors.New("header: extensions")
	case header.KeyID == "":
		return "", errors.New("header: no key id")
	}
	return header.KeyID, nil
}

// errAlgorithm says that the token is signed by another algorithm than the one we accept.
var errAlgorithm = errors.New("header: not RS256")

// uniqueMembers refuses a JSON object in which a name stands twice: parsers differ in which of the two they take, so
// such a token could mean one thing to its issuer and another to us (RFC 7519, section 4). Text after the object is
// refused, too.
func uniqueMembers(object []byte) error {
	dec := json.NewDecoder(bytes.NewReader(object))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	seen := make(map[string]bool)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return errors.New("not JSON")
		}
		// encoding/json matches names without regard to case, so "Alg" is a second "alg".
		key := strings.ToLower(fmt.Sprint(name))
		if seen[key] {
			return errors.New("a name stands there twice")
		}
		seen[key] = true
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return errors.New("not JSON")
		}
	}
	if _, err := dec.Token(); err != nil {
		return errors.New("not JSON")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the object")
	}
	return nil
}
