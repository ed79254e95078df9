package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"

	"pam/internal/local/neural"
)

// linear tells one label by a weighted sum of features.
type linear struct {
	weights []float64
	bias    float64
}

// logOdds of the label, given a photo's features.
func (l linear) logOdds(features []float64) float64 { return floats.Dot(l.weights, features) + l.bias }

// example is one photo as a label's training sees it.
type example struct {
	features []float64 // standardised
	carries  bool
}

// train fits a logistic regression with an L2 penalty on the weights. The examples that carry the label and those that do
// not count as much in sum, so that a rare label is learnt at all; the mapping that is fitted afterwards takes the effect
// out of the confidences.
func train(examples []example, penalty float64) (linear, error) {
	dims := len(examples[0].features)
	all, carried := float64(len(examples)), float64(count(examples))
	weight := func(e example) float64 {
		if e.carries {
			return all / 2 / carried
		}
		return all / 2 / (all - carried)
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			loss := penalty / 2 * floats.Dot(x[:dims], x[:dims])
			for _, e := range examples {
				z := floats.Dot(x[:dims], e.features) + x[dims]
				if e.carries {
					z = -z
				}
				loss += weight(e) * softplus(z)
			}
			return loss
		},
		Grad: func(grad, x []float64) {
			copy(grad, x[:dims])
			floats.Scale(penalty, grad)
			grad[dims] = 0
			for _, e := range examples {
				d := neural.Logistic(floats.Dot(x[:dims], e.features) + x[dims])
				if e.carries {
					d--
				}
				d *= weight(e)
				floats.AddScaled(grad[:dims], d, e.features)
				grad[dims] += d
			}
		},
	}
	result, err := optimize.Minimize(problem, make([]float64, dims+1), &optimize.Settings{MajorIterations: 200}, &optimize.LBFGS{})
	if result == nil || err != nil && result.Status != optimize.IterationLimit && result.Status != optimize.Failure {
		return linear{}, fmt.Errorf("train: %w", err)
	}
	return linear{weights: result.X[:dims], bias: result.X[dims]}, nil
}

// softplus is log(1 + e^z) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }
