package sqlite

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pam/internal/photos"
)

func TestReadLabels(t *testing.T) {
	for _, c := range []struct {
		name, reason, text string
		want               []photos.PhotoLabel
		byHand, wrong      bool
	}{
		{name: "none", reason: "a photo may show nothing", text: `[]`, want: []photos.PhotoLabel{}, byHand: true},
		{
			name: "usual", reason: "what most photos have", text: `[{"n":"Dog","c":98.25,"p":["Animal","Pet"],"k":["Animals and Pets"]},{"n":"Animal","c":98.25}]`, byHand: true,
			want: []photos.PhotoLabel{{Name: "Dog", Confidence: 98.25, Parents: []string{"Animal", "Pet"}, Categories: []string{"Animals and Pets"}}, {Name: "Animal", Confidence: 98.25}},
		},
		{name: "no fraction", reason: "a whole number has no point", text: `[{"n":"Dog","c":0},{"n":"Pet","c":100}]`, want: []photos.PhotoLabel{{Name: "Dog"}, {Name: "Pet", Confidence: 100}}, byHand: true},
		{name: "other letters", reason: "names are not ASCII alone", text: `[{"n":"Großmutter","c":50}]`, want: []photos.PhotoLabel{{Name: "Großmutter", Confidence: 50}}, byHand: true},
		{name: "escaped", reason: "encoding/json escapes & for the sake of HTML", text: `[{"n":"R\u0026B","c":50}]`, want: []photos.PhotoLabel{{Name: "R&B", Confidence: 50}}},
		{name: "tiny", reason: "encoding/json writes a tiny number with an exponent", text: `[{"n":"Dog","c":1e-9}]`, want: []photos.PhotoLabel{{Name: "Dog", Confidence: 1e-9}}},
		{name: "spaces", reason: "somebody else wrote it", text: `[ {"c":50, "n":"Dog"} ]`, want: []photos.PhotoLabel{{Name: "Dog", Confidence: 50}}},
		{name: "not UTF-8", reason: "encoding/json puts U+FFFD in its place", text: "[{\"n\":\"\xff\",\"c\":50}]", want: []photos.PhotoLabel{{Name: "\uFFFD", Confidence: 50}}},
		{name: "leading zero", reason: "no JSON", text: `[{"n":"Dog","c":050}]`, wrong: true},
		{name: "cut", reason: "no JSON", text: `[{"n":"Dog","c":50}`, wrong: true},
		{name: "more", reason: "no JSON", text: `[{"n":"Dog","c":50}]]`, wrong: true},
		{name: "point alone", reason: "no JSON", text: `[{"n":"Dog","c":5.}]`, wrong: true},
		{name: "empty", reason: "no JSON", text: ``, wrong: true},
		{name: "end alone", reason: "no JSON", text: `]`, wrong: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var reader labelReader
			if _, ok := reader.readWritten([]byte(c.text)); ok != c.byHand {
				t.Errorf("%s: read by hand: %v", c.reason, ok)
			}
			got, err := reader.read([]byte(c.text))
			if (err != nil) != c.wrong {
				t.Fatalf("%s: %v", c.reason, err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s:\n%s", c.reason, d)
			}
		})
	}
}

// What is read by hand must be what encoding/json reads, of any text and after any other.
func FuzzReadLabels(f *testing.F) {
	for _, text := range []string{
		`[]`, `[{"n":"Dog","c":98.25,"p":["Animal","Pet"],"k":["Animals and Pets"]},{"n":"Animal","c":98.25}]`, `[{"n":"Dog","c":1e-9}]`,
		`[{"n":"R\u0026B","c":50}]`, `[{"n":"Dog","c":50,"p":[]}]`, `[{"n":"Dog","c":-0}]`, `[{"n":"Dog","c":00}]`, "[{\"n\":\"\xff\",\"c\":0.5}]",
	} {
		f.Add([]byte(text), []byte(`[{"n":"Animal","c":5}]`))
	}
	f.Fuzz(func(t *testing.T, before, text []byte) {
		var reader labelReader
		_, _ = reader.readWritten(before)
		got, ok := reader.readWritten(text)
		if !ok {
			return
		}
		var want []storedLabel
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("%q is no JSON but gives %+v: %v", text, got, err)
		}
		stored := make([]storedLabel, len(got))
		for i, l := range got {
			stored[i] = storedLabel(l)
		}
		if d := cmp.Diff(want, stored, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q:\n%s", text, d)
		}
	})
}

// What is written must be read back, and by hand unless a name has to be escaped.
func FuzzWriteLabels(f *testing.F) {
	f.Add("Dog", 98.25, "Animal", "Animals and Pets")
	f.Add("", 0.0, "", "")
	f.Add("R&B", 1e-9, "\"", "\\\n")
	f.Fuzz(func(t *testing.T, name string, confidence float64, parent, category string) {
		if math.IsNaN(confidence) || math.IsInf(confidence, 0) {
			return // JSON has no such numbers, and no label such a confidence
		}
		text, err := writeLabels([]photos.PhotoLabel{{Name: name, Confidence: confidence, Parents: []string{parent}, Categories: []string{category}}, {Name: parent}})
		if err != nil {
			t.Fatal(err)
		}
		var reader labelReader
		got, err := reader.read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var want []storedLabel
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		stored := make([]storedLabel, len(got))
		for i, l := range got {
			stored[i] = storedLabel(l)
		}
		if d := cmp.Diff(want, stored); d != "" {
			t.Errorf("%q:\n%s", text, d)
		}
	})
}
