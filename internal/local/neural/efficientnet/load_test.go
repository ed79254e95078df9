package efficientnet_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pam/internal/local/neural/efficientnet"
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
			func(all map[string]tensors.Tensor) { delete(all, "head.bias") }, `"head.bias" is missing`,
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
				w.Shape = []int{3, 32, 3, 3}
				all["stem.weight"] = w
			}, `"stem.weight" has shape`,
		},
		{
			"not finite", "one NaN would make every answer NaN",
			func(all map[string]tensors.Tensor) {
				b := all["stem.bias"]
				b.Data = slices.Clone(b.Data)
				b.Data[1] |= 0x7c
				all["stem.bias"] = b
			}, "not finite",
		},
	}
	file, err := os.ReadFile("../efficientnet-lite0.tensors")
	if err != nil {
		t.Fatal(err)
	}
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
			if _, err := efficientnet.Load(changed.Bytes()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %s; %s", err, c.says, c.reason)
			}
		})
	}
	if _, err := efficientnet.Load(file[:len(file)/2]); err == nil {
		t.Error("half a file was loaded")
	}
}
