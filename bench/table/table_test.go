package table

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
			if got := Median(c.numbers); got != c.want {
				t.Errorf("got %g, want %g; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestAtMost(t *testing.T) {
	cases := []struct {
		name, reason string
		value        float64
		want         Verdict
	}{
		{"below", "better than asked", 599, Met},
		{"at the limit", "at most means that the limit is allowed", 600, Met},
		{"above", "missed", 600.1, Missed},
		{"no number", "a time divided by zero meets nothing", math.NaN(), Missed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := AtMost(c.value, 600); got != c.want {
				t.Errorf("got %q, want %q; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestTableLinesUp(t *testing.T) {
	var out strings.Builder
	err := Write(&out, []string{"", "runtime", "cores", "µs"}, [][]string{
		{"a network", "PAM", "1", "45"},
		{"a network", "ONNX Runtime", "", "14.5 µs"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
|           | runtime      | cores | µs      |
| --------- | ------------ | ----- | ------- |
| a network | PAM          | 1     | 45      |
| a network | ONNX Runtime |       | 14.5 µs |
`, "\n")
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
