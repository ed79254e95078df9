package photos_test

import (
	"strings"
	"testing"
	"time"

	"pam/internal/photos"
)

func TestMaskEmail(t *testing.T) {
	for _, c := range []struct{ name, reason, address, want string }{
		{"usual", "the owner recognises it, others learn little", "dan@example.org", "d***@example.org"},
		{"one letter", "the length is hidden too", "d@example.org", "d***@example.org"},
		{"not ASCII", "a letter is not a byte", "éva@example.org", "é***@example.org"},
		{"two at signs", "the domain begins after the last", `"a@b"@example.org`, `"***@example.org`},
		{"no at sign", "what is no address is hidden whole", "dan", "***"},
		{"nothing before", "what is no address is hidden whole", "@example.org", "***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := photos.MaskEmail(c.address); got != c.want {
				t.Errorf("MaskEmail(%q) = %q, want %q: %s", c.address, got, c.want, c.reason)
			}
		})
	}
}

func TestRequire(t *testing.T) {
	caller := photos.Caller{Scopes: []photos.Scope{photos.ScopeLabelsRead}}
	if err := caller.Require(photos.ScopeLabelsRead); err != nil {
		t.Errorf("a scope that is held was refused: %v", err)
	}
	err := caller.Require(photos.ScopeArchives)
	if photos.CodeOf(err) != photos.Forbidden || !strings.Contains(err.Error(), string(photos.ScopeArchives)) {
		t.Errorf("a missing scope must be forbidden by name: %v", err)
	}
}

// Ids are the order of every list, so they must ascend however fast they come and whatever the clock does.
func TestULIDsAscend(t *testing.T) {
	newID := photos.ULIDs()
	at := time.UnixMilli(1_700_000_000_000)
	last := ""
	for i := range 10_000 {
		if i%1000 == 999 {
			at = at.Add(-time.Second)
		}
		id := newID(at)
		if len(id) != 26 || id <= last {
			t.Fatalf("id %d is %s after %s", i, id, last)
		}
		last = id
	}
}
