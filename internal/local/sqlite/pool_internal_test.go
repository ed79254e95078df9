package sqlite

import (
	"net/url"
	"path/filepath"
	"testing"
)

// Each connection compiles statements and reads pages for itself, so there must be no more of them than work at once.
func TestPoolOpensWhatIsNeeded(t *testing.T) {
	p, err := newPool(filepath.Join(t.TempDir(), "pam.db"), 4, "BEGIN", url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	var work func(depth int) error
	work = func(depth int) error {
		return p.transact(t.Context(), syncNormal, func(tx) error {
			if depth == 1 {
				return nil
			}
			return work(depth - 1)
		})
	}
	for _, step := range []struct {
		name          string
		atOnce, times int
		open          int
	}{
		{"one after the other", 1, 5, 1},
		{"two at once", 2, 3, 2},
		{"one after the other again", 1, 5, 2},
		{"all", 4, 1, 4},
	} {
		for range step.times {
			if err := work(step.atOnce); err != nil {
				t.Fatal(err)
			}
		}
		open := 0
		for _, c := range p.idle {
			if c.Conn != nil {
				open++
			}
		}
		if open != step.open {
			t.Errorf("%s: %d connections are open, want %d", step.name, open, step.open)
		}
	}
}
