package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strings"

	"pam/internal/local/neural"
	"pam/internal/photos"
)

// What a label of the scene head has to reach to be given.
const (
	leastExamples     = 10  // photos of the calibration half that carry it
	leastPrecision    = 0.8 // of what is shown, in cross-validation on the calibration half and again on the test half
	cautiousPrecision = 0.9 // in cross-validation: the margin that lets most labels reach leastPrecision on other photos
	leastShown        = 3   // photos of each half at which it is shown: fewer prove nothing
)

// shownFrom is where labels are shown, as a probability.
const shownFrom = photos.DefaultConfidence / 100.0

// folds is the number of parts of the cross-validation.
const folds = 5

// penalty of the weights: the best of 1000, 333, 100 and 10 in cross-validation on the calibration half.
const penalty = 333

func readCandidates(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all, lines.Err()
}

// fitScenes trains the head on the calibration half and leaves out the labels that are not good enough. The table says
// for each candidate what came of it.
func fitScenes(candidates []string, calibration, test []photograph) (neural.SceneHead, string, error) {
	scale := standardise(calibration)
	known, asked := scale.all(calibration), scale.all(test)
	var head neural.SceneHead
	var table strings.Builder
	table.WriteString("# Made by package calibrate: the candidates for the scene head, whether it gives them, and why.\n" +
		"# shown: photos at 55 or more, of the calibration half in cross-validation, and of the test half.\n")
	for _, label := range candidates {
		examples := carriers(label, calibration, known)
		carried := count(examples)
		if carried < leastExamples || carried > len(examples)-leastExamples {
			fmt.Fprintf(&table, "%s\t%s\t%d examples are not enough\n", label, neural.LeftOutScene, carried)
			continue
		}
		answers, err := crossValidate(examples)
		if err != nil {
			return head, "", fmt.Errorf("%s: %w", label, err)
		}
		mapping, validated := cautiously(fitMapping(answers), answers)
		trained, err := train(examples, penalty)
		if err != nil {
			return head, "", fmt.Errorf("%s: %w", label, err)
		}
		// The curve is of log-odds, which the sum of weights is: it becomes part of them.
		for i := range trained.weights {
			trained.weights[i] *= mapping.Slope
		}
		trained.bias = mapping.Slope*trained.bias + mapping.Offset
		var tested tally
		for _, e := range carriers(label, test, asked) {
			if neural.Logistic(trained.logOdds(e.features)) >= shownFrom {
				tested.add(e.carries)
			}
		}
		given := neural.LeftOutScene
		if validated.passes() && tested.passes() {
			given = neural.GivenScene
			weights, bias := scale.unscaled(trained)
			head.Labels = append(head.Labels, label)
			head.Weights, head.Biases = append(head.Weights, weights), append(head.Biases, bias)
		}
		fmt.Fprintf(&table, "%s\t%s\tright of shown: %d of %d in cross-validation, %d of %d of the test half; carried by %d and %d\n",
			label, given, validated.right, validated.shown, tested.right, tested.shown, carried, count(carriers(label, test, asked)))
	}
	return head, table.String(), nil
}

// cautiously lowers a curve until in cross-validation cautiousPrecision of what is shown is right, and gives what is
// shown then. A curve through few examples is uncertain, and a wrong label costs more trust than a missing one; so the
// head rather says too little.
func cautiously(m neural.Mapping, answers []answer) (neural.Mapping, tally) {
	const step, steps = 0.25, 12 // of log-odds: from 55 % to 6 %
	for range steps {
		if t := shown(m, answers); float64(t.right) >= cautiousPrecision*float64(t.shown) {
			return m, t
		}
		m.Offset -= step
	}
	return m, shown(m, answers)
}

// shown counts the answers that a curve lifts to where they are shown.
func shown(m neural.Mapping, answers []answer) tally {
	var t tally
	for _, a := range answers {
		if curve(m, a.score) >= shownFrom {
			t.add(a.right)
		}
	}
	return t
}

func (t tally) passes() bool {
	return t.shown >= leastShown && float64(t.right) >= leastPrecision*float64(t.shown)
}

// carriers makes a label's examples of photographs and their features.
func carriers(label string, photographs []photograph, features [][]float64) []example {
	examples := make([]example, len(photographs))
	for i, p := range photographs {
		examples[i] = example{features: features[i], carries: p.truth[label]}
	}
	return examples
}

func count(examples []example) (carried int) {
	for _, e := range examples {
		if e.carries {
			carried++
		}
	}
	return carried
}

// crossValidate gives for each example what a head says that was trained without it. Each part gets its share of the
// examples that carry the label.
func crossValidate(examples []example) ([]answer, error) {
	part := make([]int, len(examples))
	var dealt [2]int
	for i, e := range examples {
		kind := 0
		if e.carries {
			kind = 1
		}
		part[i] = dealt[kind] % folds
		dealt[kind]++
	}
	answers := make([]answer, len(examples))
	for fold := range folds {
		var rest []example
		for i, e := range examples {
			if part[i] != fold {
				rest = append(rest, e)
			}
		}
		trained, err := train(rest, penalty)
		if err != nil {
			return nil, err
		}
		for i, e := range examples {
			if part[i] == fold {
				answers[i] = answer{neural.Logistic(trained.logOdds(e.features)), e.carries}
			}
		}
	}
	return answers, nil
}

// scale makes features comparable: zero in the mean, and most within one of it.
type scale struct{ mean, spread []float64 }

// standardise finds the scale of the photographs' features. A feature that hardly ever moves must not become large when
// it does once, so part of the mean spread is added to each.
func standardise(photographs []photograph) scale {
	const floor = 0.3
	s := scale{make([]float64, neural.SceneFeatures), make([]float64, neural.SceneFeatures)}
	n := float64(len(photographs))
	for _, p := range photographs {
		for i, x := range p.evidence.Scene {
			s.mean[i] += x / n
		}
	}
	var meanSpread float64
	for i := range s.spread {
		for _, p := range photographs {
			d := p.evidence.Scene[i] - s.mean[i]
			s.spread[i] += d * d / n
		}
		s.spread[i] = math.Sqrt(s.spread[i])
		meanSpread += s.spread[i] / neural.SceneFeatures
	}
	for i := range s.spread {
		s.spread[i] += floor * meanSpread
	}
	return s
}

func (s scale) all(photographs []photograph) [][]float64 {
	scaled := make([][]float64, len(photographs))
	for i, p := range photographs {
		scaled[i] = make([]float64, len(p.evidence.Scene))
		for j, x := range p.evidence.Scene {
			scaled[i][j] = (x - s.mean[j]) / s.spread[j]
		}
	}
	return scaled
}

// unscaled gives weights and bias for features as the networks give them.
func (s scale) unscaled(l linear) (weights []float64, bias float64) {
	weights, bias = make([]float64, len(l.weights)), l.bias
	for i, w := range l.weights {
		weights[i] = w / s.spread[i]
		bias -= weights[i] * s.mean[i]
	}
	return weights, bias
}
