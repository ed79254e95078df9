package scalar_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"pam/resolvers/scalar"
)

func TestDateTime(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		at           time.Time
		want         string
	}{
		{"milliseconds", "three decimals, also when they are zero", time.Date(2026, 5, 1, 13, 14, 15, 0, time.UTC), `"2026-05-01T13:14:15.000Z"`},
		{"microseconds", "what is finer is cut, not rounded into the future", time.Date(2026, 5, 1, 13, 14, 15, 926_999_999, time.UTC), `"2026-05-01T13:14:15.926Z"`},
		{"zone", "always UTC", time.Date(2026, 5, 1, 15, 14, 15, 0, time.FixedZone("", 7200)), `"2026-05-01T13:14:15.000Z"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			scalar.MarshalDateTime(c.at).MarshalGQL(&out)
			if out.String() != c.want {
				t.Errorf("%s, want %s: %s", out.String(), c.want, c.reason)
			}
		})
	}
	if at, err := scalar.UnmarshalDateTime("2026-05-01T15:14:15.5+02:00"); err != nil || !at.Equal(time.Date(2026, 5, 1, 13, 14, 15, 5e8, time.UTC)) {
		t.Errorf("read %v, %v", at, err)
	}
	for _, bad := range []any{"yesterday", 5, nil} {
		if at, err := scalar.UnmarshalDateTime(bad); err == nil {
			t.Errorf("%v was read as %v", bad, at)
		}
	}
}

func TestLong(t *testing.T) {
	for _, n := range []int64{0, -1, math.MaxInt64, math.MinInt64, 1 << 53} {
		var out bytes.Buffer
		scalar.MarshalLong(n).MarshalGQL(&out)
		if back, err := scalar.UnmarshalLong(json.Number(out.String())); err != nil || back != n {
			t.Errorf("%d is written %s and read %d, %v", n, out.String(), back, err)
		}
	}
	for _, bad := range []any{json.Number("1.5"), json.Number("9223372036854775808"), "5", nil, true} {
		if n, err := scalar.UnmarshalLong(bad); err == nil {
			t.Errorf("%v was read as %d", bad, n)
		}
	}
}
