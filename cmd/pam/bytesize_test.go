package main

import "testing"

func TestByteSize(t *testing.T) {
	for _, c := range []struct {
		name, reason, text string
		want               int
		shown              string // "" for a refusal
	}{
		{"binary", "it is how memory is counted", "64MiB", 64 << 20, "64MiB"},
		{"decimal", "people write it, too", "100MB", 100_000_000, "100000000B"},
		{"large", "whole units are shown as such", "1024 MiB", 1 << 30, "1GiB"},
		{"kilo", "the smallest units", "4096KiB", 4 << 20, "4MiB"},
		{"bytes", "a number without unit", "67108864", 64 << 20, "64MiB"},
		{"bytes with unit", "what is shown can be given back", "1500B", 1500, "1500B"},
		{"nothing", "it is no number", "", 0, ""},
		{"unit alone", "neither is that", "MiB", 0, ""},
		{"negative", "there is no less than nothing", "-1MiB", 0, ""},
		{"fraction", "it would have to be rounded", "1.5GiB", 0, ""},
		{"too large", "it must not wrap around", "99999999999GiB", 0, ""},
		{"unknown unit", "megabits are something else", "64Mbit", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s byteSize
			err := s.Set(c.text)
			if c.shown == "" {
				if err == nil {
					t.Errorf("%q was taken as %s: %s", c.text, s.String(), c.reason)
				}
				return
			}
			if err != nil || int(s) != c.want || s.String() != c.shown {
				t.Errorf("%q is %d, shown as %s (%v), want %d and %s: %s", c.text, s, s.String(), err, c.want, c.shown, c.reason)
			}
		})
	}
}
