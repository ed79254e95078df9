package oidc_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pam/internal/local/oidc"
)

func TestSubjectOf(t *testing.T) {
	t.Parallel()
	// Python's uuid.uuid5 of the namespace and "anna" says the same.
	const anna = "1bf69df9-46cb-5c0f-b182-f1e190c090bb"
	tests := []struct {
		name, reason, user string
		want               string // "" where the name is refused
	}{
		{"anna", "this must never change: her photos hang on it", "anna", anna},
		{"capitals", "case does not make another person", "ANNA", anna},
		{"spaces around", "they do not make another person", "\tanna \n", anna},
		{"empty", "nobody", "", ""},
		{"blank", "nobody", "   ", ""},
		{"inner space", "it would not make an address", "anna b", ""},
		{"65 characters", "one more than allowed", strings.Repeat("a", 65), ""},
		{"umlaut", "ASCII alone: look-alikes would be other owners", "änna", ""},
		{"Kelvin sign", "its lower case is a plain k, but it is not one", "\u212aarl", ""},
		{"slash", "it could end up in a path", "a/b", ""},
		{"two ats", "no address has two", "a@b@c", ""},
		{"at the end", "no address ends so", "a@", ""},
		{"dot first", "no address begins so", ".a", ""},
		{"two dots", "no address has them", "a..b", ""},
		{"zero byte", "it ends texts elsewhere", "a\x00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := oidc.SubjectOf(tt.user)
			if tt.want == "" {
				if !errors.Is(err, oidc.ErrInvalidUserName) || got != "" {
					t.Errorf("got %q, %v; want ErrInvalidUserName: %s", got, err, tt.reason)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v; want %q: %s", got, err, tt.want, tt.reason)
			}
		})
	}
}

func FuzzSubjectOf(f *testing.F) {
	for _, seed := range []string{"anna", "Anna.B_c-1@example.com", "", "a@b@c", "\u212a", "\xff", strings.Repeat("a", 64)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := oidc.SubjectOf(name)
		if err != nil {
			if !errors.Is(err, oidc.ErrInvalidUserName) {
				t.Errorf("%q: unexpected error %v", name, err)
			}
			return
		}
		if id, err := uuid.Parse(got); err != nil || id.Version() != 5 {
			t.Errorf("%q: %q is no UUID of version 5", name, got)
		}
		again, err := oidc.SubjectOf(" " + strings.ToUpper(name) + " ")
		if err != nil || again != got {
			t.Errorf("%q: in capitals it is %q, %v; want %q", name, again, err, got)
		}
	})
}
