// Package machine tells on what a benchmark runs and how much memory its processes take.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// quiet is the load average up to which other work is not to be noticed in the times.
const quiet = 0.5

// Describe says on what the table was measured, as far as the system tells: on Linux all of it.
func Describe(processors int) string {
	parts := []string{
		runtime.GOOS + "/" + runtime.GOARCH,
		processorModel(readText("/proc/cpuinfo")),
		fmt.Sprintf("%d processors", processors),
		runtime.Version(),
		describeLoad(readText("/proc/loadavg")),
	}
	var told []string
	for _, part := range parts {
		if part != "" {
			told = append(told, part)
		}
	}
	return strings.Join(told, ", ")
}

// readText gives an empty text for a file that cannot be read: the description is then shorter.
func readText(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(text)
}

// processorModel finds the first processor's name in /proc/cpuinfo.
func processorModel(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		name, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// describeLoad reads /proc/loadavg, whose first number is the mean over a minute of how many wanted a processor.
func describeLoad(loadavg string) string {
	first, _, _ := strings.Cut(loadavg, " ")
	load, err := strconv.ParseFloat(first, 64)
	switch {
	case err != nil:
		return ""
	case load > quiet:
		return fmt.Sprintf("load average %.1f before the start: BUSY, times are too long", load)
	default:
		return fmt.Sprintf("load average %.1f before the start", load)
	}
}
