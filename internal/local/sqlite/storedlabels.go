package sqlite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"pam/internal/photos"
)

// storedLabel is a label in the JSON of a photo. The names are short because every photo carries them many times.
type storedLabel struct {
	Name       string   `json:"n"`
	Confidence float64  `json:"c"` // encoding/json writes the shortest text that reads back as the same number
	Parents    []string `json:"p,omitempty"`
	Categories []string `json:"k,omitempty"`
}

func writeLabels(labels []photos.PhotoLabel) (string, error) {
	stored := make([]storedLabel, len(labels))
	for i, l := range labels {
		stored[i] = storedLabel(l)
	}
	return toJSON(stored)
}

// labelReader reads the labels of many photos. To read them takes encoding/json longer than SQLite takes to find them, so
// what writeLabels writes is read here; whatever else JSON allows is left to encoding/json. Photos share few names, and each
// is kept once.
type labelReader struct {
	names map[string]string
	rest  []byte
}

// read gives the labels in a photo's JSON.
func (r *labelReader) read(text []byte) ([]photos.PhotoLabel, error) {
	if labels, ok := r.readWritten(text); ok {
		return labels, nil
	}
	var stored []storedLabel
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	labels := make([]photos.PhotoLabel, len(stored))
	for i, l := range stored {
		labels[i] = photos.PhotoLabel(l)
	}
	return labels, nil
}

// readWritten reads what writeLabels writes; ok is false for anything else.
func (r *labelReader) readWritten(text []byte) (labels []photos.PhotoLabel, ok bool) {
	r.rest = text
	if r.skip("[]") {
		return []photos.PhotoLabel{}, len(r.rest) == 0
	}
	labels = make([]photos.PhotoLabel, 0, bytes.Count(text, []byte(`"n":`)))
	for separator := "["; r.skip(separator); separator = "," {
		l, ok := r.label()
		if !ok {
			return nil, false
		}
		labels = append(labels, l)
	}
	return labels, len(labels) > 0 && r.skip("]") && len(r.rest) == 0
}

func (r *labelReader) label() (l photos.PhotoLabel, ok bool) {
	if !r.skip(`{"n":`) {
		return l, false
	}
	if l.Name, ok = r.text(); !ok || !r.skip(`,"c":`) {
		return l, false
	}
	if l.Confidence, ok = r.number(); !ok {
		return l, false
	}
	if r.skip(`,"p":`) {
		if l.Parents, ok = r.list(); !ok {
			return l, false
		}
	}
	if r.skip(`,"k":`) {
		if l.Categories, ok = r.list(); !ok {
			return l, false
		}
	}
	return l, r.skip("}")
}

func (r *labelReader) list() (list []string, ok bool) {
	for separator := "["; r.skip(separator); separator = "," {
		text, ok := r.text()
		if !ok {
			return nil, false
		}
		list = append(list, text)
	}
	return list, len(list) > 0 && r.skip("]")
}

// skip goes past a piece of text that comes next, and says whether it does.
func (r *labelReader) skip(text string) bool {
	if len(r.rest) < len(text) || string(r.rest[:len(text)]) != text {
		return false
	}
	r.rest = r.rest[len(text):]
	return true
}

// text reads a string without escapes.
func (r *labelReader) text() (text string, ok bool) {
	if !r.skip(`"`) {
		return "", false
	}
	end := bytes.IndexByte(r.rest, '"')
	if end < 0 {
		return "", false
	}
	raw := r.rest[:end]
	for _, c := range raw {
		if c < ' ' || c == '\\' {
			return "", false
		}
	}
	r.rest = r.rest[end+1:]
	if known, ok := r.names[string(raw)]; ok {
		return known, true
	}
	if !utf8.Valid(raw) {
		return "", false
	}
	if r.names == nil {
		r.names = make(map[string]string)
	}
	text = string(raw)
	r.names[text] = text
	return text, true
}

// number reads a number that is not negative and has no exponent, as every confidence but the tiniest is.
func (r *labelReader) number() (number float64, ok bool) {
	whole := digits(r.rest)
	end := whole
	if end < len(r.rest) && r.rest[end] == '.' {
		fraction := digits(r.rest[end+1:])
		if fraction == 0 {
			return 0, false
		}
		end += 1 + fraction
	}
	if whole == 0 || whole > 1 && r.rest[0] == '0' {
		return 0, false
	}
	number, err := strconv.ParseFloat(string(r.rest[:end]), 64)
	r.rest = r.rest[end:]
	return number, err == nil
}

// digits says how many of them come first.
func digits(text []byte) int {
	for i, c := range text {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(text)
}
