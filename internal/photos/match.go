package photos

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMatchNames is how many label names a match may hold in all.
const MaxMatchNames = 20

// maxLabelBytes is longer than any label.
const maxLabelBytes = 255

// LabelMatch selects LABELLED photos by the labels that they carry at MinConfidence or more: at least one of Any (where
// Any is not empty), and all of All, and none of None. Names match exactly, case included; a name that no photo carries
// matches nothing.
type LabelMatch struct {
	Any           []string
	All           []string
	None          []string
	MinConfidence int
}

// Check gives a BadUserInput error for a match that breaks a rule; field is the path of the match in the input.
func (m LabelMatch) Check(field string) error {
	if len(m.Any)+len(m.All) == 0 {
		return BadInput(field, "at least one of any and all must hold a label name")
	}
	if n := len(m.Any) + len(m.All) + len(m.None); n > MaxMatchNames {
		return BadInput(field, "at most %d label names in all, not %d", MaxMatchNames, n)
	}
	for _, list := range []struct {
		name  string
		names []string
	}{{"any", m.Any}, {"all", m.All}, {"none", m.None}} {
		for i, n := range list.names {
			at := fmt.Sprintf("%s.%s[%d]", field, list.name, i)
			switch {
			case n == "" || len(n) > maxLabelBytes:
				return BadInput(at, "a label name has 1 to %d bytes, not %d", maxLabelBytes, len(n))
			case !utf8.ValidString(n) || strings.ContainsFunc(n, unicode.IsControl):
				return BadInput(at, "a label name is valid UTF-8 without control characters")
			}
		}
	}
	return CheckConfidence(field+".minConfidence", m.MinConfidence)
}
