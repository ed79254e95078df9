package machine

import (
	"slices"
	"testing"
)

func TestParseStatus(t *testing.T) {
	cases := []struct {
		name, reason, text string
		peak, resident     int64
		processors         []int
		wrong              bool
	}{
		{"both", "as Linux writes them, among others", "Name:\tpam\nVmHWM:\t   24512 kB\nVmRSS:\t   20000 kB\nCpus_allowed_list:\t0-1\n", 24512 << 10, 20000 << 10, []int{0, 1}, false},
		{"list", "a container may be given any processors", "Cpus_allowed_list:\t3,5-7\n", 0, 0, []int{3, 5, 6, 7}, false},
		{"neither", "other systems have no such lines", "Name:\tpam\n", 0, 0, nil, false},
		{"peak", "another unit would be misread", "VmHWM:\t24 MB\n", 0, 0, nil, true},
		{"processors", "a list that is none", "Cpus_allowed_list:\tall\n", 0, 0, nil, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseStatus(c.text)
			if (err != nil) != c.wrong || got.peakBytes != c.peak || got.residentBytes != c.resident || !slices.Equal(got.processors, c.processors) {
				t.Errorf("got %+v, %v; %s", got, err, c.reason)
			}
		})
	}
}
