package photos

import "fmt"

// MaxMatchNames is how many label names a match may hold in all.
const MaxMatchNames = 20

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
			if n == "" {
				return BadInput(fmt.Sprintf("%s.%s[%d]", field, list.name, i), "a label name must not be empty")
			}
		}
	}
	return CheckConfidence(field+".minConfidence", m.MinConfidence)
}
