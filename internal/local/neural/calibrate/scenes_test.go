package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pam/internal/local/neural"
	"pam/internal/local/neural/calibrate/photoset"
)

// landscapes makes photographs whose first hundred features say, noisily, whether they carry Sky; nothing says whether they
// carry Bush.
func landscapes(count int, seed uint64) []photograph {
	random := rand.New(rand.NewPCG(seed, 1))
	all := make([]photograph, count)
	for i := range all {
		features := make([]float64, neural.SceneFeatures)
		for j := range features {
			features[j] = random.NormFloat64()
		}
		sky := random.IntN(2) == 0
		for j := range features[:100] {
			if sky {
				features[j] += 2
			}
		}
		all[i] = photograph{
			Photo:    photoset.Photo{Must: []string{"Sky"}},
			evidence: &neural.Evidence{Scene: features},
			truth:    map[string]bool{"Sky": sky, "Bush": random.IntN(2) == 0, "Snow": i == 0},
		}
	}
	return all
}

func TestFitScenesGivesWhatCanBeLearnt(t *testing.T) {
	calibration, test := landscapes(80, 1), landscapes(80, 2)
	head, table, err := fitScenes([]string{"Sky", "Bush", "Snow"}, calibration, test)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(head.Labels, []string{"Sky"}) {
		t.Fatalf("given: %v, want Sky alone\n%s", head.Labels, table)
	}
	for _, want := range []string{"Sky\tgiven\t", "Bush\tleft out\t", "Snow\tleft out\t1 examples are not enough\n"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not say %q:\n%s", want, table)
		}
	}
	var right int
	for _, p := range test {
		if (head.Scores(p.evidence.Scene)[0] >= 0.5) == p.truth["Sky"] {
			right++
		}
	}
	if right < 60 {
		t.Errorf("%d of 80 photos are told right", right)
	}
	again, sameTable, err := fitScenes([]string{"Sky", "Bush", "Snow"}, calibration, test)
	if err != nil {
		t.Fatal(err)
	}
	if sameTable != table || !slices.Equal(again.Weights[0], head.Weights[0]) {
		t.Error("the same photographs give another head")
	}
}

func TestScaleUndoesItself(t *testing.T) {
	all := landscapes(20, 3)
	s := standardise(all)
	trained := linear{weights: make([]float64, neural.SceneFeatures), bias: 0.7}
	for i := range trained.weights {
		trained.weights[i] = math.Sin(float64(i))
	}
	weights, bias := s.unscaled(trained)
	for i, scaled := range s.all(all) {
		plain := linear{weights, bias}.logOdds(all[i].evidence.Scene)
		if want := trained.logOdds(scaled); !(math.Abs(plain-want) < 1e-6) {
			t.Fatalf("photo %d has %v with scaled features and %v with its own", i, want, plain)
		}
	}
}

func TestCautiouslyHidesWhatIsUncertain(t *testing.T) {
	var answers []answer
	for i := range 10 { // at 0.9 nine of ten are right, at 0.7 half
		answers = append(answers, answer{0.9, i > 0}, answer{0.7, i%2 == 0})
	}
	m, shown := cautiously(neural.Mapping{Slope: 1}, answers)
	if shown != (tally{shown: 10, right: 9}) {
		t.Errorf("shown %+v, want those at 0.9 alone", shown)
	}
	if curve(m, 0.7) >= shownFrom || curve(m, 0.9) < shownFrom {
		t.Errorf("the curve %+v does not divide them", m)
	}
}
