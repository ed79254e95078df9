// Package table prints what benchmarks found, and whether it is what was asked for.
package table

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Verdict says whether a target was met, in a table's words.
type Verdict string

// The verdicts. A target that could not be measured here is Skipped.
const (
	NoTarget Verdict = ""
	Met      Verdict = "yes"
	Missed   Verdict = "**NO**"
	Skipped  Verdict = "not measured"
)

// AtMost compares a value with the most that it should be.
func AtMost(value, limit float64) Verdict {
	if value <= limit { // false for NaN
		return Met
	}
	return Missed
}

// Write prints Markdown whose columns also line up as text. Each row has as many cells as the header.
func Write(out io.Writer, header []string, rows [][]string) error {
	lines := append([][]string{header}, rows...)
	widths := make([]int, len(header))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(3, widths[i], len([]rune(cell)))
		}
	}
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
	}
	for _, line := range slices.Insert(lines, 1, rule) {
		var b strings.Builder
		for i, cell := range line {
			fmt.Fprintf(&b, "| %-*s ", widths[i], cell)
		}
		if _, err := fmt.Fprintln(out, b.String()+"|"); err != nil {
			return err
		}
	}
	return nil
}

// Median of numbers, of which there must be one; of an even number the mean of the middle two.
func Median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
