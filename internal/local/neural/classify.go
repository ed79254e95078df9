package neural

import (
	"context"
	"image"

	"pam/internal/local/neural/efficientnet"
)

// classification is the memory of the classifier.
type classification struct {
	network       *efficientnet.Workspace
	canvas        *image.RGBA
	input         []float32
	probabilities []float64 // of one view
	mean          []float64 // of all views
}

func (ws *classification) prepare(n *efficientnet.Network) {
	if ws.network != nil {
		return
	}
	ws.network = n.NewWorkspace()
	ws.canvas = image.NewRGBA(image.Rect(0, 0, efficientnet.Side, efficientnet.Side))
	ws.input = make([]float32, efficientnet.Side*efficientnet.Side*channels)
	ws.probabilities = make([]float64, efficientnet.Classes)
	ws.mean = make([]float64, efficientnet.Classes)
}

// classify gives the probability of each class, the mean over the photo's views, until the workspace is used again.
func (m *model) classify(ctx context.Context, ws *classification, photo *image.RGBA) ([]float64, error) {
	ws.prepare(m.classifier)
	clear(ws.mean)
	all := views(photo.Bounds())
	for _, v := range all {
		if err := render(ctx, ws.canvas, photo, v); err != nil {
			return nil, err
		}
		normalize(ws.input, ws.canvas, v.to, colourMean, colourScale)
		logits, err := m.classifier.Logits(ctx, ws.network, ws.input)
		if err != nil {
			return nil, err
		}
		efficientnet.Softmax(ws.probabilities, logits)
		for class, p := range ws.probabilities {
			ws.mean[class] += p / float64(len(all))
		}
	}
	undoSmoothing(ws.mean)
	return ws.mean, nil
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
