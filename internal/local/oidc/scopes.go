package oidc

import (
	"slices"
	"strings"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"

	"pam/internal/photos"
)

// Scopes lists every scope that a client may be given: PAM's own and those of
// OpenID Connect. offline_access is known because libraries ask for it, and grants
// nothing more: like Cognito, the provider gives every sign-in a refresh token.
func Scopes() []string {
	scopes := []string{
		protocol.ScopeOpenID, protocol.ScopeEmail, protocol.ScopeProfile, protocol.ScopeOfflineAccess,
	}
	for _, scope := range photos.AllScopes() {
		scopes = append(scopes, string(scope))
	}
	return scopes
}

// uniqueScopes drops doubles and the empty names that two spaces in a row make in a
// `scope` parameter (RFC 6749, section 3.3).
func uniqueScopes(names []string) []string {
	var scopes []string
	for _, name := range names {
		if name != "" && !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	return scopes
}

// joinScopes and splitScopes are the wire form: names parted by one space.
func joinScopes(scopes []string) string { return strings.Join(scopes, " ") }

func splitScopes(scope string) []string { return uniqueScopes(strings.Split(scope, " ")) }

// firstNotIn returns the first of scopes that allowed lacks, or "" if it has all.
func firstNotIn(allowed, scopes []string) string {
	for _, scope := range scopes {
		if !slices.Contains(allowed, scope) {
			return scope
		}
	}
	return ""
}
