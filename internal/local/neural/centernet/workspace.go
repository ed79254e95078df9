package centernet

import "pam/internal/local/neural/layers"

// Workspace holds the activations of one run, about 40 MB. It may be used again and again, but by one run at a time.
type Workspace struct {
	image      []float32 // a block's input; in the end the heat map
	output     []float32 // a block's output; the two change places after each block
	wide       []float32 // after a block's expansion; in the pyramid, two pictures joined
	filtered   []float32 // after a depthwise filter
	laterals   [laterals][]float32
	mean       []float32 // of each channel, and what squeeze and excitation makes of it
	squeezed   []float32
	factors    []float32
	found      []peak
	detections []Detection
}

// NewWorkspace allocates buffers that fit every layer for a picture of MaxSide x MaxSide, and with that any smaller one.
func (n *Network) NewWorkspace() *Workspace {
	at := layers.Square(MaxSide).Strided(stemStride)
	image, wide, filtered, channels := at.Pixels()*stemWidth, 0, 0, 0
	for _, b := range n.backbone.blocks {
		if b.expand != nil {
			wide = max(wide, at.Pixels()*b.expand.Out())
		}
		at = at.Strided(b.filter.Stride())
		filtered = max(filtered, at.Pixels()*b.filter.Channels())
		image = max(image, at.Pixels()*b.project.Out())
		channels = max(channels, b.filter.Channels())
	}
	ws := &Workspace{
		mean: make([]float32, channels), squeezed: make([]float32, channels), factors: make([]float32, channels),
		found: make([]peak, 0, MaxDetections), detections: make([]Detection, 0, MaxDetections),
	}
	for i := range n.pyramid.steps { // from the smallest size up
		filtered = max(filtered, at.Pixels()*n.pyramid.steps[i].in)
		at = at.Doubled()
		ws.laterals[i] = make([]float32, at.Pixels()*n.pyramid.steps[i].out)
		image = max(image, at.Pixels()*n.pyramid.steps[i].out)
		wide = max(wide, at.Pixels()*2*n.pyramid.steps[i].out)
	}
	filtered = max(filtered, at.Pixels()*finalWidth)
	image = max(image, at.Pixels()*Classes)
	ws.image, ws.output = make([]float32, image), make([]float32, image)
	ws.wide, ws.filtered = make([]float32, wide), make([]float32, filtered)
	return ws
}
