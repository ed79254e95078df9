package photos_test

import (
	"errors"
	"testing"

	"pam/internal/photos"
)

// Notices of a failure, as of everything else, go to the address that the account proved to be its own.
func TestSubscribeByEmail(t *testing.T) {
	h := newHarness(t)
	for _, c := range []struct {
		name, reason string
		owner        photos.Owner
		address      string // "" for a refusal
	}{
		{"verified", "the address is the account's own", "dan", "dan@example.org"},
		{"none", "there is nowhere to send to", "eve", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := h.SubscribeByEmail(t.Context(), c.owner)
			if c.address != "" {
				if err != nil || s.Address != c.address {
					t.Errorf("%s: %+v, %v", c.reason, s, err)
				}
				return
			}
			var refusal *photos.Error
			if !errors.As(err, &refusal) || refusal.Code != photos.BadUserInput || refusal.Field != "channel" {
				t.Errorf("%s: %+v, %v", c.reason, s, err)
			}
		})
	}
}
