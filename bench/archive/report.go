package main

import (
	"fmt"
	"io"

	"pam/bench/table"
)

// report prints the machine and the two tables.
func report(out io.Writer, machine string, cases []measuredCase) error {
	var measured, targets [][]string
	for _, c := range cases {
		for _, p := range c.programs {
			if len(p.samples) == 0 {
				continue
			}
			f := p.figures()
			measured = append(measured, []string{
				c.workload.name, milliseconds(c), p.name, fmt.Sprint(len(p.samples)),
				fmt.Sprintf("%.2f s", f.wall), fmt.Sprintf("%.2f s", f.processor), megabytes(f.peak),
				megabytes(f.down) + " + " + megabytes(f.up), percent(c.throughWorker(f)), fmt.Sprintf("%.0f", f.requests),
			})
		}
		for _, t := range c.targets() {
			targets = append(targets, []string{c.workload.name, milliseconds(c), t.what, t.measured(), t.format(t.most), string(t.verdict())})
		}
	}
	if _, err := fmt.Fprintf(out, "%s\n\n", machine); err != nil {
		return err
	}
	err := table.Write(out, []string{
		"photos", "latency", "program", "rounds", "time", "processor time", "peak memory", "bytes down + up", "through the worker", "requests",
	}, measured)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	return table.Write(out, []string{"photos", "latency", "PAM's", "measured", "at most", "met"}, targets)
}

func milliseconds(c measuredCase) string { return fmt.Sprintf("%d ms", c.latency.Milliseconds()) }
