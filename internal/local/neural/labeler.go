package neural

import (
	"context"
	_ "embed" // for the weights below
	"errors"
	"fmt"
	"sync"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
	"pam/internal/photos"
)

//go:embed efficientnet-lite0.tensors
var embeddedClassifier []byte

//go:embed centernet.tensors
var embeddedDetector []byte

var _ photos.Labeler = (*Labeler)(nil)

// DefaultParallel is how many photos a Labeler works on at once unless told otherwise. One photo already uses every
// processor; the second keeps them busy while the first is being scaled.
const DefaultParallel = 2

// Config says how a Labeler works.
type Config struct {
	// Parallel is how many photos are worked on at once; further calls wait. Each takes about 100 MB while it lasts, of
	// which 60 MB are kept for the next. 0 means DefaultParallel.
	Parallel int
}

// Labeler labels photos. It is safe for concurrent use.
type Labeler struct {
	model func() (*model, error) // decoded at the first call
	slots chan *workspace        // one for each photo that may be worked on
}

// model is what all calls share; it never changes.
type model struct {
	classifier *efficientnet.Network
	detector   *centernet.Network
	judge      *Judge
}

// New gives a Labeler. It does no work: the weights are decoded, into 27 MB, when the first photo comes.
func New(config Config) *Labeler {
	parallel := config.Parallel
	if parallel < 1 {
		parallel = DefaultParallel
	}
	l := &Labeler{model: sync.OnceValues(loadModel), slots: make(chan *workspace, parallel)}
	for range parallel {
		l.slots <- &workspace{}
	}
	return l
}

func loadModel() (*model, error) {
	classifier, err := efficientnet.Load(embeddedClassifier)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	detector, err := centernet.Load(embeddedDetector)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	judge, err := EmbeddedJudge()
	if err != nil {
		return nil, err
	}
	return &model{classifier: classifier, detector: detector, judge: judge}, nil
}

// errNoImage means that the caller left out what the network looks at.
var errNoImage = errors.New("picture has no decoded image")

// Label implements photos.Labeler. It looks at p.Image alone. Besides ctx's error it gives one only for a picture
// without image or, should the program have been built from damaged files, for the embedded model.
func (l *Labeler) Label(ctx context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	var labels []photos.PhotoLabel
	err := l.look(ctx, p, func(m *model, e *Evidence) { labels = m.judge.Labels(e) })
	return labels, err
}

// Evidence gives what Label makes its answer of, for fitting and judging a calibration. Its errors are Label's.
func (l *Labeler) Evidence(ctx context.Context, p photos.Picture) (*Evidence, error) {
	copied := newEvidence()
	err := l.look(ctx, p, func(_ *model, e *Evidence) {
		for i, logits := range e.Logits {
			copy(copied.Logits[i], logits)
		}
		copy(copied.Objects, e.Objects)
		copy(copied.Scene, e.Scene)
	})
	if err != nil {
		return nil, err
	}
	return copied, nil
}

// look runs both networks and hands what they say to use, which must not keep it.
func (l *Labeler) look(ctx context.Context, p photos.Picture, use func(*model, *Evidence)) error {
	if p.Image == nil || p.Image.Bounds().Empty() {
		return fmt.Errorf("label photo: %w", errNoImage)
	}
	var ws *workspace
	select {
	case ws = <-l.slots:
		defer func() { l.slots <- ws }()
	case <-ctx.Done():
		return fmt.Errorf("label photo: %w", ctx.Err())
	}
	m, err := l.model()
	if err != nil {
		return fmt.Errorf("load the embedded model: %w", err)
	}
	e, err := m.look(ctx, ws, p.Image)
	if err != nil {
		return fmt.Errorf("label photo: %w", err)
	}
	use(m, e)
	return nil
}

// workspace is the memory of one photo at a time. Its buffers are made at first use.
type workspace struct {
	classification classification
	detection      detection
	evidence       *Evidence
}
