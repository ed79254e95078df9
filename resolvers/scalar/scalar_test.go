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

func TestInt(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		value        any
		want         int
		bad          bool
	}{
		{name: "number", reason: "variables come like this", value: json.Number("5"), want: 5},
		{name: "whole, written with a fraction", reason: "JSON has one kind of number", value: json.Number("5.0"), want: 5},
		{name: "literal", reason: "literals come like this", value: int64(-7), want: -7},
		{name: "largest", reason: "32 bits", value: json.Number("2147483647"), want: math.MaxInt32},
		{name: "too large", reason: "32 bits", value: json.Number("2147483648"), bad: true},
		{name: "far too large", reason: "it must not wrap around", value: json.Number("1e300"), bad: true},
		{name: "fraction", reason: "rounding would change what was asked", value: json.Number("5.5"), bad: true},
		{name: "text", reason: "a text is no number", value: "5", bad: true},
		{name: "truth value", reason: "nor is this", value: true, bad: true},
		{name: "null", reason: "nullable places are dealt with before", value: nil, bad: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := scalar.UnmarshalInt(c.value)
			if (err != nil) != c.bad || got != c.want {
				t.Errorf("read %d, %v: %s", got, err, c.reason)
			}
		})
	}
	var out bytes.Buffer
	scalar.MarshalInt(-12).MarshalGQL(&out)
	if out.String() != "-12" {
		t.Errorf("written %s", out.String())
	}
}

func TestString(t *testing.T) {
	if s, err := scalar.UnmarshalString("5"); err != nil || s != "5" {
		t.Errorf("read %q, %v", s, err)
	}
	for _, bad := range []any{json.Number("5"), int64(5), true, nil, []any{"a"}, map[string]any{}} {
		if s, err := scalar.UnmarshalString(bad); err == nil {
			t.Errorf("%v was read as %q", bad, s)
		}
	}
	var out bytes.Buffer
	scalar.MarshalString("a\"\n<é").MarshalGQL(&out)
	var back string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != "a\"\n<é" {
		t.Errorf("written %s, %v", out.String(), err)
	}
}
