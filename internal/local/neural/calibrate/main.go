// Command calibrate makes the labeller's confidences mean what they say, and reports how well they do. It runs the
// networks over the photographs that `make photos` fetched and that people have labelled, and compares.
//
//	go run ./internal/local/neural/calibrate        # the report: docs/labelling.md publishes it
//	go run ./internal/local/neural/calibrate -fit   # fits anew first, and writes what package neural embeds
//
// Everything is fitted on the calibration half: the temperature and the curve of each network (mapping.go), and the scene
// head (scenes.go, head.go). The test half only judges, and decides which labels of the scene head are left out. The
// same photographs give the same files.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"pam/internal/local/neural"
	"pam/internal/local/neural/calibrate/photoset"
	"pam/internal/photos"
)

func main() {
	log.SetFlags(0)
	var s settings
	flag.StringVar(&s.photographs, "photos", "build/photos", "folder with the photographs, as make photos fills it")
	flag.StringVar(&s.tables, "tables", "internal/local/neural/calibrate", "folder with photos*.tsv and candidates.txt")
	flag.StringVar(&s.embedded, "embedded", "internal/local/neural", "folder of what is embedded")
	flag.BoolVar(&s.fit, "fit", false, "fit anew and write calibration.json, scenes.tsv and scenes.tensors")
	flag.BoolVar(&s.verbose, "v", false, "name the photos with wrong labels and those without a right one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, s)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

type settings struct {
	photographs, tables, embedded string
	fit, verbose                  bool
}

func run(ctx context.Context, s settings) error {
	judge, err := neural.EmbeddedJudge()
	if err != nil {
		return err
	}
	all, err := readPhotographs(ctx, s, judge)
	if err != nil {
		return err
	}
	calibration, test := halves(all)
	if s.fit {
		if judge, err = fit(s, judge, calibration, test); err != nil {
			return err
		}
	}
	for _, half := range []struct {
		title       string
		photographs []photograph
	}{{"Test half", test}, {"Calibration half", calibration}} {
		var verdicts []verdict
		for _, p := range half.photographs {
			verdicts = append(verdicts, verdict{p, judge.Labels(p.evidence)})
		}
		summary := summarise(verdicts, photos.DefaultConfidence)
		report := summary.text(half.title)
		if s.verbose {
			report += summary.cases()
		}
		if _, err := os.Stdout.WriteString(report); err != nil {
			return err
		}
	}
	return nil
}

func halves(all []photograph) (calibration, test []photograph) {
	for _, p := range all {
		if p.Split == photoset.TestHalf {
			test = append(test, p)
		} else {
			calibration = append(calibration, p)
		}
	}
	return calibration, test
}

// fit fits everything on the calibration half, writes it, and gives the judge that it makes.
func fit(s settings, vocabulary *neural.Judge, calibration, test []photograph) (*neural.Judge, error) {
	fitted := fitCalibration(vocabulary, calibration)
	text, err := json.MarshalIndent(fitted, "", "  ")
	if err != nil {
		return nil, err
	}
	candidates, err := readCandidates(filepath.Join(s.tables, "candidates.txt"))
	if err != nil {
		return nil, err
	}
	head, table, err := fitScenes(candidates, calibration, test)
	if err != nil {
		return nil, err
	}
	file, err := head.File()
	if err != nil {
		return nil, err
	}
	for name, data := range map[string][]byte{
		"calibration.json": append(text, '\n'), "scenes.tsv": []byte(table), "scenes.tensors": file,
	} {
		if err := os.WriteFile(filepath.Join(s.embedded, name), data, 0o644); err != nil {
			return nil, fmt.Errorf("write what is embedded: %w", err)
		}
	}
	return neural.NewJudge(fitted, head)
}
