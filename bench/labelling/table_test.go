package main

import (
	"math"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	cases := []struct {
		name, reason string
		numbers      []float64
		want         float64
	}{
		{"one", "it is its own middle", []float64{7}, 7},
		{"odd", "the middle by size, not by place", []float64{9, 1, 5}, 5},
		{"even", "half way between the middle two", []float64{8, 1, 2, 4}, 3},
		{"outlier", "one slow run does not count", []float64{1, 1, 1, 1, 900}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := median(c.numbers); got != c.want {
				t.Errorf("got %g, want %g; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestAtMost(t *testing.T) {
	cases := []struct {
		name, reason string
		value        float64
		want         verdict
	}{
		{"below", "better than asked", 599, met},
		{"at the limit", "at most means that the limit is allowed", 600, met},
		{"above", "missed", 600.1, missed},
		{"no number", "a time divided by zero meets nothing", math.NaN(), missed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := atMost(c.value, 600); got != c.want {
				t.Errorf("got %q, want %q; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestTableLinesUp(t *testing.T) {
	var out strings.Builder
	err := writeTable(&out, []row{
		{what: "a network", runtime: "PAM", cores: 1, value: "45.0 ms", ratio: "3.1 times", target: "6 times", met: met},
		{what: "a network", runtime: "ONNX Runtime", cores: 1, value: "14.5 ms"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
|           | runtime      | cores | median or peak | processor time | to ONNX Runtime | target  | met |
| --------- | ------------ | ----- | -------------- | -------------- | --------------- | ------- | --- |
| a network | PAM          | 1     | 45.0 ms        |                | 3.1 times       | 6 times | yes |
| a network | ONNX Runtime | 1     | 14.5 ms        |                |                 |         |     |
`, "\n")
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
