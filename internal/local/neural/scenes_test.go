package neural

import (
	"math"
	"strings"
	"testing"
)

// brightHead is a head of two labels that each look at one feature.
func brightHead() SceneHead {
	weights := func(feature int) []float64 {
		w := make([]float64, SceneFeatures)
		w[feature] = 2
		return w
	}
	return SceneHead{Labels: []string{"Sky", "Forest"}, Weights: [][]float64{weights(0), weights(SceneFeatures - 1)}, Biases: []float64{-1, 0.5}}
}

func TestSceneHeadSurvivesItsFile(t *testing.T) {
	written := brightHead()
	file, err := written.File()
	if err != nil {
		t.Fatal(err)
	}
	read, err := parseSceneHead(file, "Sky\tgiven\t\nBush\tleft out\ttoo few\nForest\tgiven\t\n")
	if err != nil {
		t.Fatal(err)
	}
	features := make([]float64, SceneFeatures)
	features[0], features[SceneFeatures-1] = 1.5, 0.25
	want := []float64{Logistic(2), Logistic(1)}
	for i, got := range read.Scores(features) {
		if !(math.Abs(got-want[i]) < 1e-9) {
			t.Errorf("%s has %v, want %v", read.Labels[i], got, want[i])
		}
	}
}

func TestParseSceneHeadRefuses(t *testing.T) {
	file, err := brightHead().File()
	if err != nil {
		t.Fatal(err)
	}
	narrow := SceneHead{Labels: []string{"Sky"}, Weights: [][]float64{make([]float64, SceneFeatures)}, Biases: []float64{0}}
	narrow.Weights[0][3] = math.Inf(1)
	if _, err := narrow.File(); err == nil {
		t.Error("an infinite weight was written: every answer would be NaN")
	}
	cases := []struct {
		name, reason string
		file         []byte
		table        string
	}{
		{"a label less", "rows would be taken for others", file, "Sky\tgiven\t\n"},
		{"a label more", "a label without weights", file, "Sky\tgiven\t\nForest\tgiven\t\nSea\tgiven\t\n"},
		{"neither", "a misspelt word must not drop a label", file, "Sky\tgiven\t\nForest\tGiven\t\n"},
		{"two columns", "a tab was lost", file, "Sky\tgiven\nForest\tgiven\t\n"},
		{"cut off", "a damaged file", file[:len(file)-9], "Sky\tgiven\t\nForest\tgiven\t\n"},
		{"another network's", "weights of another shape", embeddedDetector, "Sky\tgiven\t\nForest\tgiven\t\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, err := parseSceneHead(c.file, c.table); err == nil {
				t.Errorf("accepted with labels %v; %s", got.Labels, c.reason)
			}
		})
	}
}

func TestScenesRaiseTheirAncestors(t *testing.T) {
	judge, err := NewJudge(Calibration{Temperature: 1, Classes: Mapping{Slope: 1}, Objects: Mapping{Slope: 1}}, brightHead())
	if err != nil {
		t.Fatal(err)
	}
	features := make([]float64, SceneFeatures)
	features[SceneFeatures-1] = 1 // Forest at log-odds 2.5, Sky at -1
	scores := judge.room()
	judge.taxonomy.bestScenes(scores, judge.head, features)
	named := judge.taxonomy.named(scores)
	for _, label := range []string{"Forest", "Vegetation", "Plant", "Nature", "Outdoors"} {
		if named[label] != Logistic(2.5) {
			t.Errorf("%s has %v, want the forest's %v", label, named[label], Logistic(2.5))
		}
	}
	if named["Sky"] != Logistic(-1) {
		t.Errorf("Sky has %v, want its own %v: no forest says anything of it", named["Sky"], Logistic(-1))
	}
}

func TestNewJudgeRefusesUnknownScenes(t *testing.T) {
	head := brightHead()
	head.Labels[1] = "Forrest"
	if _, err := NewJudge(Calibration{}, head); err == nil || !strings.Contains(err.Error(), "Forrest") {
		t.Errorf("got %v, want an error that names the label", err)
	}
}
