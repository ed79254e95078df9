package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"strings"

	"pam/bench/process"
	"pam/bench/table"
)

// What is asked of labelling.
const (
	mostTimesRuntime = 6.0  // ONNX Runtime's time on one core
	mostOnOneCore    = 1000 // milliseconds for a photo of 1024x768
	mostOnTwoCores   = 600
	mostMegabytes    = 500 // of 1,000,000 bytes, for a photo of 50 megapixels
)

// driver measures. Its fields are the command's flags.
type driver struct {
	rounds, photos            int
	photoFolder, weightFolder string
	scratch, script           string
	progress                  *log.Logger
}

// measure makes what is needed, measures everything on some of the processors, and gives the table.
func (d driver) measure(ctx context.Context, processors []int) ([]row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.scratch, 0o755); err != nil {
		return nil, err
	}
	names, err := choosePhotos(d.photoFolder, d.photos)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, n := range networks() {
		d.progress.Printf("%s: %d photos, %d rounds, PAM and ONNX Runtime in turns", n.name, len(names), d.rounds)
		found, err := d.network(ctx, self, processors[:1], n, names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.name, err)
		}
		rows = append(rows, found...)
	}
	for _, limit := range []struct {
		cores  int
		target float64
	}{{1, mostOnOneCore}, {2, mostOnTwoCores}} {
		d.progress.Printf("photos of 1024x768 to labels: %d photos, %d rounds, GOMAXPROCS=%d", len(names), d.rounds, limit.cores)
		found, err := d.labelling(ctx, self, processors, limit.cores, limit.target, names)
		if err != nil {
			return nil, fmt.Errorf("labelling on %d cores: %w", limit.cores, err)
		}
		rows = append(rows, found...)
	}
	d.progress.Printf("photos of 50 megapixels")
	found, err := d.memory(ctx, self, processors[:min(2, len(processors))], names[0])
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	return append(rows, found...), nil
}

// network measures one network in both runtimes: photo by photo, PAM and ONNX Runtime in turns, so that what else the
// machine does meets both alike. A first round, not counted, warms up and compares the outputs.
func (d driver) network(ctx context.Context, self string, processors []int, n network, names []string) (rows []row, err error) {
	weights := filepath.Join(d.weightFolder, n.file+".tensors")
	model := filepath.Join(d.scratch, n.file+".onnx")
	if err := writeModel(model, weights, n); err != nil {
		return nil, err
	}
	ours, err := process.Start(ctx, process.Config{Processors: processors}, self, "work", n.file, weights)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ours.Stop()) }()
	theirs, err := process.Start(ctx, process.Config{Processors: processors}, "node", d.script, model)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, theirs.Stop()) }()

	stems, err := d.writePictures(n, names)
	if err != nil {
		return nil, err
	}
	var pam, ort sample
	for round := range d.rounds + 1 {
		for _, stem := range stems {
			var inPAM, inRuntime reply
			if err := ours.Ask(request{Input: stem + ".pixels", Output: stem + ".pam"}, &inPAM); err != nil {
				return nil, err
			}
			if err := theirs.Ask(request{Input: stem + ".planes", Output: stem + ".ort"}, &inRuntime); err != nil {
				return nil, err
			}
			if err := compareFiles(n.compare, stem+".pam", stem+".ort"); err != nil {
				return nil, fmt.Errorf("the runtimes differ on %s: %w", stem, err)
			}
			if round > 0 {
				pam.add(inPAM)
				ort.add(inRuntime)
			}
		}
	}
	ratio := table.Median(pam.clock) / table.Median(ort.clock)
	return []row{
		{
			what: n.name, runtime: "PAM", cores: 1, value: inMilliseconds(table.Median(pam.clock)), cpu: inMilliseconds(table.Median(pam.cpu)),
			ratio: fmt.Sprintf("%.1f times", ratio), target: fmt.Sprintf("%g times", mostTimesRuntime), met: table.AtMost(ratio, mostTimesRuntime),
		},
		{what: n.name, runtime: "ONNX Runtime", cores: 1, value: inMilliseconds(table.Median(ort.clock)), cpu: inMilliseconds(table.Median(ort.cpu))},
	}, nil
}

func writeModel(model, weights string, n network) error {
	file, err := os.ReadFile(weights)
	if err != nil {
		return err
	}
	written, err := n.onnx(file)
	if err != nil {
		return err
	}
	return os.WriteFile(model, written, 0o644)
}

