package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"pam/bench/process"
	"pam/bench/table"
	"pam/internal/faultproxy"
	"pam/internal/photos"
)

func TestWorkloads(t *testing.T) {
	bounds := map[string]struct {
		n                     int
		least, most           int
		meanLeast, meanAtMost int
	}{
		smallPhotos: {1500, 150_000, 450_000, 290_000, 310_000},
		largePhotos: {150, 2_000_000, 8_000_000, 4_700_000, 5_300_000},
		mixedPhotos: {640, 150_000, 15_000_000, 500_000, 1_000_000},
	}
	for _, w := range workloads() {
		t.Run(w.id, func(t *testing.T) {
			want, sizes := bounds[w.id], w.sizes()
			sum := 0
			for _, size := range sizes {
				sum += size
			}
			mean := sum / len(sizes)
			if len(sizes) != want.n || slices.Min(sizes) < want.least || slices.Max(sizes) > want.most || mean < want.meanLeast || mean > want.meanAtMost {
				t.Errorf("%d photos of %d to %d bytes, %d in the mean", len(sizes), slices.Min(sizes), slices.Max(sizes), mean)
			}
			if slices.Max(sizes) > photos.MaxPhotoBytes {
				t.Errorf("nobody can upload a photo of %d bytes", slices.Max(sizes))
			}
			if !slices.Equal(sizes, w.sizes()) {
				t.Error("another call gives other sizes")
			}
			if !bytes.Equal(w.content(3, 1000), w.content(3, 1000)) || bytes.Equal(w.content(3, 1000), w.content(4, 1000)) {
				t.Error("a photo's bytes must be the same at each call, and other photos' others")
			}
		})
	}
	if _, err := findWorkload("huge"); err == nil {
		t.Error("an unknown workload gives no error")
	}
}

