package neural

import (
	"context"
	"image"

	"pam/internal/local/neural/efficientnet"
)

// classification is the memory of the classifier.
type classification struct {
	network *efficientnet.Workspace
	canvas  *image.RGBA
	input   []float32
}

func (ws *classification) prepare(n *efficientnet.Network) {
	if ws.network != nil {
		return
	}
	ws.network = n.NewWorkspace()
	ws.canvas = image.NewRGBA(image.Rect(0, 0, efficientnet.Side, efficientnet.Side))
	ws.input = make([]float32, efficientnet.Side*efficientnet.Side*channels)
}

// classify writes the logits of each look at the photo, and the mean over the looks of the last activations.
func (m *model) classify(ctx context.Context, ws *classification, photo *image.RGBA, logits [][]float32, features []float64) error {
	ws.prepare(m.classifier)
	clear(features)
	for i, v := range views(photo.Bounds()) {
		if err := render(ctx, ws.canvas, photo, v); err != nil {
			return err
		}
		normalize(ws.input, ws.canvas, v.to, colourMean, colourScale)
		answer, err := m.classifier.Logits(ctx, ws.network, ws.input)
		if err != nil {
			return err
		}
		copy(logits[i], answer)
		for j, x := range ws.network.Features() {
			features[j] += float64(x) / looks
		}
	}
	return nil
}

// probabilities gives the probability of each class: the mean over all looks of the softmax of their logits, each divided
// by temperature, without the smoothing of training.
func probabilities(logits [][]float32, temperature float64) []float64 {
	mean, one := make([]float64, efficientnet.Classes), make([]float64, efficientnet.Classes)
	scaled := make([]float32, efficientnet.Classes)
	for _, look := range logits {
		for class, x := range look {
			scaled[class] = x / float32(temperature)
		}
		efficientnet.Softmax(one, scaled)
		for class, p := range one {
			mean[class] += p / float64(len(logits))
		}
	}
	undoSmoothing(mean)
	return mean
}

// smoothing is the part of the probability that training spread over all classes alike: the default of the flag
// label_smoothing in github.com/tensorflow/tpu, models/official/efficientnet/main.py.
const smoothing = 0.1

// undoSmoothing turns what the network learnt to say into what it means. Trained towards 0.9 for the true class plus
// 0.0001 for each, it says 0.9001 of a photo about which it has no doubt at all, and keeps a floor under every class,
// which adds up to 4 in 100 for Animal alone. The inverse of that mapping is linear; what falls below zero, where the
// network puts a class under the floor, is zero, and the rest is scaled to sum to 1 again.
func undoSmoothing(probabilities []float64) {
	floor := smoothing / float64(len(probabilities))
	var sum float64
	for class, p := range probabilities {
		probabilities[class] = max(0, (p-floor)/(1-smoothing))
		sum += probabilities[class]
	}
	if sum == 0 { // every class at the floor: no opinion
		return
	}
	for class := range probabilities {
		probabilities[class] /= sum
	}
}
