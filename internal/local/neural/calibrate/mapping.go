package main

import (
	"maps"
	"math"
	"slices"

	"pam/internal/local/neural"
)

// answer is one label that a network gave for one photo, and whether a person found it right.
type answer struct {
	score float64 // the network's own, 0 to 1
	right bool
}

// Below these scores a network says hardly anything, and of nearly every label: such answers would outweigh all others.
// No mapping lifts one of them to where it is shown.
const (
	leastClassScore  = 0.02
	leastObjectScore = 0.05 // the lowest that the detector gives
)

// fitCalibration finds temperature and curves that make what people said most likely.
func fitCalibration(judge *neural.Judge, photographs []photograph) neural.Calibration {
	c := neural.Calibration{}
	least := math.Inf(1)
	for step := range 21 { // 0.60, 0.65 ... 1.60
		temperature := 0.6 + 0.05*float64(step)
		answers := classAnswers(judge, photographs, temperature)
		mapping := fitMapping(answers)
		if loss := lossOf(mapping, answers); loss < least {
			least = loss
			c.Temperature, c.Classes = temperature, mapping
		}
	}
	var answers []answer
	for _, p := range photographs {
		scores := judge.ObjectScores(p.evidence)
		for _, label := range slices.Sorted(maps.Keys(scores)) { // sums in one order, to the last bit
			if score := scores[label]; score >= leastObjectScore {
				answers = append(answers, answer{score, p.truth[label]})
			}
		}
	}
	c.Objects = fitMapping(answers)
	return c.Rounded()
}

// classAnswers gives the classifier's answers at a temperature. Which labels count does not depend on it, so that the
// losses at two temperatures can be compared.
func classAnswers(judge *neural.Judge, photographs []photograph, temperature float64) []answer {
	var answers []answer
	for _, p := range photographs {
		scores, unchanged := judge.ClassScores(p.evidence, temperature), judge.ClassScores(p.evidence, 1)
		for _, label := range slices.Sorted(maps.Keys(unchanged)) {
			if unchanged[label] >= leastClassScore {
				answers = append(answers, answer{scores[label], p.truth[label]})
			}
		}
	}
	return answers
}

// fitMapping finds the logistic curve of log-odds that makes the answers most likely: Platt's method ("Probabilistic
// Outputs for Support Vector Machines", 1999, with his smoothed targets, which keep a source that was never wrong from
// becoming certain), solved by Newton's method with the step halved while it does not help.
func fitMapping(answers []answer) neural.Mapping {
	target := smoothedTargets(answers)
	loss := func(m neural.Mapping) float64 {
		var sum float64
		for _, a := range answers {
			sum += crossEntropy(curve(m, a.score), target(a.right))
		}
		return sum
	}
	m := neural.Mapping{Slope: 1}
	for range 100 {
		var g0, g1, h00, h01, h11 float64 // gradient and Hessian by slope (0) and offset (1)
		for _, a := range answers {
			x, p := neural.LogOdds(a.score), curve(m, a.score)
			d, w := p-target(a.right), p*(1-p)
			g0, g1 = g0+d*x, g1+d
			h00, h01, h11 = h00+w*x*x, h01+w*x, h11+w
		}
		h00, h11 = h00+1e-9, h11+1e-9
		det := h00*h11 - h01*h01
		ds, do := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		before, step := loss(m), 1.0
		next := m
		for ; step > 1e-6; step /= 2 {
			next = neural.Mapping{Slope: m.Slope - step*ds, Offset: m.Offset - step*do}
			if next.Slope > 0 && loss(next) <= before { // a falling curve would turn the network's ranking round
				break
			}
		}
		if step <= 1e-6 {
			break
		}
		m = next
		if before-loss(m) < 1e-9 {
			break
		}
	}
	return m
}

// curve is the mapping without its exception for a score of 0.
func curve(m neural.Mapping, score float64) float64 {
	return neural.Logistic(m.Slope*neural.LogOdds(score) + m.Offset)
}

// smoothedTargets gives Platt's targets for right and wrong answers.
func smoothedTargets(answers []answer) func(right bool) float64 {
	var rights, wrongs float64
	for _, a := range answers {
		if a.right {
			rights++
		} else {
			wrongs++
		}
	}
	return func(right bool) float64 {
		if right {
			return (rights + 1) / (rights + 2)
		}
		return 1 / (wrongs + 2)
	}
}

func lossOf(m neural.Mapping, answers []answer) float64 {
	var sum float64
	for _, a := range answers {
		target := 0.0
		if a.right {
			target = 1
		}
		sum += crossEntropy(curve(m, a.score), target)
	}
	return sum
}

// crossEntropy is the loss of saying p where target is true.
func crossEntropy(p, target float64) float64 {
	const least = 1e-12
	return -target*math.Log(max(p, least)) - (1-target)*math.Log(max(1-p, least))
}
