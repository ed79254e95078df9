package machine

import (
	"strings"
	"testing"
)

func TestProcessorModel(t *testing.T) {
	const cpuinfo = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7R13: 48 cores\n\nprocessor\t: 1\nmodel name\t: another\n"
	if got, want := processorModel(cpuinfo), "AMD EPYC 7R13: 48 cores"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := processorModel(""); got != "" {
		t.Errorf("without cpuinfo: %q", got)
	}
}

func TestDescribeLoad(t *testing.T) {
	cases := []struct{ name, reason, loadavg, want string }{
		{"quiet", "nothing to warn of", "0.12 0.50 0.61 1/200 1234\n", "load average 0.1 before the start"},
		{"busy", "whoever reads the table must know", "3.24 2.06 1.84 5/300 1234\n", "load average 3.2 before the start: BUSY, times are too long"},
		{"unknown", "other systems have no such file", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := describeLoad(c.loadavg); got != c.want {
				t.Errorf("got %q, want %q; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestMachineIsDescribedEverywhere(t *testing.T) {
	if got := Describe(2); !strings.Contains(got, "2 processors, go") {
		t.Errorf("got %q", got)
	}
}
