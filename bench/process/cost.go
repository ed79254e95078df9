package process

import (
	"fmt"
	"syscall"
	"time"

	"pam/bench/machine"
)

// Cost is what a piece of work took; it is part of workers' replies.
type Cost struct {
	// Milliseconds is the time on the clock.
	Milliseconds float64 `json:"milliseconds"`
	// CPUMilliseconds is the processor time of the whole process meanwhile, in its own code and in the system's.
	CPUMilliseconds float64 `json:"cpuMilliseconds"`
	// PeakBytes is the most memory that the process has had resident so far; 0 where the system does not tell.
	PeakBytes int64 `json:"peakBytes,omitempty"`
}

// Measure gives what work took.
func Measure(work func() error) (Cost, error) {
	before, err := processorTime()
	if err != nil {
		return Cost{}, err
	}
	start := time.Now()
	if err := work(); err != nil {
		return Cost{}, err
	}
	elapsed := time.Since(start)
	after, err := processorTime()
	if err != nil {
		return Cost{}, err
	}
	peak, err := machine.PeakMemory()
	if err != nil {
		return Cost{}, err
	}
	return Cost{Milliseconds: Milliseconds(elapsed), CPUMilliseconds: Milliseconds(after - before), PeakBytes: peak}, nil
}

// processorTime is what this process has used so far.
func processorTime() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

// Milliseconds is a duration as replies have it.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
