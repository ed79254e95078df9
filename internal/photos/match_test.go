package photos_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pam/internal/photos"
)

func TestLabelMatchCheck(t *testing.T) {
	many := slices.Repeat([]string{"Dog"}, 20)
	for _, c := range []struct {
		name, reason string
		match        photos.LabelMatch
		field        string // "" for a good match
	}{
		{"any", "one name is enough", photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 55}, ""},
		{"all", "one name is enough", photos.LabelMatch{All: []string{"Dog"}, MinConfidence: 95}, ""},
		{"twenty", "twenty names in all are allowed", photos.LabelMatch{Any: many, MinConfidence: 50}, ""},
		{"empty", "a match of nothing would be everything", photos.LabelMatch{MinConfidence: 55}, "m"},
		{"none alone", "everything but something is not a selection by labels", photos.LabelMatch{None: []string{"Dog"}, MinConfidence: 55}, "m"},
		{"twenty-one", "each name costs a search", photos.LabelMatch{Any: many, None: []string{"Cat"}, MinConfidence: 55}, "m"},
		{"empty name", "no label has an empty name, so this is a mistake", photos.LabelMatch{Any: []string{"Dog", ""}, MinConfidence: 55}, "m.any[1]"},
		{"long name", "no label is that long", photos.LabelMatch{All: []string{strings.Repeat("x", 256)}, MinConfidence: 55}, "m.all[0]"},
		{"line break in name", "names go into the names of archives", photos.LabelMatch{Any: []string{"a\r\nb"}, MinConfidence: 55}, "m.any[0]"},
		{"confidence", "counts are kept in steps of five", photos.LabelMatch{Any: []string{"Dog"}, MinConfidence: 57}, "m.minConfidence"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.match.Check("m")
			var e *photos.Error
			switch {
			case c.field == "" && err != nil:
				t.Errorf("refused, although %s: %v", c.reason, err)
			case c.field != "" && (!errors.As(err, &e) || e.Code != photos.BadUserInput || e.Field != c.field):
				t.Errorf("got %v, want bad input at %s: %s", err, c.field, c.reason)
			}
		})
	}
}
