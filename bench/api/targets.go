package main

import (
	"fmt"
	"math"

	"pam/bench/table"
)

// What is asked of labels in memory.
const (
	mostOfApollo    = 1. / 6 // of its processor time
	mostOfMercurius = 1.
	mostP99         = 8. // milliseconds, over mostConnections
	mostResident    = 40 * megabyte
)

// target is one thing that is asked of PAM.
type target struct {
	what   string
	value  float64 // NaN where something was not measured
	most   float64
	format func(float64) string
}

// targetsOf holds PAM's figures over mostConnections against those of others in the same run.
func targetsOf(results []result) []target {
	at := func(id string) figures { return find(results, labelsWorkload, inMemory, id, mostConnections) }
	pam := at(pamProgram)
	return []target{
		{"processor time, to Apollo Server + jose", pam.cpu / at(apolloProgram).cpu, mostOfApollo, ratio},
		{"processor time, to Mercurius, jit + fast-jwt, cache", pam.cpu / at(mercuriusProgram).cpu, mostOfMercurius, ratio},
		{"p99 over 32 connections", pam.p99, mostP99, func(v float64) string { return fmt.Sprintf("%.2f ms", v) }},
		{"memory, at the peak", pam.peak, mostResident, megabytes},
	}
}

func (t target) verdict() table.Verdict {
	if math.IsNaN(t.value) {
		return table.Skipped
	}
	return table.AtMost(t.value, t.most)
}

// measured writes the value; nothing where there is none.
func (t target) measured() string {
	if t.verdict() == table.Skipped {
		return ""
	}
	return t.format(t.value)
}

// ratio writes small ones the way round that people read them.
func ratio(v float64) string {
	if v < 0.2 {
		return fmt.Sprintf("1/%.1f", 1/v)
	}
	return fmt.Sprintf("%.2f times", v)
}
