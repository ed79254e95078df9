package onnx

import (
	"encoding/binary"
	"math"
)

// Numbers of onnx.proto: IR_VERSION_2021_7_30, the first for opset 14 and later, and TensorProto.DataType.FLOAT. Opset 14
// is the first with HardSwish.
const (
	irVersion    = 8
	opsetVersion = 14
	elementFloat = 1
)

// attribute is an AttributeProto: a parameter of an operator.
type attribute struct {
	name  string
	value any // int, float32, string or []int
}

// node is a NodeProto: an operator with the names of the values it reads and the one it makes.
type node struct {
	operator   string
	inputs     []string
	output     string
	attributes []attribute
}

// constant is a TensorProto: a value that the model holds.
type constant struct {
	name   string
	shape  []int
	values []float32
}

// port is a ValueInfoProto: an input or output of the model, of float32.
type port struct {
	name  string
	shape []int
}

// model is a ModelProto with the GraphProto in it.
type model struct {
	name      string
	nodes     []node // each after those whose outputs it reads
	constants []constant
	inputs    []port
	outputs   []port
}

// marshal gives the model as the bytes of an ONNX file.
func (m *model) marshal() []byte {
	var graph message
	for _, n := range m.nodes {
		graph.bytes(1, n.marshal())
	}
	graph.string(2, m.name)
	for _, c := range m.constants {
		graph.bytes(5, c.marshal())
	}
	for _, p := range m.inputs {
		graph.bytes(11, p.marshal())
	}
	for _, p := range m.outputs {
		graph.bytes(12, p.marshal())
	}
	var opset message
	opset.string(1, "") // the domain of ONNX's own operators
	opset.int(2, opsetVersion)
	var file message
	file.int(1, irVersion)
	file.string(2, "pam")
	file.bytes(7, graph)
	file.bytes(8, opset)
	return file
}

func (n node) marshal() message {
	var m message
	for _, input := range n.inputs {
		m.string(1, input)
	}
	m.string(2, n.output)
	m.string(3, n.output) // a node's name: its only output's
	m.string(4, n.operator)
	for _, a := range n.attributes {
		m.bytes(5, a.marshal())
	}
	return m
}

// marshal panics for a value of a type that attribute does not name: that is a mistake in this package.
func (a attribute) marshal() message {
	const kind = 20 // AttributeProto.type, whose values are beside each case
	var m message
	m.string(1, a.name)
	switch value := a.value.(type) {
	case float32:
		m.float(2, value)
		m.int(kind, 1)
	case int:
		m.int(3, int64(value))
		m.int(kind, 2)
	case string:
		m.string(4, value)
		m.int(kind, 3)
	case []int:
		for _, v := range value {
			m.int(8, int64(v))
		}
		m.int(kind, 7)
	default:
		panic("attribute " + a.name + " has a value of no known type")
	}
	return m
}

func (c constant) marshal() message {
	raw := make([]byte, 0, 4*len(c.values))
	for _, v := range c.values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	var m message
	for _, dim := range c.shape {
		m.int(1, int64(dim))
	}
	m.int(2, elementFloat)
	m.string(8, c.name)
	m.bytes(9, raw)
	return m
}

func (p port) marshal() message {
	var shape message
	for _, dim := range p.shape {
		var d message
		d.int(1, int64(dim))
		shape.bytes(1, d)
	}
	var tensor message
	tensor.int(1, elementFloat)
	tensor.bytes(2, shape)
	var kind message
	kind.bytes(1, tensor)
	var m message
	m.string(1, p.name)
	m.bytes(2, kind)
	return m
}
