package main

import (
	"strings"
	"testing"

	"pam/internal/local/neural/calibrate/photoset"
	"pam/internal/photos"
)

func TestSummarise(t *testing.T) {
	fox := photograph{Photo: photoset.Photo{Path: "fox.jpg", Must: []string{"Fox"}}, truth: map[string]bool{"Fox": true, "Animal": true}}
	lake := photograph{Photo: photoset.Photo{Path: "lake.jpg", Must: []string{"Lake"}}, truth: map[string]bool{"Lake": true}}
	got := summarise([]verdict{
		{fox, []photos.PhotoLabel{{Name: "Animal", Confidence: 99}, {Name: "Fox", Confidence: 56}, {Name: "Dog", Confidence: 52}}},
		{lake, []photos.PhotoLabel{{Name: "Beach", Confidence: 72}, {Name: "Lake", Confidence: 54}}},
	}, photos.DefaultConfidence)
	if got.all != (tally{shown: 3, right: 2}) {
		t.Errorf("at 55 or more: %+v, want two of three", got.all)
	}
	if got.found != 1 {
		t.Errorf("%d photos show a must label; Lake is below 55", got.found)
	}
	if got.buckets[0] != (tally{shown: 2, right: 1}) || got.said[0] != 106 {
		t.Errorf("from 50 to 55: %+v, said %v", got.buckets[0], got.said[0])
	}
	out := got.text("Half") + got.cases()
	for _, want := range []string{
		"### Half: 2 photos", "Of the 3 labels shown at 55 or more, 66.7 % are right", "1 of 2 photos (50.0 %)",
		"| 50 to 55 | 2 | 53.0 | 50.0 % |", "| 60 to 65 | 0 | - | - |",
		"lake.jpg: must be one of Lake; shows Beach 72", "- Beach: 0 of 1 right",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
