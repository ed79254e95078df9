package centernet

import (
	"context"
	"fmt"

	"pam/internal/local/neural/layers"
)

const (
	stemWidth  = 16
	stemStride = 2
	lastWidth  = 480 // channels of the backbone's answer
)

// backbone is MobileNetV3-Large, most layers at three quarters of its width. Along the way it feeds three laterals, which
// the pyramid uses.
type backbone struct {
	stem     *layers.Convolution
	blocks   []block
	laterals [laterals]lateral // the smallest size first
	last     *layers.Pointwise
}

// block is an inverted residual: the picture is widened, filtered channel by channel, its channels are weighed against
// each other, and it is narrowed again. Where input and output have the same shape the input is added to the output.
type block struct {
	expand   *layers.Pointwise // nil in the first block
	filter   *layers.Depthwise
	excite   *excitation // nil in blocks without
	project  *layers.Pointwise
	residual bool
}

// blockShape is the row of a block in the table of shapes.
type blockShape struct {
	kernel, stride, wide, squeeze, out int
	act                                layers.Activation
}

// blockShapes are the shapes of the published weights, block by block; squeeze is 0 in blocks without.
func blockShapes() []blockShape {
	return []blockShape{
		{3, 1, 16, 0, 16, layers.ReLU},
		{3, 2, 64, 0, 24, layers.ReLU},
		{3, 1, 72, 0, 24, layers.ReLU},
		{5, 2, 72, 24, 32, layers.ReLU},
		{5, 1, 96, 24, 32, layers.ReLU},
		{5, 1, 96, 24, 32, layers.ReLU},
		{3, 2, 192, 0, 64, layers.HardSwish},
		{3, 1, 160, 0, 64, layers.HardSwish},
		{3, 1, 144, 0, 64, layers.HardSwish},
		{3, 1, 144, 0, 64, layers.HardSwish},
		{3, 1, 384, 96, 88, layers.HardSwish},
		{3, 1, 528, 136, 88, layers.HardSwish},
		{5, 2, 528, 136, 120, layers.HardSwish},
		{5, 1, 720, 184, 120, layers.HardSwish},
		{5, 1, 720, 184, 120, layers.HardSwish},
	}
}

// Where the laterals begin: two inside of a block, after the expansion and before the stride, one behind a block.
const (
	fourthLateral = 11 // the output of this block, at a 16th of the input
	thirdLateral  = 5  // the expansion of this block, at an 8th
	secondLateral = 3  // the same, at a quarter
)

func newBackbone(k layers.Kernels, w *layers.Weights) backbone {
	b := backbone{stem: layers.NewConvolution(w, "stem", 3, stemStride, Channels, stemWidth, layers.HardSwish)}
	in := stemWidth
	for i, s := range blockShapes() {
		name := fmt.Sprintf("blocks.%d.", i)
		next := block{
			filter:   layers.NewDepthwise(w, name+"depthwise", s.kernel, s.stride, s.wide, s.act),
			project:  layers.NewPointwise(w, name+"project", s.wide, s.out, layers.Linear),
			residual: s.stride == 1 && in == s.out,
		}
		if i > 0 {
			next.expand = layers.NewPointwise(w, name+"expand", in, s.wide, s.act)
		}
		if s.squeeze > 0 {
			e := newExcitation(k, w, name, s.wide, s.squeeze, layers.HardSigmoid)
			next.excite = &e
		}
		b.blocks = append(b.blocks, next)
		in = s.out
	}
	b.laterals = [laterals]lateral{
		newLateral(w, "lateral.c4.", 88, 22, 128),
		newLateral(w, "lateral.c3.", 96, 24, 96),
		newLateral(w, "lateral.c2.", 72, 18, 64),
	}
	b.last = layers.NewPointwise(w, "last", in, lastWidth, layers.HardSwish)
	return b
}

// apply leaves the backbone's answer in ws.wide and gives its size.
func (b *backbone) apply(ctx context.Context, ws *Workspace, picture []float32, size layers.Size) (layers.Size, error) {
	at := b.stem.Apply(ws.image, picture, size)
	for i := range b.blocks {
		if err := ctx.Err(); err != nil {
			return at, err
		}
		wide := ws.image
		if expand := b.blocks[i].expand; expand != nil {
			expand.Apply(ws.wide[:at.Pixels()*expand.Out()], ws.image[:at.Pixels()*expand.In()], nil, at.Pixels())
			wide = ws.wide
		}
		switch i {
		case secondLateral:
			b.laterals[2].apply(ws, ws.laterals[2], wide, at)
		case thirdLateral:
			b.laterals[1].apply(ws, ws.laterals[1], wide, at)
		}
		at = b.blocks[i].narrow(ws, wide, at)
		ws.image, ws.output = ws.output, ws.image
		if i == fourthLateral {
			b.laterals[0].apply(ws, ws.laterals[0], ws.image, at)
		}
	}
	b.last.Apply(ws.wide[:at.Pixels()*lastWidth], ws.image[:at.Pixels()*b.last.In()], nil, at.Pixels())
	return at, nil
}

// narrow is the block after its expansion. It writes ws.output, whose size it gives.
func (b *block) narrow(ws *Workspace, wide []float32, at layers.Size) layers.Size {
	after := b.filter.Apply(ws.filtered, wide, at)
	filtered := ws.filtered[:after.Pixels()*b.filter.Channels()]
	if b.excite != nil {
		b.excite.apply(ws, filtered)
	}
	out := after.Pixels() * b.project.Out()
	var added []float32
	if b.residual {
		added = ws.image[:out]
	}
	b.project.Apply(ws.output[:out], filtered, added, after.Pixels())
	return after
}
