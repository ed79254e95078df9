package machine

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc/PID/stat. USER_HZ is 100 on every architecture that Go runs on. Source: proc_pid_stat(5),
// times(2).
const tick = time.Second / 100

// Usage is what a process has taken so far.
type Usage struct {
	// CPU is the processor time of all its threads, in its own code and in the system's, to 10 ms.
	CPU time.Duration
	// Resident and PeakResident are bytes of memory now and at the most.
	Resident, PeakResident int64
}

// UsageOf reads what another process has taken so far; it needs Linux's /proc.
func UsageOf(pid int) (Usage, error) {
	folder := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(folder + "/stat")
	if err != nil {
		return Usage{}, err
	}
	text, err := os.ReadFile(folder + "/status")
	if err != nil {
		return Usage{}, err
	}
	cpu, err := parseProcessorTime(string(stat))
	if err != nil {
		return Usage{}, fmt.Errorf("%s/stat: %w", folder, err)
	}
	s, err := parseStatus(string(text))
	if err != nil {
		return Usage{}, fmt.Errorf("%s/status: %w", folder, err)
	}
	return Usage{CPU: cpu, Resident: s.residentBytes, PeakResident: s.peakBytes}, nil
}

// parseProcessorTime sums utime and stime, the 14th and 15th field of /proc/PID/stat. The second is the program's name in
// parentheses, which may hold blanks and parentheses of its own.
func parseProcessorTime(stat string) (time.Duration, error) {
	end := strings.LastIndexByte(stat, ')')
	fields := strings.Fields(stat[end+1:])
	const beforeThird, utime, stime = 3, 14, 15
	if end < 0 || len(fields) <= stime-beforeThird {
		return 0, errors.New("too few fields")
	}
	var sum time.Duration
	for _, field := range []int{utime, stime} {
		ticks, err := strconv.ParseInt(fields[field-beforeThird], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(ticks) * tick
	}
	return sum, nil
}
