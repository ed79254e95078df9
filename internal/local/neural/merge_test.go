package neural

import (
	"maps"
	"math"
	"testing"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
)

func TestSumClasses(t *testing.T) {
	cases := []struct {
		name, reason  string
		probabilities map[int]float64
		want          map[string]float64
	}{
		{
			"breeds", "spread over four breeds, none likely: still a dog",
			map[int]float64{151: 0.2, 207: 0.2, 235: 0.2, 267: 0.2, 281: 0.2},
			map[string]float64{"Dog": 80, "Canine": 80, "Pet": 100, "Mammal": 100, "Animal": 100},
		},
		{
			"one label, several classes", "two classes of salamander",
			map[int]float64{25: 0.3, 28: 0.3, 999: 0.4},
			map[string]float64{"Salamander": 60, "Amphibian": 60, "Wildlife": 60, "Animal": 60},
		},
		{"at the floor", "50 counts", map[int]float64{970: 0.5}, map[string]float64{"Mountain": 50, "Nature": 50, "Outdoors": 50}},
		{"below the floor", "49.9 does not", map[int]float64{970: 0.499}, nil},
		{"rounding", "sums a little above 1 stay at 100", map[int]float64{970: 1 + 1e-12}, map[string]float64{"Mountain": 100, "Outdoors": 100, "Nature": 100}},
	}
	taxonomy := embedded(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			probabilities := make([]float64, efficientnet.Classes)
			for class, p := range c.probabilities {
				probabilities[class] = p
			}
			scores := make([]float64, len(taxonomy.all))
			taxonomy.sumClasses(scores, probabilities)
			got := taxonomy.merge(scores)
			for _, l := range got {
				if want, ok := c.want[l.Name]; !ok || math.Abs(l.Confidence-want) > 1e-6 || l.Confidence > 100 {
					t.Errorf("%s has %v; %s", l.Name, l.Confidence, c.reason)
				}
			}
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestBestObjects(t *testing.T) {
	cases := []struct {
		name, reason string
		found        map[int]float64
		want         map[string]float64
	}{
		{
			"one found as two", "a cat that may be a dog is a pet as surely as it is a cat",
			map[int]float64{15: 0.5, 16: 0.4},
			map[string]float64{"Cat": 0.5, "Feline": 0.5, "Dog": 0.4, "Canine": 0.4, "Pet": 0.5, "Mammal": 0.5, "Animal": 0.5},
		},
		{"nothing", "an empty room has no label", nil, map[string]float64{}},
	}
	taxonomy := embedded(t)
	scores := make([]float64, len(taxonomy.all))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			taxonomy.bestObjects(scores, perClass(c.found))
			if got := taxonomy.named(scores); !maps.Equal(got, c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestMergeTakesTheHighest(t *testing.T) {
	cases := []struct {
		name, reason string
		classes      map[int]float64
		objects      map[int]float64
		want         map[string]float64
	}{
		{
			"both", "the surer network counts, label by label; they do not add up",
			map[int]float64{207: 0.6}, map[int]float64{16: 0.9},
			map[string]float64{"Golden Retriever": 60, "Retriever": 60, "Dog": 90, "Canine": 90, "Pet": 90, "Mammal": 90, "Animal": 90},
		},
		{
			"different things", "a mountain with a person before it",
			map[int]float64{970: 0.7}, map[int]float64{0: 0.8},
			map[string]float64{"Mountain": 70, "Nature": 70, "Outdoors": 70, "Person": 80},
		},
		{
			"neither is sure", "two doubts make no certainty",
			map[int]float64{207: 0.4}, map[int]float64{16: 0.4}, map[string]float64{},
		},
	}
	taxonomy := embedded(t)
	classes, objects := make([]float64, len(taxonomy.all)), make([]float64, len(taxonomy.all))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			probabilities := make([]float64, efficientnet.Classes)
			for class, p := range c.classes {
				probabilities[class] = p
			}
			taxonomy.sumClasses(classes, probabilities)
			taxonomy.bestObjects(objects, perClass(c.objects))
			got := make(map[string]float64)
			for _, l := range taxonomy.merge(classes, objects) {
				got[l.Name] = l.Confidence
			}
			if !maps.Equal(got, c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

// perClass gives scores as evidence holds them.
func perClass(scores map[int]float64) []float64 {
	all := make([]float64, centernet.Classes)
	for class, s := range scores {
		all[class] = s
	}
	return all
}
