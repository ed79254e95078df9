package neural

import (
	"bytes"
	"fmt"
	"math"

	"pam/internal/local/neural/tensors"
)

// SceneHead tells what no class covers, such as sky, forest or snow: for each of its labels a weighted sum of the
// networks' own features. Package calibrate trains it on photographs; it is 80 kB, where each network has millions of
// weights.
type SceneHead struct {
	Labels  []string
	Weights [][]float64 // for each label SceneFeatures of them
	Biases  []float64   // for each label
}

// Scores gives the probability of each label, 0 to 1. They are calibrated already: the curve that maps them is part of
// the weights.
func (h SceneHead) Scores(features []float64) []float64 {
	scores := make([]float64, len(h.Labels))
	for i, weights := range h.Weights {
		sum := h.Biases[i]
		for j, x := range features {
			sum += weights[j] * x
		}
		scores[i] = Logistic(sum)
	}
	return scores
}

// The columns of scenes.tsv: a label, whether the head gives it, and how that was found.
const (
	sceneLabel = iota
	sceneGiven
	sceneWhy
)

// GivenScene and LeftOutScene say in scenes.tsv whether the head gives a label.
const (
	GivenScene   = "given"
	LeftOutScene = "left out"
)

// The tensors of a head's file.
const (
	sceneWeights = "weights" // label, feature
	sceneBiases  = "biases"  // label
)

// File gives the head in the format of package tensors, in which weights are rounded to half precision.
func (h SceneHead) File() ([]byte, error) {
	var weights, biases []float32
	for i, row := range h.Weights {
		for _, w := range row {
			weights = append(weights, float32(w))
		}
		biases = append(biases, float32(h.Biases[i]))
	}
	w, err := tensors.FromFloat32s(sceneWeights, []int{len(h.Labels), SceneFeatures}, weights)
	if err != nil {
		return nil, fmt.Errorf("scene head: %w", err)
	}
	b, err := tensors.FromFloat32s(sceneBiases, []int{len(h.Labels)}, biases)
	if err != nil {
		return nil, fmt.Errorf("scene head: %w", err)
	}
	var file bytes.Buffer
	if err := tensors.Write(&file, []tensors.Tensor{w, b}); err != nil {
		return nil, fmt.Errorf("scene head: %w", err)
	}
	return file.Bytes(), nil
}

// parseSceneHead reads a head's file; table says which labels its rows are.
func parseSceneHead(file []byte, table string) (SceneHead, error) {
	var h SceneHead
	rows, err := parseTable(table)
	if err != nil {
		return h, fmt.Errorf("scene table: %w", err)
	}
	for _, row := range rows {
		switch row[sceneGiven] {
		case GivenScene:
			h.Labels = append(h.Labels, row[sceneLabel])
		case LeftOutScene:
		default:
			return h, fmt.Errorf("scene table: %q is neither given nor left out but %q", row[sceneLabel], row[sceneGiven])
		}
	}
	all, err := tensors.Parse(file)
	if err != nil {
		return h, fmt.Errorf("scene head: %w", err)
	}
	weights, biases := all[sceneWeights], all[sceneBiases]
	if len(all) != 2 || len(weights.Shape) != 2 || weights.Shape[0] != len(h.Labels) || weights.Shape[1] != SceneFeatures ||
		len(biases.Shape) != 1 || biases.Shape[0] != len(h.Labels) {
		return h, fmt.Errorf("scene head: weights of shape %v and biases of shape %v do not fit %d labels", weights.Shape, biases.Shape, len(h.Labels))
	}
	w, err := weights.Float32s()
	if err != nil {
		return h, fmt.Errorf("scene head: %w", err)
	}
	b, err := biases.Float32s()
	if err != nil {
		return h, fmt.Errorf("scene head: %w", err)
	}
	for i := range h.Labels {
		row := make([]float64, SceneFeatures)
		for j := range row {
			row[j] = float64(w[i*SceneFeatures+j])
		}
		h.Weights, h.Biases = append(h.Weights, row), append(h.Biases, float64(b[i]))
	}
	return h, nil
}

// bestScenes writes how sure the head is of each label, 0 to 1, and gives ancestors the greatest of their descendants'
// scores where it is not surer of them itself: a forest is nature at least as surely as it is a forest.
func (t *taxonomy) bestScenes(scores []float64, h SceneHead, features []float64) {
	clear(scores)
	for i, score := range h.Scores(features) {
		if math.IsNaN(score) {
			continue
		}
		for _, l := range t.scenes[i] {
			scores[l] = max(scores[l], score)
		}
	}
}
