package centernet

import (
	"context"
	"fmt"

	"pam/internal/local/neural/layers"
)

const (
	// MaxSide is the greatest width and height in pixels of a picture that the network takes; it was trained with
	// pictures of MaxSide x MaxSide.
	MaxSide = 512
	// Step is what both sides must be a multiple of: the backbone halves them five times.
	Step = 32
	// Channels is the number of values of each pixel: red, green, blue.
	Channels = 3
)

// Network holds the decoded weights, about 8 MB. It never changes: any number of goroutines may use it, each with a
// Workspace of its own.
type Network struct {
	backbone  backbone
	pyramid   pyramid
	attention excitation
	filter    *layers.Depthwise // with scores, the heat map
	scores    *layers.Pointwise
	sides     sides
}

// Load decodes a file of package tensors, for the kernels that suit this processor best. It gives an error unless the
// file holds exactly the weights of this network, each in its shape.
func Load(file []byte) (*Network, error) { return LoadFor(layers.Fastest(), file) }

// LoadFor is Load with kernels of the caller's choice.
func LoadFor(k layers.Kernels, file []byte) (*Network, error) {
	w, err := layers.NewWeights(k, file)
	if err != nil {
		return nil, fmt.Errorf("load weights: %w", err)
	}
	n := &Network{
		backbone:  newBackbone(k, w),
		pyramid:   newPyramid(k, w),
		attention: newExcitation(k, w, "attention.", finalWidth, finalWidth/4, layers.Sigmoid),
		filter:    layers.NewDepthwise(w, "scores.depthwise", 3, 1, finalWidth, layers.Linear),
		scores:    layers.NewPointwise(w, "scores.project", finalWidth, Classes, layers.Linear),
		sides:     newSides(w),
	}
	if err := w.Finish(); err != nil {
		return nil, fmt.Errorf("load weights: %w", err)
	}
	return n, nil
}

// Detect finds objects in a picture of the given size, Channels values for each pixel: colours of 0 to 255 as they are.
// Both sides are multiples of Step, at most MaxSide. The answer, most likely objects first, lies in the workspace until
// its next use. The only errors are that of ctx, which is looked at between layers, and that of a picture whose size or
// length is wrong.
func (n *Network) Detect(ctx context.Context, ws *Workspace, picture []float32, size layers.Size) ([]Detection, error) {
	if size.Height < Step || size.Width < Step || size.Height > MaxSide || size.Width > MaxSide ||
		size.Height%Step != 0 || size.Width%Step != 0 || len(picture) != size.Pixels()*Channels {
		return nil, fmt.Errorf("picture of %d values, %d x %d pixels", len(picture), size.Width, size.Height)
	}
	at, err := n.backbone.apply(ctx, ws, picture, size)
	if err != nil {
		return nil, err
	}
	if at, err = n.pyramid.apply(ctx, ws, at); err != nil {
		return nil, err
	}
	final := ws.wide[:at.Pixels()*finalWidth]
	n.attention.apply(ws, final)
	n.filter.Apply(ws.filtered, final, at)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	heat := ws.image[:at.Pixels()*Classes]
	n.scores.Apply(heat, ws.filtered[:len(final)], nil, at.Pixels())
	ws.found = findPeaks(ws.found[:0], heat, at)
	ws.detections = ws.detections[:0]
	for _, p := range ws.found {
		ws.detections = append(ws.detections, Detection{
			Class: p.index % Classes,
			Score: score(p.logit),
			Box:   n.sides.box(final, at, p.index/Classes),
		})
	}
	return ws.detections, nil
}
