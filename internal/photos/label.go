package photos

import "strconv"

// Confidences are percentages. What PAM counts begins at 50 and is kept in buckets five wide, so that the count at any
// threshold of the contract is a sum of whole buckets and therefore exact.
const (
	LowestConfidence  = 50
	HighestThreshold  = 95
	ConfidenceStep    = 5
	DefaultConfidence = 55 // Amazon Rekognition's own default for DetectLabels
	BucketCount       = (HighestThreshold-LowestConfidence)/ConfidenceStep + 1

	// MaxLabelsPerPhoto keeps the commit of one photo below DynamoDB's limit of 100 actions a transaction: two for
	// each label and a few of its own.
	MaxLabelsPerPhoto = 45
)

// Buckets counts photos by confidence: [0] from 50 to under 55, ... [9] from 95 to 100.
type Buckets [BucketCount]int

// BucketOf gives the bucket of a confidence; confidences outside 50 to 100 fall into the nearest.
func BucketOf(confidence float64) int {
	b := int((confidence - LowestConfidence) / ConfidenceStep)
	return max(0, min(b, BucketCount-1))
}

// AtLeast sums the photos at the threshold or above. The threshold is one that CheckConfidence accepts.
func (b Buckets) AtLeast(minConfidence int) int {
	n := 0
	for _, c := range b[BucketOf(float64(minConfidence)):] {
		n += c
	}
	return n
}

// LabelCount is what the catalog keeps of a label of one owner.
type LabelCount struct {
	Name       string
	Parents    []string
	Categories []string
	Buckets    Buckets
}

// Label is a label of an owner as it stands at one threshold.
type Label struct {
	Name          string
	Count         int // photos that carry it at MinConfidence or more
	Parents       []string
	Categories    []string
	MinConfidence int
}

// ID is made of the name and the threshold, so that a client's cache keeps counts at different thresholds apart.
func (l Label) ID() string { return l.Name + "@" + strconv.Itoa(l.MinConfidence) }

// LabelOrder is the order of a list of labels.
type LabelOrder string

// The orders of the contract: by count, highest first, then by name; or by name alone. Names compare byte by byte.
const (
	CountDesc LabelOrder = "COUNT_DESC"
	NameAsc   LabelOrder = "NAME_ASC"
)

// CheckConfidence gives a BadUserInput error for a threshold other than 50, 55, ... 95.
func CheckConfidence(field string, minConfidence int) error {
	if minConfidence < LowestConfidence || minConfidence > HighestThreshold || minConfidence%ConfidenceStep != 0 {
		return BadInput(field, "must be %d to %d in steps of %d, not %d", LowestConfidence, HighestThreshold, ConfidenceStep, minConfidence)
	}
	return nil
}
