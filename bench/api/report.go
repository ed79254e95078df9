package main

import (
	"fmt"
	"io"
	"math"

	"pam/bench/table"
)

const megabyte = 1_000_000

// result is what was measured of one program in one measurement at one number of connections.
type result struct {
	measurement
	program     program
	connections int
	samples     []sample
}

// figures are the medians of the rounds; peak is the most of all.
type figures struct {
	cpu, median, p99, perSecond, resident, peak, bytes float64
}

func (r result) figures() figures {
	of := func(number func(sample) float64) float64 {
		var all []float64
		for _, s := range r.samples {
			all = append(all, number(s))
		}
		return table.Median(all)
	}
	f := figures{
		cpu: of(func(s sample) float64 { return s.CPU }), median: of(func(s sample) float64 { return s.Median }), p99: of(func(s sample) float64 { return s.P99 }),
		perSecond: of(func(s sample) float64 { return s.PerSecond }), resident: of(func(s sample) float64 { return float64(s.Resident) }),
		bytes: of(func(s sample) float64 { return s.Bytes }),
	}
	for _, s := range r.samples {
		f.peak = max(f.peak, float64(s.Peak))
	}
	return f
}

// find gives what was measured; NaN where it was left out.
func find(results []result, id, catalog, programID string, connections int) figures {
	for _, r := range results {
		if r.id == id && r.catalog == catalog && r.program.id == programID && r.connections == connections {
			return r.figures()
		}
	}
	none := math.NaN()
	return figures{none, none, none, none, none, none, none}
}

// report prints the machine and the two tables.
func report(out io.Writer, machine string, results []result) error {
	var measured, targets [][]string
	for _, r := range results {
		f := r.figures()
		measured = append(measured, []string{
			r.name, r.catalog, r.program.name, fmt.Sprint(r.connections), microseconds(f.cpu), fmt.Sprintf("%.2f ms", f.median), fmt.Sprintf("%.2f ms", f.p99),
			fmt.Sprintf("%.0f", f.perSecond), megabytes(f.resident), megabytes(f.peak), fmt.Sprintf("%.0f", f.bytes),
		})
	}
	for _, t := range targetsOf(results) {
		targets = append(targets, []string{t.what, t.measured(), t.format(t.most), string(t.verdict())})
	}
	if _, err := fmt.Fprintf(out, "%s\n\n", machine); err != nil {
		return err
	}
	err := table.Write(out, []string{
		"what", "catalog", "program", "connections", "processor time each", "p50", "p99", "a second", "resident", "peak", "bytes each",
	}, measured)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	return table.Write(out, []string{"PAM's labels(first: 100), memory", "measured", "at most", "met"}, targets)
}

// microseconds writes as many digits as ticks of 10 ms over a round tell.
func microseconds(v float64) string {
	if v >= 10_000 {
		return fmt.Sprintf("%.1f ms", v/1000)
	}
	return fmt.Sprintf("%.0f us", v)
}

func megabytes(v float64) string { return fmt.Sprintf("%.0f MB", v/megabyte) }
