package oidc

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// Limits of what a person may type into the login page.
const (
	// maxUserName is counted in bytes, which are characters here: names are ASCII.
	maxUserName = 64
	// maxEmail is the longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3,
	// less the angle brackets).
	maxEmail = 254
)

// ErrInvalidUserName says that a text is no user name. Its message names the rule
// and is fit to show to a person.
var ErrInvalidUserName = errors.New("a user name has 1 to 64 letters (a to z), digits, dots, underscores, " +
	"hyphens and at most one @, and no dot or @ at its ends or beside another")

// ErrInvalidEmail says that a text is no e-mail address. Its message is fit to show
// to a person.
var ErrInvalidEmail = errors.New("an e-mail address looks like name@example.com and has at most 254 characters")

// SubjectOf returns the `sub` claim that stands for a user name: a UUID of version
// 5 (RFC 9562, section 5.5: a SHA-1 of a fixed namespace and the name). It depends
// on nothing else, so one name is one owner on every computer and for ever.
//
// A name is trimmed and compared without regard to case: " Anna" and "anna" are the
// same user. Any other text than ErrInvalidUserName allows returns that error.
func SubjectOf(userName string) (string, error) {
	name, err := normalizeUserName(userName)
	if err != nil {
		return "", err
	}
	return subjectOf(name), nil
}

// subjectOf is SubjectOf for a name that is normalized already.
func subjectOf(name string) string {
	// Changing this namespace would give every user a new, empty account.
	namespace := uuid.UUID{
		0x5f, 0x0b, 0x6f, 0x5c, 0x0f, 0x3e, 0x4a, 0x7a,
		0x9d, 0x35, 0x6a, 0x2c, 0x88, 0x1e, 0x40, 0xd7,
	}
	return uuid.NewSHA1(namespace, []byte(name)).String()
}

// normalizeUserName trims and lower-cases a user name and checks it. The grammar is
// the one that lets the name serve as (the local part of) the default e-mail address.
func normalizeUserName(userName string) (string, error) {
	name := strings.TrimSpace(userName)
	if name == "" || len(name) > maxUserName {
		return "", ErrInvalidUserName
	}
	// Before the case goes: the Kelvin sign, for one, would become a plain k.
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", ErrInvalidUserName
	}
	name = strings.ToLower(name)
	halves := strings.Split(name, "@")
	if len(halves) > 2 {
		return "", ErrInvalidUserName
	}
	for _, half := range halves {
		for atom := range strings.SplitSeq(half, ".") {
			if atom == "" || strings.ContainsFunc(atom, notInUserName) {
				return "", ErrInvalidUserName
			}
		}
	}
	return name, nil
}

func notInUserName(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '_', r == '-':
		return false
	default:
		return true
	}
}

// defaultEmail is the address of a user who gave none: the name itself where it is
// an address, else <name>@localhost.
func defaultEmail(name string) string {
	if strings.Contains(name, "@") {
		return name
	}
	return name + "@localhost"
}

// normalizeEmail trims and checks an e-mail address. An empty text stays empty: the
// address is optional.
func normalizeEmail(text string) (string, error) {
	email := strings.TrimSpace(text)
	if email == "" {
		return "", nil
	}
	if len(email) > maxEmail {
		return "", ErrInvalidEmail
	}
	// net/mail reads also `Anna <anna@example.com>` and quoted forms; only a bare
	// address comes back unchanged.
	parsed, err := mail.ParseAddress(email)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrInvalidEmail, err)
	}
	if parsed.Address != email || strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", ErrInvalidEmail
	}
	return email, nil
}
