package neural

import (
	_ "embed" // for the tables below
	"fmt"

	"pam/internal/photos"
)

//go:embed classes.tsv
var embeddedClasses string

//go:embed objects.tsv
var embeddedObjects string

//go:embed labels.tsv
var embeddedLabels string

//go:embed calibration.json
var embeddedCalibration []byte

//go:embed scenes.tsv
var embeddedScenes string

//go:embed scenes.tensors
var embeddedSceneHead []byte

// Judge makes labels of evidence. It never changes: any number of goroutines may use it.
type Judge struct {
	taxonomy    *taxonomy
	calibration Calibration
	head        SceneHead
}

// EmbeddedJudge gives the judge that a Labeler uses.
func EmbeddedJudge() (*Judge, error) {
	calibration, err := parseCalibration(embeddedCalibration)
	if err != nil {
		return nil, err
	}
	head, err := parseSceneHead(embeddedSceneHead, embeddedScenes)
	if err != nil {
		return nil, err
	}
	return NewJudge(calibration, head)
}

// NewJudge gives a judge with the embedded tables of labels, for fitting and trying calibrations. It gives an error for
// a head with labels that labels.tsv lacks.
func NewJudge(c Calibration, h SceneHead) (*Judge, error) {
	t, err := parseTaxonomy(embeddedClasses, embeddedObjects, embeddedLabels)
	if err != nil {
		return nil, err
	}
	if err := t.addScenes(h.Labels); err != nil {
		return nil, fmt.Errorf("scene head: %w", err)
	}
	return &Judge{taxonomy: t, calibration: c, head: h}, nil
}

// Labels gives what photos.Labeler promises.
func (j *Judge) Labels(e *Evidence) []photos.PhotoLabel {
	classes, objects, scenes := j.room(), j.room(), j.room()
	j.taxonomy.sumClasses(classes, probabilities(e.Logits, j.calibration.Temperature))
	j.calibration.Classes.apply(classes)
	j.taxonomy.bestObjects(objects, e.Objects)
	j.calibration.Objects.apply(objects)
	j.taxonomy.bestScenes(scenes, j.head, e.Scene)
	return j.taxonomy.merge(classes, objects, scenes)
}

// ClassScores gives how sure the classifier is of each label at a temperature, before its mapping, 0 to 1. Labels of
// which it says nothing are left out.
func (j *Judge) ClassScores(e *Evidence, temperature float64) map[string]float64 {
	scores := j.room()
	j.taxonomy.sumClasses(scores, probabilities(e.Logits, temperature))
	return j.taxonomy.named(scores)
}

// ObjectScores does the same for the detector.
func (j *Judge) ObjectScores(e *Evidence) map[string]float64 {
	scores := j.room()
	j.taxonomy.bestObjects(scores, e.Objects)
	return j.taxonomy.named(scores)
}

// Ancestors gives a label's parents, their parents and so on; none of a label that labels.tsv lacks.
func (j *Judge) Ancestors(label string) []string {
	i, known := j.taxonomy.index[label]
	if !known {
		return nil
	}
	return j.taxonomy.all[i].parents
}

// room is a score for each label.
func (j *Judge) room() []float64 { return make([]float64, len(j.taxonomy.all)) }
