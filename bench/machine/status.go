package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// status is Linux's /proc/PID/status, as far as it is needed; zero on other systems. Source: proc_pid_status(5).
type status struct {
	residentBytes int64 // VmRSS: the memory that is resident
	peakBytes     int64 // VmHWM: the most that ever was
	processors    []int // Cpus_allowed_list: those that the process may run on
}

func readStatus() (status, error) {
	text, err := os.ReadFile("/proc/self/status")
	if errors.Is(err, fs.ErrNotExist) {
		return status{}, nil
	}
	if err != nil {
		return status{}, err
	}
	return parseStatus(string(text))
}

// PeakMemory gives the most bytes that this process has had resident so far; 0 where the system does not tell.
func PeakMemory() (int64, error) {
	s, err := readStatus()
	return s.peakBytes, err
}

// OwnProcessors gives the numbers of the processors that this process may run on.
func OwnProcessors() ([]int, error) {
	s, err := readStatus()
	if err != nil || len(s.processors) > 0 {
		return s.processors, err
	}
	all := make([]int, runtime.NumCPU())
	for n := range all {
		all[n] = n
	}
	return all, nil
}

// parseStatus gives an error for a line that it looks for and cannot read, none for one that is missing.
func parseStatus(text string) (status, error) {
	var s status
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		var err error
		switch name {
		case "VmRSS":
			if s.residentBytes, err = parseKibibytes(value); err != nil {
				return status{}, fmt.Errorf("resident memory: %w", err)
			}
		case "VmHWM":
			if s.peakBytes, err = parseKibibytes(value); err != nil {
				return status{}, fmt.Errorf("peak memory: %w", err)
			}
		case "Cpus_allowed_list":
			if s.processors, err = parseProcessors(value); err != nil {
				return status{}, fmt.Errorf("allowed processors: %w", err)
			}
		}
	}
	return s, nil
}

func parseKibibytes(value string) (int64, error) {
	kibibytes, err := strconv.ParseInt(strings.TrimSuffix(value, " kB"), 10, 64)
	return kibibytes << 10, err
}

// parseProcessors reads a list of numbers and ranges, such as 0-2,7.
func parseProcessors(list string) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		if err != nil {
			return nil, err
		}
		to, err := strconv.Atoi(last)
		if err != nil {
			return nil, err
		}
		for n := from; n <= to; n++ {
			all = append(all, n)
		}
	}
	return all, nil
}
