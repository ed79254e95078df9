package main

import (
	"fmt"
	"io"

	"pam/bench/table"
)

// The rows that targets compare.
const (
	apiAnonymous    = "PAM api, `{ __typename }`"
	apiSignedIn     = "PAM api, a token to verify and an item to read"
	apolloAnonymous = "Apollo Server, `{ __typename }`"
	apolloSignedIn  = "Apollo Server, a token to verify"
)

// target is the most that a row should come to; 0 for no target.
type target struct{ init, first, peak, size float64 }

// targets by row: milliseconds, milliseconds, megabytes, megabytes.
func targets() map[string]target {
	return map[string]target{
		apiAnonymous:   {12, 15, 30, 20},
		apiSignedIn:    {init: 12, peak: 30, size: 20},
		"PAM detector": {size: 18},
		"PAM archiver": {size: 18},
	}
}

// slower is how many times as long as PAM Apollo Server should take to its first response, at least.
const slower = 15

func report(out io.Writer, programs []program) error {
	var rows [][]string
	firsts := make(map[string]float64)
	for _, p := range programs {
		want := targets()[p.name]
		row := []string{p.name, cell(table.Median(p.inits), want.init, "ms")}
		if len(p.firsts) > 0 {
			firsts[p.name] = table.Median(p.firsts)
			row = append(row, cell(firsts[p.name], want.first, "ms"))
		} else {
			row = append(row, "")
		}
		rows = append(rows, append(row, cell(table.Median(p.peaks), want.peak, "MB"), cell(float64(p.size)/1e6, want.size, "MB")))
	}
	if err := table.Write(out, []string{"", "start to first `next`", "start to first response", "peak memory", "program"}, rows); err != nil {
		return err
	}
	for pam, apollo := range map[string]string{apiAnonymous: apolloAnonymous} {
		times := firsts[apollo] / firsts[pam]
		if _, err := fmt.Fprintf(out, "\nApollo Server takes %.1f times as long to its first response (at least %d: %s).\n", times, slower, table.AtMost(slower, times)); err != nil {
			return err
		}
	}
	return nil
}

// cell shows a value, and whether it is what was asked for.
func cell(value, most float64, unit string) string {
	text := fmt.Sprintf("%.1f %s", value, unit)
	if most > 0 {
		text += fmt.Sprintf(" (at most %g: %s)", most, table.AtMost(value, most))
	}
	return text
}
