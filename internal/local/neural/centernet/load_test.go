package centernet_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"

	"pam/internal/local/neural/centernet"
	"pam/internal/local/neural/layers"
	"pam/internal/local/neural/tensors"
)

func TestLoadRefusesFilesOfAnotherNetwork(t *testing.T) {
	cases := []struct {
		name, reason string
		change       func(all map[string]tensors.Tensor)
		says         string
	}{
		{
			"missing", "a layer without weights would answer anything",
			func(all map[string]tensors.Tensor) { delete(all, "sides.project.bias") }, `"sides.project.bias" is missing`,
		},
		{
			"left over", "weights that nobody uses mean that the architecture is another",
			func(all map[string]tensors.Tensor) {
				all["extra"] = tensors.Tensor{Name: "extra", Shape: []int{1}, Data: make([]byte, 2)}
			}, `"extra" belongs to no layer`,
		},
		{
			"shape", "the same number of weights in another order",
			func(all map[string]tensors.Tensor) {
				w := all["stem.weight"]
				w.Shape = []int{3, 16, 3, 3}
				all["stem.weight"] = w
			}, `"stem.weight" has shape`,
		},
		{
			"not finite", "one NaN would make every answer NaN",
			func(all map[string]tensors.Tensor) {
				b := all["scores.project.bias"]
				b.Data = slices.Clone(b.Data)
				b.Data[1] |= 0x7c
				all["scores.project.bias"] = b
			}, "not finite",
		},
	}
	file := readWeights(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			all, err := tensors.Parse(file)
			if err != nil {
				t.Fatal(err)
			}
			c.change(all)
			var changed bytes.Buffer
			if err := tensors.Write(&changed, slices.Collect(maps.Values(all))); err != nil {
				t.Fatal(err)
			}
			if _, err := centernet.Load(changed.Bytes()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %s; %s", err, c.says, c.reason)
			}
		})
	}
	if _, err := centernet.Load(file[:len(file)/2]); err == nil {
		t.Error("half a file was loaded")
	}
}

// FuzzLoad puts bytes into the weights, under a checksum that fits. What loads has to run, and to keep what Detect
// promises whatever the weights are: they may well be so great that scores become NaN.
func FuzzLoad(f *testing.F) {
	f.Add(uint32(16), []byte{1, 0})                   // the length of the first name
	f.Add(uint32(30), []byte{0xff, 0xff, 0xff, 0xff}) // a dimension
	f.Add(uint32(200), bytes.Repeat([]byte{0xff, 0x7b}, 40000))
	f.Add(uint32(4000000), bytes.Repeat([]byte{0xff, 0xfb}, 15000))
	file := readWeights(f)
	size := layers.Square(64)
	f.Fuzz(func(t *testing.T, at uint32, put []byte) {
		changed := slices.Clone(file)
		body := changed[:len(changed)-4]
		copy(body[int(at)%len(body):], put)
		binary.LittleEndian.PutUint32(changed[len(body):], crc32.ChecksumIEEE(body))
		n, err := centernet.Load(changed)
		if err != nil {
			return
		}
		found, err := n.Detect(t.Context(), n.NewWorkspace(), picture(size, noise), size)
		if err != nil || len(found) > centernet.MaxDetections {
			t.Fatalf("%d detections, error %v", len(found), err)
		}
		for _, d := range found {
			if d.Class < 0 || d.Class >= centernet.Classes || !(d.Score >= centernet.LowestScore && d.Score <= 1) {
				t.Fatalf("%+v", d)
			}
		}
	})
}
