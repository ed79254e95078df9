package efficientnet

import (
	"context"
	"fmt"

	"pam/internal/local/neural/layers"
)

const (
	// Side is the width and height in pixels of the picture that the network takes.
	Side = 224
	// Channels is the number of values of each pixel: red, green, blue.
	Channels = 3
	// Features is the number of values that the network's last layer tells the classes apart by.
	Features = 1280
	// Classes is the number of ImageNet-1k's classes, in its usual order.
	Classes = 1000

	stemWidth    = 32
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
	kernels    layers.Kernels
	stem       *layers.Convolution
	blocks     []block
	head       *layers.Pointwise
	classifier *layers.Dense
}

// block is an inverted residual: the picture is widened, filtered channel by channel and narrowed again. Where input
// and output have the same shape the input is added to the output.
type block struct {
	expand   *layers.Pointwise // nil in the first block
	filter   *layers.Depthwise
	project  *layers.Pointwise
	residual bool
}

// Load decodes a file of package tensors, for the kernels that suit this processor best. It gives an error unless the
// file holds exactly the weights of EfficientNet-Lite0, each in its shape.
func Load(file []byte) (*Network, error) { return LoadFor(layers.Fastest(), file) }

// LoadFor is Load with kernels of the caller's choice.
func LoadFor(kernels layers.Kernels, file []byte) (*Network, error) {
	w, err := layers.NewWeights(kernels, file)
	if err != nil {
		return nil, fmt.Errorf("load weights: %w", err)
	}
	n := &Network{
		kernels: kernels,
		stem:    layers.NewConvolution(w, "stem", 3, 2, Channels, stemWidth, layers.ReLU6),
	}
	in := stemWidth
	for _, s := range stages() {
		for repeat := range s.repeats {
			name := fmt.Sprintf("blocks.%d.", len(n.blocks))
			b := block{}
			wide, stride := in, 1
			if len(n.blocks) > 0 {
				wide = in * expandFactor
				b.expand = layers.NewPointwise(w, name+"expand", in, wide, layers.ReLU6)
			}
			if repeat == 0 {
				stride = s.stride
			}
			b.filter = layers.NewDepthwise(w, name+"depthwise", s.kernel, stride, wide, layers.ReLU6)
			b.project = layers.NewPointwise(w, name+"project", wide, s.width, layers.Linear)
			b.residual = stride == 1 && in == s.width
			n.blocks = append(n.blocks, b)
			in = s.width
		}
	}
	n.head = layers.NewPointwise(w, "head", in, Features, layers.ReLU6)
	n.classifier = layers.NewDense(w, "classifier", Features, Classes, layers.Linear)
	if err := w.Finish(); err != nil {
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
	features []float32
	logits   []float32
}

// Features gives what the last run found in the picture, as the classifier saw it: the mean of each of the head's
// Features channels over the picture, 0 to 6. They lie in the workspace until its next use.
func (ws *Workspace) Features() []float32 { return ws.features }

// NewWorkspace allocates buffers that fit every layer.
func (n *Network) NewWorkspace() *Workspace {
	at := layers.Square(Side).Strided(n.stem.Stride())
	image := at.Pixels() * stemWidth
	var wide, filtered int
	for _, b := range n.blocks {
		if b.expand != nil {
			wide = max(wide, at.Pixels()*b.expand.Out())
		}
		at = at.Strided(b.filter.Stride())
		filtered = max(filtered, at.Pixels()*b.filter.Channels())
		image = max(image, at.Pixels()*b.project.Out())
	}
	wide = max(wide, at.Pixels()*Features)
	return &Workspace{
		image:    make([]float32, image),
		output:   make([]float32, image),
		wide:     make([]float32, wide),
		filtered: make([]float32, filtered),
		features: make([]float32, Features),
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
	at := n.stem.Apply(ws.image, picture, layers.Square(Side))
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
	n.head.Apply(ws.wide, ws.image, nil, at.Pixels())
	n.kernels.MeanPool(ws.features, ws.wide[:at.Pixels()*Features])
	n.classifier.Apply(ws.logits, ws.features)
	return ws.logits, nil
}

// apply reads ws.image, a picture of size at, and writes ws.output, whose size it gives.
func (b *block) apply(ws *Workspace, at layers.Size) layers.Size {
	wide := ws.image
	if b.expand != nil {
		b.expand.Apply(ws.wide, ws.image, nil, at.Pixels())
		wide = ws.wide
	}
	after := b.filter.Apply(ws.filtered, wide, at)
	var added []float32
	if b.residual {
		added = ws.image
	}
	b.project.Apply(ws.output, ws.filtered, added, after.Pixels())
	return after
}
