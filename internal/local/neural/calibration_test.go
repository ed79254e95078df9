package neural

import (
	"math"
	"testing"
)

func TestMapping(t *testing.T) {
	cases := []struct {
		name, reason string
		mapping      Mapping
		score, want  float64
	}{
		{"none", "a curve that changes nothing", Mapping{Slope: 1}, 0.3, 0.3},
		{"surer", "log-odds of 0 raised to 1", Mapping{Slope: 1, Offset: 1}, 0.5, 1 / (1 + math.Exp(-1))},
		{"steeper", "log-odds of 1 doubled", Mapping{Slope: 2}, 1 / (1 + math.Exp(-1)), 1 / (1 + math.Exp(-2))},
		{"silence", "a label that the network does not give stays at 0, whatever the offset", Mapping{Slope: 1, Offset: 9}, 0, 0},
		{"certain", "a score of 1 has no finite log-odds, but still a probability", Mapping{Slope: 1}, 1, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.mapping.Apply(c.score); !(math.Abs(got-c.want) < 1e-5) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestMappingRises(t *testing.T) {
	m := Mapping{Slope: 0.7, Offset: -0.4}
	for last, score := 0.0, 0.0; score <= 1; score += 1e-3 {
		got := m.Apply(score)
		if got < last {
			t.Fatalf("%v maps to %v, below the %v of a lower score: parents would be less sure than their children", score, got, last)
		}
		last = got
	}
}

func TestParseCalibrationRefuses(t *testing.T) {
	cases := []struct{ name, reason, text string }{
		{"no JSON", "a damaged file", "{"},
		{"nothing", "a temperature of 0 divides by it", "{}"},
		{"falling", "would turn the network's order round", `{"temperature": 1, "classes": {"slope": -1}, "objects": {"slope": 1}}`},
		{"flat", "would make all labels alike", `{"temperature": 1, "classes": {"slope": 1}, "objects": {"slope": 0}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, err := parseCalibration([]byte(c.text)); err == nil {
				t.Errorf("accepted as %+v; %s", got, c.reason)
			}
		})
	}
}
