package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// row is a line of the table. Empty texts and zeros are left blank.
type row struct {
	what    string
	runtime string
	cores   int
	value   string // what was measured, with its unit
	cpu     string // processor time, for machines that have other work too
	ratio   string // to ONNX Runtime
	target  string
	met     verdict
}

type verdict string

const (
	noTarget verdict = ""
	met      verdict = "yes"
	missed   verdict = "**NO**"
	skipped  verdict = "not measured"
)

func atMost(value, limit float64) verdict {
	if value <= limit { // false for NaN
		return met
	}
	return missed
}

// writeTable prints Markdown whose columns also line up as text.
func writeTable(out io.Writer, rows []row) error {
	cells := [][]string{{"", "runtime", "cores", "median or peak", "processor time", "to ONNX Runtime", "target", "met"}}
	for _, r := range rows {
		cores := ""
		if r.cores > 0 {
			cores = fmt.Sprint(r.cores)
		}
		cells = append(cells, []string{r.what, r.runtime, cores, r.value, r.cpu, r.ratio, r.target, string(r.met)})
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", max(3, width))
	}
	for _, line := range slices.Insert(cells, 1, rule) {
		var b strings.Builder
		for i, cell := range line {
			fmt.Fprintf(&b, "| %-*s ", max(3, widths[i]), cell)
		}
		if _, err := fmt.Fprintln(out, b.String()+"|"); err != nil {
			return err
		}
	}
	return nil
}

// median of numbers, of which there must be one; of an even number the mean of the middle two.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
