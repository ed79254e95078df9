package neural

import (
	"context"
	"image"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/layers"
)

// detection is the memory of the detector.
type detection struct {
	network *centernet.Workspace
	canvas  *image.RGBA
	input   []float32
}

func (ws *detection) prepare(n *centernet.Network) {
	if ws.network != nil {
		return
	}
	ws.network = n.NewWorkspace()
	ws.canvas = image.NewRGBA(image.Rect(0, 0, centernet.MaxSide, centernet.MaxSide))
	ws.input = make([]float32, centernet.MaxSide*centernet.MaxSide*channels)
}

// detect gives the objects found, until the workspace is used again.
func (m *model) detect(ctx context.Context, ws *detection, photo *image.RGBA) ([]centernet.Detection, error) {
	ws.prepare(m.detector)
	v := frame(photo.Bounds())
	if err := render(ctx, ws.canvas, photo, v); err != nil {
		return nil, err
	}
	normalize(ws.input, ws.canvas, v.to, 0, 1) // the division by 255 is in the network's weights
	return m.detector.Detect(ctx, ws.network, ws.input, layers.Square(centernet.MaxSide))
}
