package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteSize is a number of bytes as a flag takes and shows it: "64MiB", "100MB", or plain bytes.
type byteSize int

// units are tried in this order, so that "B" comes last.
func byteUnits() []struct {
	name string
	size int64
} {
	return []struct {
		name string
		size int64
	}{
		{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}, {"", 1},
	}
}

// Set implements pflag.Value.
func (s *byteSize) Set(text string) error {
	for _, unit := range byteUnits() {
		digits, ok := strings.CutSuffix(text, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt/unit.size {
			break
		}
		*s = byteSize(n * unit.size)
		return nil
	}
	return fmt.Errorf("%q is no size such as 64MiB, 100MB or a number of bytes", text)
}

// String implements pflag.Value: the largest binary unit that is exact.
func (s *byteSize) String() string {
	for _, unit := range byteUnits()[:3] {
		if n := int64(*s); n > 0 && n%unit.size == 0 {
			return strconv.FormatInt(n/unit.size, 10) + unit.name
		}
	}
	return strconv.Itoa(int(*s)) + "B"
}

// Type implements pflag.Value.
func (*byteSize) Type() string { return "size" }
