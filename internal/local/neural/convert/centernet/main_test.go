package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pam/internal/local/neural/tensors"
)

func TestReadModel(t *testing.T) {
	const (
		half    = `{"name": "h", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}}`
		single  = `{"name": "s", "shape": [], "dtype": "float32"}`
		integer = `{"name": "i", "shape": [1], "dtype": "int32"}`
	)
	cases := []struct {
		name, reason string
		weights      string // the manifest's
		data         string
		want         map[string][]float32 // nil: an error
	}{
		{"half", "1.5 and -2", half, "\x00\x3e\x00\xc0", map[string][]float32{"h": {1.5, -2}}},
		{"in order", "an integer between is passed over, its bytes are not", half + "," + integer + "," + single, "\x00\x3e\x00\xc0\x07\x00\x00\x00\x00\x00\x80\x3f", map[string][]float32{"h": {1.5, -2}, "s": {1}}},
		{"short", "a download that ended early", half, "\x00\x3e\x00", nil},
		{"long", "the weights of another graph", single, "\x00\x00\x80\x3f\x00", nil},
		{"another storage", "bytes with minimum and scale, which would be read as nonsense", `{"name": "b", "shape": [1], "dtype": "float32", "quantization": {"dtype": "uint8"}}`, "\x01\x00\x00\x00", nil},
		{"negative", "a shape that no array has", `{"name": "n", "shape": [-1], "dtype": "float32"}`, "", nil},
		{"overflow", "a product beyond any memory", `{"name": "n", "shape": [2147483647, 2147483647], "dtype": "float32"}`, "", nil},
		{"no JSON", "another file", `[`, "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			arrays, err := readModel([]byte(`{"weightsManifest": [{"weights": [`+c.weights+`]}]}`), []byte(c.data))
			if (err == nil) != (c.want != nil) {
				t.Fatalf("got %v, %v; %s", arrays, err, c.reason)
			}
			if len(arrays) != len(c.want) {
				t.Errorf("got %v, want %v; %s", arrays, c.want, c.reason)
			}
			for name, want := range c.want {
				if !slices.Equal(arrays[name].values, want) {
					t.Errorf("%s is %v, want %v; %s", name, arrays[name].values, want, c.reason)
				}
			}
		})
	}
}

// FuzzReadModel looks for files that make the reader panic or claim memory that they do not fill.
func FuzzReadModel(f *testing.F) {
	f.Add([]byte(`{"weightsManifest": [{"weights": [{"name": "h", "shape": [1, 2], "dtype": "float32", "quantization": {"dtype": "float16"}}]}]}`), []byte("\x00\x3e\x00\xc0"))
	f.Add([]byte(`{"weightsManifest": [{"weights": [{"name": "h", "shape": [1073741824, 2], "dtype": "int32"}]}]}`), []byte("\x00"))
	f.Fuzz(func(t *testing.T, description, data []byte) {
		arrays, err := readModel(description, data)
		if err != nil {
			return
		}
		values := 0
		for _, a := range arrays {
			values += len(a.values)
		}
		if 2*values > len(data) {
			t.Errorf("%d values out of %d bytes", values, len(data))
		}
	})
}

func TestReorder(t *testing.T) {
	// Each value's digits say where it is: height, width, third and fourth dimension.
	numbered := func(shape ...int) array {
		a := array{shape: shape}
		for y := range shape[0] {
			for x := range shape[1] {
				for i := range shape[2] {
					for o := range shape[3] {
						a.values = append(a.values, float32(1000*y+100*x+10*i+o))
					}
				}
			}
		}
		return a
	}
	cases := []struct {
		name, reason string
		kind         kind
		from         array
		shape        []int
		values       []float32
		outputs      int
	}{
		{"convolution", "output, input, height, width", convolution, numbered(1, 2, 2, 2), []int{2, 2, 1, 2}, []float32{0, 100, 10, 110, 1, 101, 11, 111}, 2},
		{"depthwise", "the third dimension is the channel", depthwise, numbered(2, 1, 3, 1), []int{3, 1, 2, 1}, []float32{0, 1000, 10, 1010, 20, 1020}, 3},
		{"dense", "a convolution of one pixel loses its height and width", dense, numbered(1, 1, 3, 2), []int{2, 3}, []float32{0, 10, 20, 1, 11, 21}, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, outputs := reorder(c.from, c.kind)
			if !slices.Equal(got.shape, c.shape) || !slices.Equal(got.values, c.values) || outputs != c.outputs {
				t.Errorf("got %v and %d outputs, want %v %v and %d; %s", got, outputs, c.shape, c.values, c.outputs, c.reason)
			}
		})
	}
}

// model gives the arrays of a graph with the layers that no graph lacks, each as small as can be.
func model() map[string]array {
	all := make(map[string]array)
	for _, l := range network(nil) {
		all[l.weight] = array{shape: []int{1, 1, 1, 1}, values: []float32{1}}
		if l.bias != "" {
			all[l.bias] = array{shape: []int{1}, values: []float32{0.5}}
		}
	}
	all[sidesScale] = array{values: []float32{16}}
	return all
}

func TestArrange(t *testing.T) {
	const offset = "tower_0/extern1/Conv2D_bn_offset"
	cases := []struct {
		name, reason string
		change       func(all map[string]array)
		says         string // empty: no error
	}{
		{"complete", "the graph as it is", func(map[string]array) {}, ""},
		{"rounded sixth", "1/6 in half precision, as published", func(all map[string]array) {
			all["tower_0/extern1/hard_swish/mul_1/y"] = array{values: []float32{0.1666259765625}}
		}, ""},
		{"missing weight", "a layer that would do nothing", func(all map[string]array) { delete(all, "tower_0/extern1/Conv2D_weights") }, "last"},
		{"missing bias", "the same", func(all map[string]array) { delete(all, offset) }, offset},
		{"rank", "a vector where a filter was due", func(all map[string]array) {
			all["tower_0/extern1/Conv2D_weights"] = array{shape: []int{1}, values: []float32{1}}
		}, "rank 4"},
		{"left over", "a layer that PAM does not have", func(all map[string]array) {
			all["more"] = array{shape: []int{1}, values: []float32{1}}
		}, `"more" belongs to no layer`},
		{"another activation", "x/5 instead of x/6", func(all map[string]array) {
			all["tower_0/extern1/hard_swish/mul_1/y"] = array{values: []float32{0.2}}
		}, "is 0.2"},
		{"unknown constant", "a number that PAM's code does not have", func(all map[string]array) {
			all["tower_0/sub/y"] = array{values: []float32{0.2}}
		}, "is 0.2"},
		{"no scale", "boxes would be a 16th of their size", func(all map[string]array) { delete(all, sidesScale) }, sidesScale},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			all := model()
			c.change(all)
			arranged, err := arrange(maps.Clone(all))
			if c.says != "" {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want an error that says %s; %s", err, c.says, c.reason)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v; %s", err, c.reason)
			}
			for _, tensor := range arranged {
				want := map[string]float32{"sides.project.weight": 16, "sides.project.bias": 8, "last.bias": 0.5, "scores.depthwise.bias": 0}
				if v, checked := want[tensor.Name]; checked && first(t, tensor) != v {
					t.Errorf("%s is %v, want %v", tensor.Name, first(t, tensor), v)
				}
			}
		})
	}
}

func first(t *testing.T, tensor tensors.Tensor) float32 {
	t.Helper()
	values, err := tensor.Float32s()
	if err != nil {
		t.Fatal(err)
	}
	return values[0]
}
