package neural

import (
	"encoding/json"
	"fmt"
	"math"
)

// Calibration turns what the networks say into confidences that mean what they say: of the labels given at 80, four in
// five are right. Package calibrate fits it to photographs that people have labelled; docs/labelling.md shows how well.
type Calibration struct {
	// Temperature divides the classifier's logits: above 1 it makes the network less sure of itself, below 1 surer.
	Temperature float64 `json:"temperature"`
	// Classes maps sums of the classifier's probabilities to the share of such labels that are right.
	Classes Mapping `json:"classes"`
	// Objects does the same for the detector's scores.
	Objects Mapping `json:"objects"`
}

// Mapping is a logistic curve of log-odds (Platt's): it rises everywhere, which keeps parents at least as sure as their
// children.
type Mapping struct {
	Slope  float64 `json:"slope"` // above 0
	Offset float64 `json:"offset"`
}

// Apply gives the calibrated probability, 0 to 1, of a score of 0 to 1. A score of 0, of which the network says nothing,
// stays 0.
func (m Mapping) Apply(score float64) float64 {
	if score <= 0 {
		return 0
	}
	return Logistic(m.Slope*LogOdds(score) + m.Offset)
}

// apply maps all scores.
func (m Mapping) apply(scores []float64) {
	for i, s := range scores {
		scores[i] = m.Apply(s)
	}
}

// LogOdds is log(p/(1-p)), of p kept within a millionth of 0 and 1 so that it is finite.
func LogOdds(p float64) float64 {
	const margin = 1e-6
	p = min(max(p, margin), 1-margin)
	return math.Log(p / (1 - p))
}

// Logistic is the inverse of LogOdds.
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Rounded gives the calibration with three decimals, which is more than the photographs can tell.
func (c Calibration) Rounded() Calibration {
	round := func(x *float64) { *x = math.Round(*x*1000) / 1000 }
	for _, x := range []*float64{&c.Temperature, &c.Classes.Slope, &c.Classes.Offset, &c.Objects.Slope, &c.Objects.Offset} {
		round(x)
	}
	return c
}

// parseCalibration reads a calibration as JSON. It gives an error for one that would turn the networks' order round.
func parseCalibration(text []byte) (Calibration, error) {
	var c Calibration
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("calibration: %w", err)
	}
	if !(c.Temperature > 0) || !(c.Classes.Slope > 0) || !(c.Objects.Slope > 0) {
		return c, fmt.Errorf("calibration: temperature and slopes must be above 0: %s", text)
	}
	return c, nil
}
