package auth

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwt"

	"pam/internal/photos"
)

// Leeway is by how much the clocks of the issuer and of this server may differ.
const Leeway = 30 * time.Second

// checkTimes refuses a token that is expired or not yet valid. exp must be there; nbf and iat count where they are.
func checkTimes(token jwt.Token, now func() time.Time) error {
	err := jwt.Validate(token,
		jwt.WithClock(jwt.ClockFunc(now)),
		jwt.WithAcceptableSkew(Leeway),
		jwt.WithRequiredClaim(jwt.ExpirationKey))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired()):
		return unauthenticated("the access token has expired", err)
	case errors.Is(err, jwt.ErrTokenNotYetValid()), errors.Is(err, jwt.ErrInvalidIssuedAt()):
		return unauthenticated("the access token is not valid yet", err)
	default:
		return unauthenticated("the access token does not say when it expires", err)
	}
}

// caller reads who asks from the claims of a token whose signature and times are good. It accepts what Cognito puts
// into access tokens of a person
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
func (v *Verifier) caller(token jwt.Token) (photos.Caller, error) {
	claim := func(name string) string {
		value, _ := token.Get(name)
		text, _ := value.(string)
		return text
	}
	clientID, subject, userName := claim("client_id"), token.Subject(), claim("username")
	switch {
	case token.Issuer() != v.issuer:
		return photos.Caller{}, unauthenticated("the access token is from another issuer", nil)
	case claim("token_use") != "access":
		return photos.Caller{}, unauthenticated("this is not an access token: send the access token, not the id token", nil)
	case !slices.Contains(v.clientIDs, clientID):
		return photos.Caller{}, unauthenticated("the access token is for a client that may not call this API", nil)
	case userName == "" || subject == clientID:
		// The client-credentials grant: the client speaks for itself, and there is no person whose photos these could be.
		return photos.Caller{}, unauthenticated("the access token stands for a program: a person has to sign in", nil)
	case !v.subject.MatchString(subject):
		return photos.Caller{}, unauthenticated("the access token names no subject that can own photos", nil)
	}
	return photos.Caller{
		Owner:    photos.Owner(subject),
		UserName: userName,
		ClientID: clientID,
		Scopes:   scopes(claim("scope")),
		Until:    token.Expiration(),
	}, nil
}

// subjectPattern is what may own photos. The owner is part of object keys, so nothing may stand there that could change
// a path; Cognito's subjects are UUIDs.
func subjectPattern() *regexp.Regexp {
	return regexp.MustCompile(`\A[A-Za-z0-9_@:-][A-Za-z0-9._@:-]{0,127}\z`)
}

// scopes picks the contract's scopes from a scope claim, in the contract's order; others, such as openid, mean nothing
// here.
func scopes(claim string) []photos.Scope {
	granted := strings.Fields(claim)
	return slices.DeleteFunc(photos.AllScopes(), func(s photos.Scope) bool {
		return !slices.Contains(granted, string(s))
	})
}
