package photostest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"pam/internal/photos"
)

// Labeler checks the contract of photos.Labeler on the given pictures, each named for what is odd about it; at least one
// must get labels, or most of the contract would go unseen.
func Labeler(t *testing.T, labeler photos.Labeler, pictures map[string]photos.Picture) {
	seen := 0
	for name, picture := range pictures {
		t.Run(name, func(t *testing.T) {
			labels, err := labeler.Label(t.Context(), picture)
			if err != nil {
				t.Fatalf("a picture that can be decoded can be labelled, if with nothing: %v", err)
			}
			seen += len(labels)
			checkLabels(t, labels)
		})
	}
	if seen == 0 {
		t.Error("no picture got any label: the suite has nothing to look at")
	}
	for _, picture := range pictures {
		t.Run("Cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := labeler.Label(ctx, picture); err == nil {
				t.Error("a call whose context has ended must not go on to an answer")
			}
		})
		t.Run("Concurrent", func(t *testing.T) {
			want, err := labeler.Label(t.Context(), picture)
			if err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					got, err := labeler.Label(t.Context(), picture)
					if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("one picture has one answer, however many ask: %v, %v; want %v", got, err, want)
					}
				})
			}
			all.Wait()
		})
		break // one picture says enough about these
	}
}

// checkLabels checks what an answer must be like.
func checkLabels(t *testing.T, labels []photos.PhotoLabel) {
	t.Helper()
	if len(labels) > photos.MaxLabelsPerPhoto {
		t.Errorf("%d labels do not fit into one commit", len(labels))
	}
	confidence := make(map[string]float64)
	for i, l := range labels {
		if _, twice := confidence[l.Name]; twice || l.Name == "" {
			t.Errorf("label %q comes twice or has no name", l.Name)
		}
		confidence[l.Name] = l.Confidence
		if !(l.Confidence >= photos.LowestConfidence && l.Confidence <= 100) { // also finds what is no number
			t.Errorf("%s has confidence %v", l.Name, l.Confidence)
		}
		if i > 0 {
			before := labels[i-1]
			if before.Confidence < l.Confidence || before.Confidence == l.Confidence && before.Name >= l.Name {
				t.Errorf("%s stands before %s", before.Name, l.Name)
			}
		}
	}
	for _, l := range labels {
		for _, parent := range l.Parents {
			if !(confidence[parent] >= l.Confidence) {
				t.Errorf("%s has %v, but its parent %s has %v", l.Name, l.Confidence, parent, confidence[parent])
			}
		}
	}
}
