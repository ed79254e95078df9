package requestid_test

import (
	"context"
	"testing"

	"pam/internal/requestid"
)

func TestFrom(t *testing.T) {
	outer := requestid.With(context.Background(), "outer")
	cases := []struct {
		name, reason string
		ctx          context.Context
		want         string
	}{
		{"none", "code outside a request must not need a check for nil", context.Background(), ""},
		{"one", "what was put in comes out", outer, "outer"},
		{"nested", "the innermost request is the one that is being answered", requestid.With(outer, "inner"), "inner"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := requestid.From(c.ctx); got != c.want {
				t.Errorf("From = %q, want %q: %s", got, c.want, c.reason)
			}
		})
	}
}

func TestNew(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := requestid.New()
		if len(id) < 26 || seen[id] {
			t.Fatalf("New gave %q: ids must be unique and hard to guess", id)
		}
		seen[id] = true
	}
}
