package neural

// calibration turns a network's score of a label into the probability that a person would call the label right, 0 to 1
// both. It never falls as the score grows: that keeps parents at least as sure as their children.
type calibration func(score float64) float64

// calibrations are applied to all scores of their network, before the networks' answers are merged.
type calibrations struct {
	classes calibration // of sums of EfficientNet-Lite0's probabilities
	objects calibration // of CenterNet's greatest scores
}

// uncalibrated takes both networks at their word.
func uncalibrated() calibrations {
	same := func(score float64) float64 { return score }
	return calibrations{classes: same, objects: same}
}

func (c calibration) apply(scores []float64) {
	for i, s := range scores {
		if s > 0 { // of labels at 0 the network says nothing
			scores[i] = c(s)
		}
	}
}
