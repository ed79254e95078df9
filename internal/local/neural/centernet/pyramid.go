package centernet

import (
	"context"

	"pam/internal/local/neural/layers"
)

// laterals is the number of sizes at which the pyramid takes up what the backbone knew.
const laterals = 3

// finalWidth is the number of channels of the pyramid's answer.
const finalWidth = 128

// pyramid leads from the backbone's answer, at a 32nd of the input, to a quarter of it.
type pyramid struct {
	kernels layers.Kernels
	steps   [laterals]step
}

// step doubles the size. Two filters of different reach look at the picture, their sum is enlarged, and the lateral of
// that size is put before it.
type step struct {
	in, out                    int // channels; the lateral has as many as the step puts out
	small, large               *layers.Depthwise
	projectSmall, projectLarge *layers.Pointwise
}

func newPyramid(k layers.Kernels, w *layers.Weights) pyramid {
	return pyramid{k, [laterals]step{
		newStep(w, "up.c5.", lastWidth, 128),
		newStep(w, "up.c4.", 2*128, 96),
		newStep(w, "up.c3.", 2*96, finalWidth/2),
	}}
}

func newStep(w *layers.Weights, name string, in, out int) step {
	return step{
		in: in, out: out,
		small:        layers.NewDepthwise(w, name+"small.depthwise", 3, 1, in, layers.Linear),
		projectSmall: layers.NewPointwise(w, name+"small.project", in, out, layers.Linear),
		large:        layers.NewDepthwise(w, name+"large.depthwise", 5, 1, in, layers.Linear),
		projectLarge: layers.NewPointwise(w, name+"large.project", in, out, layers.Linear),
	}
}

// apply turns ws.wide, the backbone's answer of size at, into the pyramid's, whose size it gives.
func (p *pyramid) apply(ctx context.Context, ws *Workspace, at layers.Size) (layers.Size, error) {
	for i := range p.steps {
		if err := ctx.Err(); err != nil {
			return at, err
		}
		s := &p.steps[i]
		filtered := ws.filtered[:at.Pixels()*s.in]
		narrow := at.Pixels() * s.out
		s.small.Apply(filtered, ws.wide, at)
		s.projectSmall.Apply(ws.image[:narrow], filtered, nil, at.Pixels())
		s.large.Apply(filtered, ws.wide, at)
		s.projectLarge.Apply(ws.output[:narrow], filtered, ws.image[:narrow], at.Pixels())
		at = p.kernels.Upsample(ws.image, ws.output[:narrow], at, s.out)
		p.join(ws.wide, ws.laterals[i][:at.Pixels()*s.out], ws.image[:at.Pixels()*s.out], s.out)
	}
	return at, nil
}

// join writes pixels of two pictures side by side, channels of the one and then channels of the other, with ReLU. The
// lateral has been through ReLU already, in its last layer; enlarged is changed in place.
func (p *pyramid) join(dst, lateral, enlarged []float32, channels int) {
	p.kernels.Activate(enlarged, layers.ReLU)
	layers.PlaceChannels(dst, 2*channels, 0, lateral, channels)
	layers.PlaceChannels(dst, 2*channels, channels, enlarged, channels)
}

// lateral narrows what the backbone knows at one size for the pyramid. ReLU, which the published graph has behind the
// joining, is in its last layer.
type lateral struct {
	reduce  *layers.Pointwise
	filter  *layers.Depthwise
	project *layers.Pointwise
}

func newLateral(w *layers.Weights, name string, in, between, out int) lateral {
	return lateral{
		reduce:  layers.NewPointwise(w, name+"reduce", in, between, layers.ReLU),
		filter:  layers.NewDepthwise(w, name+"depthwise", 5, 1, between, layers.Linear),
		project: layers.NewPointwise(w, name+"project", between, out, layers.ReLU),
	}
}

// apply uses ws.output and ws.filtered, which are free between a block's expansion and its filter.
func (l *lateral) apply(ws *Workspace, dst, src []float32, at layers.Size) {
	pixels := at.Pixels()
	reduced, filtered := ws.output[:pixels*l.reduce.Out()], ws.filtered[:pixels*l.reduce.Out()]
	l.reduce.Apply(reduced, src[:pixels*l.reduce.In()], nil, pixels)
	l.filter.Apply(filtered, reduced, at)
	l.project.Apply(dst[:pixels*l.project.Out()], filtered, nil, pixels)
}
