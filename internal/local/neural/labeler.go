package neural

import (
	"context"
	_ "embed" // for the weights and tables below
	"errors"
	"fmt"
	"image"
	"sync"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/efficientnet"
	"pam/internal/photos"
)

//go:embed efficientnet-lite0.tensors
var embeddedClassifier []byte

//go:embed centernet.tensors
var embeddedDetector []byte

//go:embed classes.tsv
var embeddedClasses string

//go:embed objects.tsv
var embeddedObjects string

//go:embed labels.tsv
var embeddedLabels string

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
	classifier   *efficientnet.Network
	detector     *centernet.Network
	taxonomy     *taxonomy
	calibrations calibrations
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
	labels, err := parseTaxonomy(embeddedClasses, embeddedObjects, embeddedLabels)
	if err != nil {
		return nil, err
	}
	return &model{classifier: classifier, detector: detector, taxonomy: labels, calibrations: uncalibrated()}, nil
}

// errNoImage means that the caller left out what the network looks at.
var errNoImage = errors.New("picture has no decoded image")

// Label implements photos.Labeler. It looks at p.Image alone. Besides ctx's error it gives one only for a picture
// without image or, should the program have been built from damaged files, for the embedded model.
func (l *Labeler) Label(ctx context.Context, p photos.Picture) ([]photos.PhotoLabel, error) {
	var labels []photos.PhotoLabel
	err := l.look(ctx, p, func(m *model, ws *workspace) {
		m.calibrations.classes.apply(ws.classes)
		m.calibrations.objects.apply(ws.objects)
		labels = m.taxonomy.merge(ws.classes, ws.objects)
	})
	if err != nil {
		return nil, err
	}
	return labels, nil
}

// Scores is what each network says of a photo by itself, before calibration: how sure it is of each label, above 0 to 1.
// Labels of which it says nothing are left out.
type Scores struct {
	Classes map[string]float64 // from the classifier of the whole picture
	Objects map[string]float64 // from the detector of objects
}

// Scores gives what Label's answer is made of, for fitting and judging the calibration. Its errors are Label's.
func (l *Labeler) Scores(ctx context.Context, p photos.Picture) (Scores, error) {
	var s Scores
	err := l.look(ctx, p, func(m *model, ws *workspace) {
		s = Scores{Classes: m.taxonomy.named(ws.classes), Objects: m.taxonomy.named(ws.objects)}
	})
	return s, err
}

// look runs both networks and hands the memory that holds their answers to use.
func (l *Labeler) look(ctx context.Context, p photos.Picture, use func(*model, *workspace)) error {
	if p.Image == nil || p.Image.Bounds().Empty() {
		return fmt.Errorf("label photo: %w", errNoImage)
	}
	var ws *workspace
	select {
	case ws = <-l.slots:
		defer func() { l.slots <- ws }()
	case <-ctx.Done():
		return ctx.Err()
	}
	m, err := l.model()
	if err != nil {
		return fmt.Errorf("load the embedded model: %w", err)
	}
	if err := m.look(ctx, ws, p.Image); err != nil {
		return fmt.Errorf("label photo: %w", err)
	}
	use(m, ws)
	return nil
}

// workspace is the memory of one photo at a time. Its buffers are made at first use.
type workspace struct {
	classification classification
	detection      detection
	classes        []float64 // how sure the classifier is of each label
	objects        []float64 // how sure the detector is
}

// look writes ws.classes and ws.objects.
func (m *model) look(ctx context.Context, ws *workspace, photo image.Image) error {
	if ws.classes == nil {
		ws.classes, ws.objects = make([]float64, len(m.taxonomy.all)), make([]float64, len(m.taxonomy.all))
	}
	shrunk, err := shrink(ctx, photo)
	if err != nil {
		return err
	}
	probabilities, err := m.classify(ctx, &ws.classification, shrunk)
	if err != nil {
		return err
	}
	m.taxonomy.sumClasses(ws.classes, probabilities)
	found, err := m.detect(ctx, &ws.detection, shrunk)
	if err != nil {
		return err
	}
	m.taxonomy.bestObjects(ws.objects, found)
	return nil
}
