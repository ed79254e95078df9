package main

import (
	"fmt"
	"io"

	"pam/bench/table"
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
	met     table.Verdict
}

func writeTable(out io.Writer, rows []row) error {
	cells := make([][]string, len(rows))
	for i, r := range rows {
		cores := ""
		if r.cores > 0 {
			cores = fmt.Sprint(r.cores)
		}
		cells[i] = []string{r.what, r.runtime, cores, r.value, r.cpu, r.ratio, r.target, string(r.met)}
	}
	return table.Write(out, []string{"", "runtime", "cores", "median or peak", "processor time", "to ONNX Runtime", "target", "met"}, cells)
}
