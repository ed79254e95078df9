package main

import (
	"fmt"
	"math"
	"time"

	"pam/bench/process"
	"pam/bench/table"
	"pam/internal/faultproxy"
)

// measuredCase is one workload at one latency.
type measuredCase struct {
	workload workload
	latency  time.Duration
	bytes    int64 // of the photos
	programs []measuredProgram
}

type measuredProgram struct {
	program
	samples []sample
}

type sample struct {
	cost    process.Cost
	traffic faultproxy.Traffic
}

// figures are the medians of a program's rounds; the peak is the most of all.
type figures struct {
	wall, processor float64 // seconds
	peak            float64 // bytes resident
	down, up        float64 // bytes of bodies, to the worker and from it
	requests        float64
}

// figures gives NaN for a program that was left out.
func (p measuredProgram) figures() figures {
	if len(p.samples) == 0 {
		none := math.NaN()
		return figures{none, none, none, none, none, none}
	}
	of := func(number func(sample) float64) (all []float64) {
		for _, s := range p.samples {
			all = append(all, number(s))
		}
		return all
	}
	f := figures{
		wall:      table.Median(of(func(s sample) float64 { return s.cost.Milliseconds / 1000 })),
		processor: table.Median(of(func(s sample) float64 { return s.cost.CPUMilliseconds / 1000 })),
		up:        table.Median(of(func(s sample) float64 { return float64(s.traffic.Up) })),
		down:      table.Median(of(func(s sample) float64 { return float64(s.traffic.Down) })),
		requests:  table.Median(of(func(s sample) float64 { return float64(s.traffic.Requests) })),
	}
	for _, peak := range of(func(s sample) float64 { return float64(s.cost.PeakBytes) }) {
		f.peak = max(f.peak, peak)
	}
	return f
}

// throughWorker is how much of the photos went through the worker. What does comes down and goes up again, so the greater of
// the two counts, not both.
func (c measuredCase) throughWorker(f figures) float64 { return max(f.down, f.up) / float64(c.bytes) }

func (c measuredCase) of(id string) figures {
	for _, p := range c.programs {
		if p.id == id {
			return p.figures()
		}
	}
	return measuredProgram{}.figures()
}

// target is one thing that is asked of PAM's worker in one case.
type target struct {
	what   string
	value  float64
	most   float64
	format func(float64) string
}

// What is asked of an archive worker in every case.
const (
	mostProcessor = 1.10 // times the ceiling's
	mostPeak      = 110 * megabyte
)

// targets gives what is asked in this case. Times are compared with those of the other programs in the same run. The
// ceiling that counts is the one with the same GETs as PAM's: the lower of the two.
func (c measuredCase) targets() []target {
	pam, ceiling := c.of(pamProgram), c.of(leanProgram)
	wall := func(id, name string, most float64) target {
		return target{"time, to " + name, pam.wall / c.of(id).wall, most, ratio}
	}
	var all []target
	switch at := c.latency > 0; {
	case c.workload.id == smallPhotos && at:
		all = append(all, wall(leanProgram, "the ceiling", 1.10), wall(sequentialProgram, "Go archive/zip", 1./15), wall(archiverProgram, "Node archiver", 1./20))
	case c.workload.id == smallPhotos:
		all = append(all, wall(leanProgram, "the ceiling", 1.10), wall(archiverProgram, "Node archiver", 1./10))
	case c.workload.id == largePhotos && at:
		all = append(all, wall(leanProgram, "the ceiling", 0.95),
			target{"bytes through the worker", c.throughWorker(pam), 0.60, percent})
	}
	return append(all,
		target{"processor time, to the ceiling", pam.processor / ceiling.processor, mostProcessor, ratio},
		target{"memory", pam.peak, mostPeak, megabytes})
}

// verdict says whether the target is met. The value is NaN where a program was left out, and memory is 0 where the system
// does not tell it.
func (t target) verdict() table.Verdict {
	if math.IsNaN(t.value) || t.value == 0 {
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

func percent(v float64) string { return fmt.Sprintf("%.0f%%", 100*v) }

func megabytes(v float64) string { return fmt.Sprintf("%.0f MB", v/megabyte) }
