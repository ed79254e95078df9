package neural

import (
	"context"
	_ "embed" // for the weights and tables below
	"errors"
	"fmt"
	"sync"

	"pam/internal/local/neural/efficientnet"
	"pam/internal/photos"
)

//go:embed efficientnet-lite0.tensors
var embeddedWeights []byte

//go:embed classes.tsv
var embeddedClasses string

//go:embed labels.tsv
var embeddedLabels string

var _ photos.Labeler = (*Labeler)(nil)

// DefaultParallel is how many photos a Labeler works on at once unless told otherwise. One photo already uses every
// processor; the second keeps them busy while the first is being scaled.
const DefaultParallel = 2

// Config says how a Labeler works.
type Config struct {
	// Parallel is how many photos are worked on at once; further calls wait. Each takes about 20 MB while it lasts, of
	// which 11 MB are kept for the next. 0 means DefaultParallel.
	Parallel int
}

// Labeler labels photos. It is safe for concurrent use.
type Labeler struct {
	model func() (*model, error) // decoded at the first call
	slots chan *workspace        // one for each photo that may be worked on
}

// model is what all calls share; it never changes.
type model struct {
	network  *efficientnet.Network
	taxonomy *taxonomy
}

// New gives a Labeler. It does no work: the weights are decoded, into 19 MB, when the first photo comes.
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
	network, err := efficientnet.Load(embeddedWeights)
	if err != nil {
		return nil, err
	}
	labels, err := parseTaxonomy(embeddedClasses, embeddedLabels)
	if err != nil {
		return nil, err
	}
	return &model{network: network, taxonomy: labels}, nil
}

// errNoImage means that the caller left out what the network looks at.
var errNoImage = errors.New("picture has no decoded image")

// Label implements photos.Labeler. It looks at p.Image alone. Besides ctx's error it gives one only for a picture
// without image or, should the program have been built from damaged files, for the embedded model.
func (l *Labeler) Label(ctx context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	if p.Image == nil || p.Image.Bounds().Empty() {
		return nil, fmt.Errorf("label photo: %w", errNoImage)
	}
	var ws *workspace
	select {
	case ws = <-l.slots:
		defer func() { l.slots <- ws }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m, err := l.model()
	if err != nil {
		return nil, fmt.Errorf("load the embedded model: %w", err)
	}
	probabilities, err := m.classify(ctx, ws, p.Image)
	if err != nil {
		return nil, fmt.Errorf("label photo: %w", err)
	}
	return m.taxonomy.labels(probabilities), nil
}