func TestTurns(t *testing.T) {
	cases := []struct {
		name, reason string
		round        int
		want         []int
	}{
		{"first", "as they are listed", 0, []int{0, 1, 2}},
		{"second", "backwards, so that none profits from what comes before it", 1, []int{2, 1, 0}},
		{"third", "as the first", 2, []int{0, 1, 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := turns(3, c.round); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestCutParts(t *testing.T) {
	const mebibyte = 1 << 20
	cases := []struct {
		name, reason string
		sizes        []int64
		parts        []int
		most         int64
	}{
		{"small", "a part is full with the photo that reaches 8 MiB", []int64{5 * mebibyte, 2 * mebibyte, 2 * mebibyte, 3 * mebibyte}, []int{3, 1}, 9 * mebibyte},
		{"exact", "8 MiB are enough", []int64{8 * mebibyte, 1}, []int{1, 1}, 8 * mebibyte},
		{"large", "no photo is cut", []int64{7 * mebibyte, 15 * mebibyte}, []int{2}, 22 * mebibyte},
		{"one", "the last part may be of any size", []int64{1}, []int{1}, 1},
		{"none", "nothing to send", nil, nil, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var all []manifestedFile
			for _, size := range c.sizes {
				all = append(all, manifestedFile{Size: size})
			}
			parts, most := cutParts(all)
			var got []int
			for _, part := range parts {
				got = append(got, len(part))
			}
			if !slices.Equal(got, c.parts) || most != c.most {
				t.Errorf("got %v of at most %d bytes; %s", got, most, c.reason)
			}
		})
	}
}

func TestCheckEntries(t *testing.T) {
	content := map[string]string{"a.jpg": "first", "b.jpg": "second", "labels.csv": "labels"}
	zipped := func(names ...string) []*zip.File {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, name := range names {
			entry, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := entry.Write([]byte(content[name])); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		return r.File
	}
	photo := func(name, bytes string) manifestedFile {
		return manifestedFile{Name: name, Size: int64(len(bytes)), CRC32: crc32.ChecksumIEEE([]byte(bytes))}
	}
	both := manifest{Photos: []manifestedFile{photo("a.jpg", "first"), photo("b.jpg", "second")}}
	cases := []struct {
		name, reason string
		entries      []*zip.File
		photos       manifest
		extra        []string
		wrong        bool
	}{
		{"right", "every photo once", zipped("a.jpg", "b.jpg"), both, nil, false},
		{"beside", "PAM lists the labels", zipped("labels.csv", "a.jpg", "b.jpg"), both, []string{"labels.csv"}, false},
		{"no list", "the list is due", zipped("a.jpg", "b.jpg"), both, []string{"labels.csv"}, true},
		{"missing", "a photo was lost", zipped("a.jpg"), both, nil, true},
		{"twice", "a photo came twice", zipped("a.jpg", "b.jpg", "b.jpg"), both, nil, true},
		{"strange", "a file that nobody asked for", zipped("a.jpg", "b.jpg", "labels.csv"), both, nil, true},
		{"changed", "other bytes of the same length", zipped("a.jpg"), manifest{Photos: []manifestedFile{photo("a.jpg", "fir5t")}}, nil, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := checkEntries(c.entries, c.photos, c.extra); (err != nil) != c.wrong {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
}

// timed is a program that took so many seconds on the clock, a tenth of that of the processors.
func timed(id string, wall float64, peak, down, up int64) measuredProgram {
	cost := process.Cost{Milliseconds: 1000 * wall, CPUMilliseconds: 100 * wall, PeakBytes: peak}
	return measuredProgram{program: program{id: id, name: id}, samples: []sample{
		{cost, faultproxy.Traffic{Requests: 7, Down: down, Up: up}}, {cost, faultproxy.Traffic{Requests: 7, Down: down, Up: up}},
		{process.Cost{Milliseconds: 1e9, CPUMilliseconds: 1e9, PeakBytes: peak}, faultproxy.Traffic{Requests: 9}},
	}}
}

func TestTargets(t *testing.T) {
	small, large, mixed := workload{id: smallPhotos}, workload{id: largePhotos}, workload{id: mixedPhotos}
	programs := func(pam, ceiling, sequential, archiver float64) []measuredProgram {
		return []measuredProgram{
			timed(pamProgram, pam, 110*megabyte, 50, 60), timed(leanProgram, ceiling, 1, 100, 100),
			timed(sequentialProgram, sequential, 1, 100, 100), timed(archiverProgram, archiver, 1, 100, 100),
		}
	}
	far := 30 * time.Millisecond
	cases := []struct {
		name, reason string
		measured     measuredCase
		missed       []string
		n            int
	}{
		{"just met", "at most means that the limits are allowed", measuredCase{small, far, 100, programs(1.1, 1, 16.5, 22)}, nil, 5},
		{"behind the ceiling", "more than a tenth", measuredCase{small, far, 100, programs(1.2, 1, 18, 24)}, []string{"time, to the ceiling", "processor time, to the ceiling"}, 5},
		{"not far ahead", "both peers are too near", measuredCase{small, far, 100, programs(1, 1, 14, 19)}, []string{"time, to Go archive/zip", "time, to Node archiver"}, 5},
		{"no latency", "a sequential reader is not held up, so nothing is asked in comparison with it", measuredCase{small, 0, 100, programs(1, 1, 1, 10)}, nil, 4},
		{"copied", "the store copies, so less than the ceiling's time and bytes", measuredCase{large, far, 100, programs(0.95, 1, 1, 1)}, nil, 4},
		{"not copied", "as fast as the ceiling is not enough there", measuredCase{large, far, 90, programs(1, 1, 1, 1)}, []string{"time, to the ceiling", "bytes through the worker"}, 4},
		{"large, no latency", "only what is asked everywhere", measuredCase{large, 0, 100, programs(1, 1, 1, 1)}, nil, 2},
		{"mixed", "only what is asked everywhere", measuredCase{mixed, far, 100, programs(1.2, 1, 1, 1)}, []string{"processor time, to the ceiling"}, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var missed []string
			targets := c.measured.targets()
			for _, target := range targets {
				if target.verdict() != table.Met {
					missed = append(missed, target.what)
				}
			}
			if !slices.Equal(missed, c.missed) || len(targets) != c.n {
				t.Errorf("missed %q of %d targets; %s", missed, len(targets), c.reason)
			}
		})
	}
	alone := measuredCase{small, far, 100, []measuredProgram{timed(pamProgram, 1, 1, 1, 1), timed(leanProgram, 1, 1, 1, 1), {program: program{id: sequentialProgram}}}}
	for _, target := range alone.targets()[1:3] {
		if got := target.verdict(); got != table.Skipped {
			t.Errorf("%s is %q, although the peer was left out", target.what, got)
		}
	}
	if got := (target{value: 0, most: 1}).verdict(); got != table.Skipped {
		t.Errorf("what the system does not tell is %q", got)
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	measured := measuredCase{
		workload{id: mixedPhotos, name: "mixed"}, 30 * time.Millisecond, 100 * megabyte,
		[]measuredProgram{timed(pamProgram, 1, 99*megabyte, 50*megabyte, 52*megabyte), timed(leanProgram, 2, megabyte, 0, 0)},
	}
	if err := report(&out, "a machine", []measuredCase{measured}); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
a machine

| photos | latency | program      | rounds | time   | processor time | peak memory | bytes down + up | through the worker | requests |
| ------ | ------- | ------------ | ------ | ------ | -------------- | ----------- | --------------- | ------------------ | -------- |
| mixed  | 30 ms   | pam          | 3      | 1.00 s | 0.10 s         | 99 MB       | 50 MB + 52 MB   | 52%                | 7        |
| mixed  | 30 ms   | lean-ceiling | 3      | 2.00 s | 0.20 s         | 1 MB        | 0 MB + 0 MB     | 0%                 | 7        |

| photos | latency | PAM's                          | measured   | at most    | met |
| ------ | ------- | ------------------------------ | ---------- | ---------- | --- |
| mixed  | 30 ms   | processor time, to the ceiling | 0.50 times | 1.10 times | yes |
| mixed  | 30 ms   | memory                         | 99 MB      | 110 MB     | yes |
`, "\n")
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestRatio(t *testing.T) {
	cases := []struct {
		name, reason string
		value        float64
		want         string
	}{
		{"near", "people compare with one", 1.049, "1.05 times"},
		{"far ahead", "people say a fifteenth", 1. / 15, "1/15.0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := ratio(c.value); got != c.want {
				t.Errorf("got %q, want %q; %s", got, c.want, c.reason)
			}
		})
	}
}

func TestWrongUse(t *testing.T) {
	cases := []struct {
		name, reason string
		arguments    []string
	}{
		{"argument", "a word that no flag takes", []string{"-rounds", "5", "fast"}},
		{"no rounds", "no median of nothing", []string{"-rounds", "0"}},
		{"fewer than none", "the peers can be left out, no more", []string{"-peer-rounds", "-1"}},
		{"no reads", "the ceiling could not begin", []string{"-ceiling-reads", "0"}},
		{"no work", "a process must be told what it is", []string{"work"}},
		{"unknown work", "work that nobody does", []string{"work", "tar"}},
		{"no number", "a concurrency that is none", []string{"work", "ceiling", "many"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := run(t.Context(), c.arguments, strings.NewReader(""), &strings.Builder{}); !errors.Is(err, errUsage) {
				t.Errorf("got %v; %s", err, c.reason)
			}
		})
	}
}
