package photos

import (
	"slices"
	"strings"
	"time"
)

// Owner is the person to whom photos, labels and archives belong: the subject ("sub") of the caller's token. Every
// record is filed under its owner, and no use case crosses from one owner to another.
type Owner string

// Scope is a permission that a token carries, as the Cognito resource server "pam" names it.
type Scope string

// The scopes of the contract.
const (
	ScopeLabelsRead  Scope = "pam/labels.read"
	ScopePhotosRead  Scope = "pam/photos.read"
	ScopePhotosWrite Scope = "pam/photos.write"
	ScopeArchives    Scope = "pam/archives"
)

// AllScopes lists the scopes of the contract in the order in which the schema declares them.
func AllScopes() []Scope {
	return []Scope{ScopeLabelsRead, ScopePhotosRead, ScopePhotosWrite, ScopeArchives}
}

// Caller is who asks: a person, through a client, with the scopes that the person allowed that client.
type Caller struct {
	Owner    Owner
	UserName string
	ClientID string
	Scopes   []Scope
	Until    time.Time // when the token's time is over; zero where the caller is not known by a token
}

// Require gives a Forbidden error that names the scope when the caller lacks it.
func (c Caller) Require(scope Scope) error {
	if slices.Contains(c.Scopes, scope) {
		return nil
	}
	return Errorf(Forbidden, "this needs the scope %s, which the token does not have", scope)
}

// MaskEmail hides an address but for its first letter and its domain: d***@example.org. What has no "@" is hidden
// whole.
func MaskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "***"
	}
	for _, first := range address {
		return string(first) + "***" + address[at:]
	}
	return "***"
}
