package neural

import (
	"context"
	"image"
	"math"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
)

// SceneFeatures is the length of Evidence.Scene: the classifier's last activations and the detector's classes.
const SceneFeatures = efficientnet.Features + centernet.Classes

// Evidence is what the networks say of one photo, before anything is made of it.
type Evidence struct {
	// Logits holds the classifier's answer to each look at the photo: efficientnet.Classes values whose softmax are the
	// probabilities of ImageNet's classes.
	Logits [][]float32
	// Objects holds for each of COCO's classes the score, 0 to 1, of its surest object; 0 where none was found.
	Objects []float64
	// Scene is what the scene head weighs: the square root of the mean over all looks of each of the classifier's last
	// activations, which tames the few that are very large, and then Objects.
	Scene []float64
}

// newEvidence makes room for the answers to all looks.
func newEvidence() *Evidence {
	e := &Evidence{Objects: make([]float64, centernet.Classes), Scene: make([]float64, SceneFeatures)}
	for range looks {
		e.Logits = append(e.Logits, make([]float32, efficientnet.Classes))
	}
	return e
}

// look runs both networks and gives what they say, until the workspace is used again.
func (m *model) look(ctx context.Context, ws *workspace, photo image.Image) (*Evidence, error) {
	if ws.evidence == nil {
		ws.evidence = newEvidence()
	}
	shrunk, err := shrink(ctx, photo)
	if err != nil {
		return nil, err
	}
	e := ws.evidence
	features := e.Scene[:efficientnet.Features]
	if err := m.classify(ctx, &ws.classification, shrunk, e.Logits, features); err != nil {
		return nil, err
	}
	for i, mean := range features {
		features[i] = math.Sqrt(max(0, mean))
	}
	found, err := m.detect(ctx, &ws.detection, shrunk)
	if err != nil {
		return nil, err
	}
	clear(e.Objects)
	for _, d := range found {
		e.Objects[d.Class] = max(e.Objects[d.Class], d.Score)
	}
	copy(e.Scene[efficientnet.Features:], e.Objects)
	return e, nil
}