// writePictures writes each photo as input of the network, in PAM's order and in ONNX's, and gives the files' names
// without their endings .pixels and .planes.
func (d driver) writePictures(n network, names []string) ([]string, error) {
	var stems []string
	for _, name := range names {
		photo, err := readPhoto(name)
		if err != nil {
			return nil, err
		}
		picture := pictureFor(n, photo)
		base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
		stem := filepath.Join(d.scratch, n.file+"-"+base)
		if err := writeFloats(stem+".pixels", picture); err != nil {
			return nil, err
		}
		if err := writeFloats(stem+".planes", planes(picture, 3)); err != nil {
			return nil, err
		}
		stems = append(stems, stem)
	}
	return stems, nil
}

func compareFiles(compare func(ours, theirs []float32) error, ours, theirs string) error {
	a, err := readFloats(ours)
	if err != nil {
		return err
	}
	b, err := readFloats(theirs)
	if err != nil {
		return err
	}
	return compare(a, b)
}

// labelling measures the whole way of a photo: check, decoding, thumbnail, both networks.
func (d driver) labelling(ctx context.Context, self string, processors []int, cores int, target float64, names []string) (rows []row, err error) {
	whole := row{what: "photo of 1024x768 to labels", runtime: "PAM", cores: cores, target: fmt.Sprintf("%g ms", target)}
	if len(processors) < cores {
		whole.value, whole.met = fmt.Sprintf("%d here", len(processors)), table.Skipped
		return []row{whole}, nil
	}
	worker, err := process.Start(ctx, process.Config{Processors: processors[:cores]}, self, "work", "label")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, worker.Stop()) }()
	var all sample
	for round := range d.rounds + 1 {
		for _, name := range names {
			var answer reply
			if err := worker.Ask(request{Input: name}, &answer); err != nil {
				return nil, err
			}
			if round > 0 {
				all.add(answer)
			}
		}
	}
	whole.value, whole.cpu = inMilliseconds(table.Median(all.clock)), inMilliseconds(table.Median(all.cpu))
	whole.met = table.AtMost(table.Median(all.clock), target)
	inspect := row{what: "- of that, decoding and thumbnail", runtime: "PAM", cores: cores, value: inMilliseconds(table.Median(all.inspect))}
	return []row{whole, inspect}, nil
}

// memory measures the most memory that a process has resident which labels one large photo and nothing else.
func (d driver) memory(ctx context.Context, self string, processors []int, name string) ([]row, error) {
	photo, err := readPhoto(name)
	if err != nil {
		return nil, err
	}
	large, err := writeLargest(ctx, d.scratch, photo)
	if err != nil {
		return nil, err
	}
	megapixels := int(math.Round(float64(largest().X*largest().Y) / 1e6))
	var rows []row
	for _, l := range large {
		r := row{
			what: fmt.Sprintf("memory: %s, %d megapixels", l.what, megapixels), runtime: "PAM", cores: len(processors),
			target: fmt.Sprintf("%d MB", mostMegabytes),
		}
		if l.file == "" {
			r.value, r.met = l.missing, table.Skipped
			rows = append(rows, r)
			continue
		}
		answer, err := d.labelOnce(ctx, self, processors, l.file)
		if err != nil {
			return nil, err
		}
		r.value, r.cpu = "the system does not tell", inMilliseconds(answer.CPUMilliseconds)
		r.met = table.Skipped
		if answer.PeakBytes > 0 {
			megabytes := float64(answer.PeakBytes) / 1e6
			r.value, r.met = fmt.Sprintf("%.0f MB", megabytes), table.AtMost(megabytes, mostMegabytes)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (d driver) labelOnce(ctx context.Context, self string, processors []int, name string) (answer reply, err error) {
	worker, err := process.Start(ctx, process.Config{Processors: processors}, self, "work", "label")
	if err != nil {
		return reply{}, err
	}
	defer func() { err = errors.Join(err, worker.Stop()) }()
	err = worker.Ask(request{Input: name}, &answer)
	return answer, err
}

// sample collects times in milliseconds.
type sample struct{ clock, cpu, inspect []float64 }

func (s *sample) add(r reply) {
	s.clock = append(s.clock, r.Milliseconds)
	s.cpu = append(s.cpu, r.CPUMilliseconds)
	s.inspect = append(s.inspect, r.InspectMilliseconds)
}

func inMilliseconds(value float64) string { return fmt.Sprintf("%.1f ms", value) }
