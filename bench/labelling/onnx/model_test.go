package onnx

import (
	"bytes"
	"slices"
	"testing"
)

func TestModelIsWhatONNXSays(t *testing.T) {
	m := model{
		name:      "n",
		nodes:     []node{{operator: "Clip", inputs: []string{"x", "lo"}, output: "y"}},
		constants: []constant{{name: "lo", values: []float32{1}}},
		inputs:    []port{{name: "x", shape: []int{1, 2}}},
		outputs:   []port{{name: "y", shape: []int{1, 2}}},
	}
	const ( // written by hand after onnx.proto
		node    = "\x0a\x01x\x0a\x02lo\x12\x01y\x1a\x01y\x22\x04Clip"
		weight  = "\x10\x01\x42\x02lo\x4a\x04\x00\x00\x80\x3f"
		kind    = "\x12\x0e\x0a\x0c\x08\x01\x12\x08\x0a\x02\x08\x01\x0a\x02\x08\x02"
		graph   = "\x0a\x13" + node + "\x12\x01n\x2a\x0c" + weight + "\x5a\x13\x0a\x01x" + kind + "\x62\x13\x0a\x01y" + kind
		version = "\x08\x08\x12\x03pam"
		opset   = "\x42\x04\x0a\x00\x10\x0e"
	)
	want := version + "\x3a\x50" + graph + opset
	if got := m.marshal(); !bytes.Equal(got, []byte(want)) {
		t.Errorf("got  % x\nwant % x", got, want)
	}
}

func TestAttributesSayTheirType(t *testing.T) {
	cases := []struct {
		name, reason string
		value        any
		field, kind  int // numbers of onnx.proto
	}{
		{"float", "f", float32(0.5), 2, 1},
		{"int", "i", 3, 3, 2},
		{"string", "s", "linear", 4, 3},
		{"ints", "one field for each", []int{1, 2}, 8, 7},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := attribute{"a", c.value}.marshal()
			all, err := decode(m)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(all, func(f field) bool { return f.number == c.field }) {
				t.Errorf("no field %d in % x; %s", c.field, []byte(m), c.reason)
			}
			if kind := numbers(t, m, 20); !slices.Equal(kind, []int{c.kind}) {
				t.Errorf("type %v, want %d", kind, c.kind)
			}
		})
	}
}
