package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"pam/internal/local/neural"
)

// TestFitMappingFindsTheCurve draws answers from known curves.
func TestFitMappingFindsTheCurve(t *testing.T) {
	cases := []struct {
		name, reason string
		curve        neural.Mapping
	}{
		{"honest", "a network that means what it says is left as it is", neural.Mapping{Slope: 1}},
		{"too sure", "confidences are pulled together", neural.Mapping{Slope: 0.5, Offset: -0.3}},
		{"too modest", "confidences are spread and raised", neural.Mapping{Slope: 1.8, Offset: 0.9}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(5, 7))
			answers := make([]answer, 20_000)
			for i := range answers {
				score := 0.02 + 0.96*random.Float64()
				answers[i] = answer{score, random.Float64() < curve(c.curve, score)}
			}
			got := fitMapping(answers)
			if math.Abs(got.Slope-c.curve.Slope) > 0.1 || math.Abs(got.Offset-c.curve.Offset) > 0.1 {
				t.Errorf("got %+v, want %+v; %s", got, c.curve, c.reason)
			}
		})
	}
}

func TestFitMappingStaysSane(t *testing.T) {
	cases := []struct {
		name, reason string
		answers      []answer
	}{
		{"nothing", "a source without answers", nil},
		{"all right", "no wrong answer pulls the curve down", []answer{{0.6, true}, {0.7, true}, {0.9, true}}},
		{"separable", "a perfect threshold would make the slope infinite", []answer{{0.1, false}, {0.2, false}, {0.8, true}, {0.9, true}}},
		{"turned round", "surer means more often wrong", []answer{{0.1, true}, {0.2, true}, {0.8, false}, {0.9, false}}},
		{"one score", "no slope can be told from it", []answer{{0.5, true}, {0.5, false}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := fitMapping(c.answers)
			if !(m.Slope > 0) || math.IsInf(m.Slope, 0) || math.IsNaN(m.Offset) || math.IsInf(m.Offset, 0) {
				t.Errorf("got %+v; %s", m, c.reason)
			}
		})
	}
}
