package machine

import (
	"os"
	"testing"
	"time"
)

func TestParseProcessorTime(t *testing.T) {
	const rest = " S 1 100 100 0 -1 4194304 2000 0 0 0 123 45 7 8 20 0 9 0 500 1000000 3000 18446744073709551615"
	cases := []struct {
		name, reason, stat string
		want               time.Duration
		wrong              bool
	}{
		{"plain", "user and system together, in hundredths of a second", "4242 (pam)" + rest, 1680 * time.Millisecond, false},
		{"odd name", "a program may call itself anything", "4242 (a) b (c))" + rest, 1680 * time.Millisecond, false},
		{"short", "the times are missing", "4242 (pam) S 1 100", 0, true},
		{"no name", "no such file", "4242 pam" + rest, 0, true},
		{"text", "no number of ticks", "4242 (pam) S 1 100 100 0 -1 4194304 2000 0 0 0 many 45", 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, err := parseProcessorTime(c.stat); got != c.want || (err != nil) != c.wrong {
				t.Errorf("got %v, %v, want %v; %s", got, err, c.want, c.reason)
			}
		})
	}
}

// TestUsageOfThisProcess works for a while and holds memory, and looks for both.
func TestUsageOfThisProcess(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this system has no /proc")
	}
	before, err := UsageOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	const held = 32 << 20
	memory := make([]byte, held)
	sum := 0
	for began := time.Now(); time.Since(began) < 300*time.Millisecond; {
		for i := range memory {
			memory[i]++
			sum += int(memory[i])
		}
	}
	after, err := UsageOf(os.Getpid())
	if err != nil || sum == 0 {
		t.Fatal(err)
	}
	if after.CPU <= before.CPU {
		t.Errorf("processor time went from %v to %v", before.CPU, after.CPU)
	}
	if after.Resident < held || after.PeakResident < after.Resident {
		t.Errorf("with %d bytes in use: %d resident, %d at the most", held, after.Resident, after.PeakResident)
	}
	if _, err := UsageOf(-1); err == nil {
		t.Error("no process gives no error")
	}
}
