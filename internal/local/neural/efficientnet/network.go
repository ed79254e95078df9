package efficientnet

import (
	"context"
	"fmt"

	"pam/internal/local/neural/tensors"
)

const (
	// Side is the width and height in pixels of the picture that the network takes.
	Side = 224
	// Channels is the number of values of each pixel: red, green, blue.
	Channels = 3
	// Classes is the number of ImageNet-1k's classes, in its usual order.
	Classes = 1000

	stemWidth    = 32
	headWidth    = 1280
	expandFactor = 6 // of every block but the first, which does not expand
)

// stage is a run of blocks: the first has the stride and changes the width, the others repeat it with stride 1.
type stage struct{ repeats, kernel, stride, width int }

// stages is the table blocks_args of efficientnet_lite_pytorch's utils.py.
func stages() []stage {
	return []stage{
		{repeats: 1, kernel: 3, stride: 1, width: 16},
		{repeats: 2, kernel: 3, stride: 2, width: 24},
		{repeats: 2, kernel: 5, stride: 2, width: 40},
		{repeats: 3, kernel: 3, stride: 2, width: 80},
		{repeats: 3, kernel: 5, stride: 1, width: 112},
		{repeats: 4, kernel: 5, stride: 2, width: 192},
		{repeats: 1, kernel: 3, stride: 1, width: 320},
	}
}

// Network holds the decoded weights, about 19 MB. It never changes: any number of goroutines may use it, each with a
// Workspace of its own.
type Network struct {
	stem       convolution
	blocks     []block
	head       pointwise
	classifier dense
}

// block is an inverted residual: the picture is widened, filtered channel by channel and narrowed again. Where input
// and output have the same shape the input is added to the output.
type block struct {
	expand   *pointwise // nil in the first block
	filter   depthwise
	project  pointwise
	residual bool
}

// Load decodes a file of package tensors. It gives an error unless the file holds exactly the weights of
// EfficientNet-Lite0, each in its shape.
func Load(file []byte) (*Network, error) {
	all, err := tensors.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("load weights: %w", err)
	}
	w := &weights{all: all}
	n := &Network{stem: newConvolution(w, "stem", 3, 2, Channels, stemWidth)}
	in := stemWidth
	for _, s := range stages() {
		for repeat := range s.repeats {
			name := fmt.Sprintf("blocks.%d.", len(n.blocks))
			b := block{}
			wide, stride := in, 1
			if len(n.blocks) > 0 {
				wide = in * expandFactor
				expand := newPointwise(w, name+"expand", in, wide, relu6)
				b.expand = &expand
			}
			if repeat == 0 {
				stride = s.stride
			}
			b.filter = newDepthwise(w, name+"depthwise", s.kernel, stride, wide)
			b.project = newPointwise(w, name+"project", wide, s.width, linear)
			b.residual = stride == 1 && in == s.width
			n.blocks = append(n.blocks, b)
			in = s.width
		}
	}
	n.head = newPointwise(w, "head", in, headWidth, relu6)
	n.classifier = newDense(w, "classifier", headWidth, Classes)
	if err := w.finish(); err != nil {
		return nil, fmt.Errorf("load weights: %w", err)
	}
	return n, nil
}

// Workspace holds the activations of one run, about 11 MB. It may be used again and again, but by one run at a time.
type Workspace struct {
	image    []float32 // a block's input
	output   []float32 // a block's output; the two change places after each block
	wide     []float32 // after expansion
	filtered []float32 // after the depthwise filter
	mean     []float32
	logits   []float32
}

// NewWorkspace allocates buffers that fit every layer.
func (n *Network) NewWorkspace() *Workspace {
	at := square(Side).strided(n.stem.stride)
	image := at.pixels() * stemWidth
	var wide, filtered int
	for _, b := range n.blocks {
		if b.expand != nil {
			wide = max(wide, at.pixels()*b.expand.out)
		}
		at = at.strided(b.filter.stride)
		filtered = max(filtered, at.pixels()*b.filter.channels)
		image = max(image, at.pixels()*b.project.out)
	}
	wide = max(wide, at.pixels()*headWidth)
	return &Workspace{
		image:    make([]float32, image),
		output:   make([]float32, image),
		wide:     make([]float32, wide),
		filtered: make([]float32, filtered),
		mean:     make([]float32, headWidth),
		logits:   make([]float32, Classes),
	}
}

// Logits runs the network on a picture of Side x Side pixels, Channels values each: colour c of 0 to 255 as
// (c-127)/128. The answer, Classes numbers whose softmax are the probabilities, lies in the workspace until its next
// use. The only error is that of ctx, which is looked at between layers, or that of a picture of the wrong length.
func (n *Network) Logits(ctx context.Context, ws *Workspace, picture []float32) ([]float32, error) {
	if len(picture) != Side*Side*Channels {
		return nil, fmt.Errorf("picture of %d values, not %d", len(picture), Side*Side*Channels)
	}
	at := n.stem.apply(ws.image, picture, square(Side))
	for _, b := range n.blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at = b.apply(ws, at)
		ws.image, ws.output = ws.output, ws.image
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n.head.apply(ws.wide, ws.image, nil, at.pixels())
	meanPool(ws.mean, ws.wide[:at.pixels()*headWidth])
	n.classifier.apply(ws.logits, ws.mean)
	return ws.logits, nil
}

// apply reads ws.image, a picture of size at, and writes ws.output, whose size it gives.
func (b *block) apply(ws *Workspace, at size) size {
	wide := ws.image
	if b.expand != nil {
		b.expand.apply(ws.wide, ws.image, nil, at.pixels())
		wide = ws.wide
	}
	after := b.filter.apply(ws.filtered, wide, at)
	var added []float32
	if b.residual {
		added = ws.image
	}
	b.project.apply(ws.output, ws.filtered, added, after.pixels())
	return after
}
