package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"pam/internal/aws/dynamo/dynamotest"
	"pam/internal/photos"
)

// The price of each step of a photo with ten labels, as docs/decisions/0009-dynamodb-table.md says it. A change of the
// table that makes it dearer shows here.
func TestUnitsOfAPhoto(t *testing.T) {
	meter := dynamotest.NewMeter(dynamotest.Minidyn())
	catalog := dynamotest.Catalog(t, dynamotest.Serve(t, meter))
	ctx := t.Context()
	if err := catalog.AddPhotos(ctx, []photos.Photo{photoOf("dan", "known")}); err != nil {
		t.Fatal(err)
	}
	in := inspectionOf()
	for n := range 10 {
		in.Labels = append(in.Labels, photos.PhotoLabel{Name: fmt.Sprintf("Label %d", n), Confidence: 91.23456, Parents: []string{"Animal", "Mammal"}, Categories: []string{"Animals and Pets"}})
	}
	meter.Take()
	for _, step := range []struct {
		name  string
		do    func() error
		read  float64
		write float64
	}{
		{"announce", func() error { return catalog.AddPhotos(ctx, []photos.Photo{photoOf("dan", "P")}) }, 0, 6},
		{"read", func() error { _, err := catalog.Photo(ctx, "dan", "P"); return err }, 1, 0},
		{"inspect", func() error { return catalog.SaveInspection(ctx, "dan", "P", in) }, 0, 1},
		{"commit", func() error { return catalog.CommitLabelled(ctx, "dan", "P") }, 1, 4*2 + 10*2*2},
		{"labels", func() error { _, err := catalog.LabelCounts(ctx, "dan"); return err }, 1, 0},
		// The photo is read, and its labels afterwards.
		{"delete", func() error { _, err := catalog.DeletePhotos(ctx, "dan", []string{"P"}, time.Now()); return err }, 11, 4*2 + 10*2*2 + 10},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if used := meter.Take(); used.ReadUnits != step.read || used.WriteUnits != step.write {
			t.Errorf("%s takes %v read units and %v write units, want %v and %v: %v", step.name, used.ReadUnits, used.WriteUnits, step.read, step.write, used.Requests)
		}
	}
}
